"""How well linkers recover planted campaigns, class by class."""

from __future__ import annotations

import argparse
import os

from bench import markdown
from bench.classes import CLASSES, REACH, Which, make_set
from bench.linkers import LINKERS, linker
from bench.peers import Linker
from lamplighter.simulate.measures import Agreement, agreement

PRECISION = 0.995
_COLUMNS = (
    *("class", "listings", "linker", "precision", "recall", "F1", "found", "found of two"),
    *("largest", "largest true", "CPU s", "reached"),
)


def reached(name: str, got: Agreement) -> bool | None:
    """Whether a class with a target meets it: precision, F1, and no component too large."""
    if name not in REACH:
        return None
    return (
        got.precision >= PRECISION
        and got.f1 >= REACH[name]
        and got.largest_predicted <= got.largest_true
    )


def classes_of(names: str) -> list[str]:
    """'reach', 'all' or names separated by commas."""
    if names == "all":
        return list(CLASSES)
    chosen = list(REACH) if names == "reach" else names.split(",")
    for name in chosen:
        if name not in CLASSES:
            raise SystemExit(f"no class {name!r}; there are {', '.join(CLASSES)}")
    return chosen


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--classes", default="all", help="'reach', 'all' or names with commas")
    parser.add_argument("--listings", default="20000", help="sizes with commas")
    parser.add_argument("--vocabulary", default="held-out", choices=("dev", "held-out"))
    parser.add_argument("--seeds", default="101", help="seeds with commas")
    parser.add_argument("--linkers", default=",".join(LINKERS), help="names with commas")


def run(asked: argparse.Namespace) -> None:
    """Print the table, then F1 by class and linker."""
    names = asked.linkers.split(",")
    linkers = {name: linker(name) for name in names}
    markdown.title(f"Quality, vocabulary {asked.vocabulary}, seeds {asked.seeds}")
    markdown.head(_COLUMNS)
    best: dict[str, dict[str, float]] = {}
    for size in map(int, asked.listings.split(",")):
        for name in classes_of(asked.classes):
            for seed in map(int, asked.seeds.split(",")):
                _measure(name, size, seed, asked.vocabulary, linkers, best)
    markdown.title("F1 by class (the lowest over sizes and seeds)")
    markdown.head(("class", *names, "reach"))
    for name, scores in best.items():
        markdown.row((name, *(scores[each] for each in names), REACH.get(name)))


def _measure(
    name: str,
    size: int,
    seed: int,
    vocabulary: Which,
    linkers: dict[str, Linker],
    best: dict[str, dict[str, float]],
) -> None:
    ids, texts, truth = make_set(name, size, seed, vocabulary)
    for each, link in linkers.items():
        before = sum(_cpu())
        got = agreement(link(ids, texts), truth)
        spent = sum(_cpu()) - before
        scores = best.setdefault(name, {})
        scores[each] = min(scores.get(each, 1.0), got.f1)
        markdown.row(
            (
                *(name, size, each, got.precision, got.recall, got.f1, got.found),
                got.found_pairs if got.planted_of_two else None,
                *(got.largest_predicted, got.largest_true, f"{spent:.1f}", reached(name, got)),
            )
        )


def _cpu() -> tuple[float, ...]:
    """CPU seconds of this process and of the children it has waited for."""
    return os.times()[:4]
