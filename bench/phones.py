"""`python -m bench.phones`: recall and precision on hidden numbers, as a Markdown table."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict

import pyarrow as pa

from bench import markdown
from bench.phone_set import DEVELOPMENT, DISGUISES, HELD_OUT, TUNING, TUNING_MORE, Sample, samples
from lamplighter.signals.identifiers import extract


class Tally(Counter[str]):
    """Right, wrong and missed numbers."""

    @property
    def recall(self) -> float | None:
        """Share of planted numbers that were found."""
        planted = self["right"] + self["missed"]
        return self["right"] / planted if planted else None

    @property
    def precision(self) -> float | None:
        """Share of found numbers that were planted."""
        found = self["right"] + self["wrong"]
        return self["right"] / found if found else None


def found_numbers(texts: list[Sample]) -> list[set[str]]:
    """The numbers that are read from each text."""

    def column(values: list[str | None]) -> pa.Array:
        return pa.array(values, pa.large_string())

    nothing = column([None] * len(texts))
    table = extract(
        nothing, column([sample.text for sample in texts]), nothing, nothing, nothing,
        column([sample.region for sample in texts]),
    )  # fmt: skip
    out: list[set[str]] = [set() for _ in texts]
    for row, kind, value in zip(
        table["row"].to_pylist(), table["kind"].to_pylist(), table["value"].to_pylist(), strict=True
    ):
        if kind == "phone":
            out[row].add(value)
    return out


def tally(texts: list[Sample]) -> tuple[dict[str, Tally], list[tuple[Sample, set[str]]]]:
    """Counts by disguise, and the samples that were not read as planted."""
    counts: dict[str, Tally] = defaultdict(Tally)
    faults = []
    for sample, found in zip(texts, found_numbers(texts), strict=True):
        planted = {sample.number} if sample.number else set()
        counts[sample.disguise]["right"] += len(planted & found)
        counts[sample.disguise]["missed"] += len(planted - found)
        counts[sample.disguise]["wrong"] += len(found - planted)
        if planted != found:
            faults.append((sample, found))
    return counts, faults


_SETS = (
    ("development", DEVELOPMENT, 7),
    ("tuning", TUNING, 1009),
    ("tuning, more", TUNING_MORE, 5003),
    ("held-out", HELD_OUT, 9001),
)


def main() -> None:
    """Print the table of one set, or of all."""
    parser = argparse.ArgumentParser(prog="python -m bench.phones", description=__doc__)
    parser.add_argument("--set", choices=tuple(name for name, _, _ in _SETS), help="only one set")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--faults", type=int, default=0, help="show so many misread samples")
    asked = parser.parse_args()
    for name, words, seed in _SETS:
        if asked.set not in (None, name):
            continue
        counts, faults = tally(samples(words, asked.seed or seed, asked.count))
        markdown.title(f"Hidden telephone numbers, {name} set, {asked.count:,} texts")
        markdown.head(("disguise", "planted", "recall", "precision"))
        whole = Tally()
        for disguise in (*DISGUISES, "decoys only"):
            count = counts[disguise]
            whole.update(count)
            planted = count["right"] + count["missed"]
            markdown.row((disguise, planted, count.recall, count.precision if planted else None))
        markdown.row(("all", whole["right"] + whole["missed"], whole.recall, whole.precision))
        print(f"\nNumbers found that were not planted: {whole['wrong']:,}.")
        for sample, found in faults[: asked.faults]:
            print(repr(sample.text), sample.region, sample.disguise, sample.number, found or "")


if __name__ == "__main__":
    main()
