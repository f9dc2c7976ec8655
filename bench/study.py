"""A study of parameters on development sets; the held-out ones are for the defaults alone.

The linker is a factory 'module:function' that takes the parameters as keywords and returns a
linker. Held-out sets are refused for more than one combination: who could look there while
choosing would have no held-out sets any more.
"""

from __future__ import annotations

import argparse
from itertools import product

import numpy as np

from bench import markdown
from bench.classes import make_set
from bench.linkers import with_parameters
from bench.quality import PRECISION, classes_of, reached
from lamplighter.simulate.measures import Agreement, agreement


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the study."""
    parser.add_argument("--factory", required=True, help="module:function(**parameters) -> linker")
    parser.add_argument(
        "--grid", action="append", default=[], metavar="NAME=V,V", help="values to try; repeatable"
    )
    parser.add_argument("--classes", default="all", help="'reach', 'all' or names with commas")
    parser.add_argument("--listings", type=int, default=20_000)
    parser.add_argument("--seeds", default="1,2", help="with commas")
    parser.add_argument("--vocabulary", default="dev", choices=("dev", "held-out"))


def grid(asked: list[str]) -> list[dict[str, float]]:
    """All combinations of 'name=v,v' options; one empty combination without any."""
    axes = []
    for each in asked:
        name, _, values = each.partition("=")
        axes.append([(name, _number(value)) for value in values.split(",")])
    return [dict(combination) for combination in product(*axes)]


def _number(text: str) -> float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def run(asked: argparse.Namespace) -> None:
    """Print F1 and precision by class and combination, then a summary by combination."""
    combinations = grid(asked.grid)
    if asked.vocabulary == "held-out" and len(combinations) > 1:
        raise SystemExit("held-out sets judge one combination, the chosen defaults; use dev")
    names = [_name(each) for each in combinations]
    results: dict[str, list[tuple[str, Agreement]]] = {name: [] for name in names}
    markdown.title(f"Study, vocabulary {asked.vocabulary}, {asked.listings:,} listings: F1 (P)")
    markdown.head(("class", "seed", *names))
    for each in classes_of(asked.classes):
        for seed in map(int, asked.seeds.split(",")):
            ids, texts, truth = make_set(each, asked.listings, seed, asked.vocabulary)
            cells = []
            for name, parameters in zip(names, combinations, strict=True):
                link = with_parameters(asked.factory, parameters)
                got = agreement(link(ids, texts), truth)
                results[name].append((each, got))
                cells.append(_cell(got))
            markdown.row((each, seed, *cells))
    markdown.title("Summary")
    markdown.head(
        ("parameters", "mean F1", "lowest F1", "of", "lowest P", "of", "P ≥ .995", "reach met")
    )
    for name, measured in results.items():
        markdown.row((name, *_summary(measured)))


def _name(parameters: dict[str, float]) -> str:
    return " ".join(f"{key}={value:g}" for key, value in parameters.items()) or "defaults"


def _cell(got: Agreement) -> str:
    shown = f"{got.f1:.4f}"
    if got.precision < PRECISION:
        shown += f" (**{got.precision:.4f}**)"
    if got.largest_predicted > got.largest_true:
        shown += f" [{got.largest_predicted:,} > {got.largest_true:,}]"
    return shown


def _summary(results: list[tuple[str, Agreement]]) -> tuple[object, ...]:
    scored = [(name, got) for name, got in results if got.true_pairs]
    worst = min(scored or results, key=lambda each: each[1].f1)
    loosest = min(results, key=lambda each: each[1].precision)
    held = sum(got.precision >= PRECISION for _, got in results)
    met = [reached(name, got) for name, got in results if reached(name, got) is not None]
    return (
        float(np.mean([got.f1 for _, got in scored or results])),
        *(worst[1].f1, worst[0], loosest[1].precision, loosest[0]),
        *(f"{held}/{len(results)}", f"{sum(map(bool, met))}/{len(met)}"),
    )
