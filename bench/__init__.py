"""Benchmarks: labelled sets, measures against peers, and tables for `docs/benchmarks.md`."""
