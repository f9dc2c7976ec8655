"""Templates: CPU time by component size, growth on hard components, and how well classes fit.

`python -m bench.templates` prints all three tables. No peer stands beside it: the one that does
this step (InfoShield's fine step) took 27 CPU s for 400 members of one template and 130 s for 400
chained strangers, measured once on another machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from random import Random

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench import machine, markdown
from bench.classes import make_set
from bench.sets.vocabulary import vocabulary
from lamplighter.linking.templates import Templates, find_templates

_WORDS, _SLOTS, _EDITS = 85, (12, 40, 70), 0.06
_CLASSES = (
    "scattered,edits-heavy,evasion,padding,padding-edits,chinese-edits,thai-edits,arabic-edits,"
    "short,long,pairs,bilingual,natural,numbers"
)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the tables."""
    parser.add_argument("--sizes", default="2,10,100,1000,10000", help="component sizes, commas")
    parser.add_argument("--listings", type=int, default=20_000, help="texts per cell")
    parser.add_argument("--runs", type=int, default=3, help="the fastest is shown")
    parser.add_argument("--classes", default=_CLASSES, help="names with commas")
    parser.add_argument("--vocabulary", default="held-out", choices=("dev", "held-out"))
    parser.add_argument("--seed", type=int, default=101)


def run(asked: argparse.Namespace) -> None:
    """Print the tables."""
    rng = Random(asked.seed)
    words = list(vocabulary("plain", asked.vocabulary).content)
    _cost([_template(rng, words, 10)], 1)  # compiled before the clock runs
    markdown.title("Templates: CPU µs per member of 85 words, tokens included, by component size")
    markdown.head(("members of a component", "texts", "CPU µs per member", "templates", "in one"))
    for size in map(int, asked.sizes.split(",")):
        components = [_template(rng, words, size) for _ in range(max(1, asked.listings // size))]
        _row(size, components, asked.runs)
    markdown.title("Templates: components that are hard for a method that compares all members")
    markdown.head(("component", "texts", "CPU µs per member", "templates", "in one"))
    for size in (asked.listings // 10, asked.listings):
        for name, make in _HARD.items():
            _row(name, [make(rng, words, size)], asked.runs)
    markdown.title(f"Templates: planted campaigns as components, {asked.vocabulary} vocabulary")
    markdown.head(("class", "texts", "campaigns", "templates", "in one", "in several"))
    for name in asked.classes.split(","):
        _class(name, asked)


def _template(rng: Random, words: list[str], members: int) -> list[str]:
    """A text of _WORDS with three slots, some of whose words each member edits."""
    constant = [rng.choice(words) for _ in range(_WORDS)]
    texts = []
    for _ in range(members):
        text = []
        for at, word in enumerate(constant):
            roll = rng.random()
            if at in _SLOTS or roll < _EDITS / 3:
                text.append(rng.choice(words))
            elif roll < 2 * _EDITS / 3:
                text += [word, rng.choice(words)]
            elif roll >= _EDITS:
                text.append(word)
        texts.append(" ".join(text))
    return texts


def _chain(rng: Random, words: list[str], members: int) -> list[str]:
    """Strangers: each shares one half of its words with the next, and nothing with any other."""
    halves = [" ".join(rng.choices(words, k=_WORDS // 2)) for _ in range(members + 1)]
    return [f"{halves[at]} {halves[at + 1]}" for at in range(members)]


def _equal(rng: Random, words: list[str], members: int) -> list[str]:
    return [" ".join(rng.choices(words, k=_WORDS))] * members


def _two(rng: Random, words: list[str], members: int) -> list[str]:
    return _template(rng, words, members // 2) + _template(rng, words, members // 2)


_HARD: dict[str, Callable[[Random, list[str], int], list[str]]] = {
    "a chain of strangers": _chain,
    "one text": _equal,
    "two templates": _two,
}


def _cost(components: list[list[str]], runs: int) -> tuple[float, Templates]:
    groups: NDArray[np.int64] = np.repeat(
        np.arange(len(components)), [len(texts) for texts in components]
    ).astype(np.int64)
    texts = pa.array([text for texts in components for text in texts], pa.large_string())
    ids = pa.array([f"{at:09d}" for at in range(len(texts))], pa.large_string())
    best = float("inf")
    for _ in range(runs):
        before = time.process_time()
        found = find_templates(groups, ids, texts)
        best = min(best, time.process_time() - before)
    return best / len(texts) * 1e6, found


def _row(name: object, components: list[list[str]], runs: int) -> None:
    cost, found = _cost(components, runs)
    inside = float((found.template_of >= 0).mean())
    markdown.row((name, len(found.template_of), f"{cost:.1f}", len(found.table), inside))


def _class(name: str, asked: argparse.Namespace) -> None:
    """Each planted campaign is one component; it should be one template, with all its members."""
    ids, texts, truth = make_set(name, asked.listings, asked.seed, asked.vocabulary)
    rows = np.argsort(truth, kind="stable")
    rows = rows[truth[rows] >= 0]
    found = find_templates(
        truth[rows],
        pa.array([ids[at] for at in rows], pa.large_string()),
        pa.array([texts[at] for at in rows], pa.large_string()),
    )
    inside = found.template_of >= 0
    pairs = np.unique(np.stack([truth[rows][inside], found.template_of[inside]], axis=1), axis=0)
    _, templates = np.unique(pairs[:, 0], return_counts=True)
    campaigns = len(np.unique(truth[rows]))
    markdown.row(
        (name, len(rows), campaigns, len(found.table), float(inside.mean()),
         int((templates > 1).sum()))
    )  # fmt: skip


def main() -> None:
    """Parse, say on what machine, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.templates", description=__doc__)
    options(parser)
    asked = parser.parse_args()
    print(machine.describe())
    run(asked)


if __name__ == "__main__":
    main()
