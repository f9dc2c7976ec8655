"""Whole jobs, from input files to an output folder."""
