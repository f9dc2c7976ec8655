"""Ordinary listings with words that also denote the young: how many would reach a person?

Expands the kinds in context_kinds.txt to a few thousand listings, each under its own category,
under an open one, and under none, and counts those with an indicator that may move a band to A
or B (INDICATORS rule 3). To reach: 999 of 1,000 have none.

    python bench/context_kinds.py [FILE]
"""

from __future__ import annotations

import re
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from lamplighter.signals.indicators import find
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.text.tokens import tokenise

#: Categories of the lexicon that the default policy lets move a band to A or B.
MOVING = ("child", "control", "labour")
_CHOICE = re.compile(r"\{([^{}]*)\}")
_ENDINGS = (
    "",
    " Call after six.",
    " Cash only, no time wasters.",
    " Text me for more photos.",
    " Available from Monday, first come first served.",
)


class Ordinary(NamedTuple):
    """One ordinary listing; `category` is None where the poster gave none."""

    kind: str
    category: str | None
    text: str


def ordinary_listings(path: Path | None = None) -> list[Ordinary]:
    """Every kind in all its wordings, under its category, under `other`, and under none."""
    source = path or Path(__file__).with_suffix(".txt")
    found: list[Ordinary] = []
    for line in source.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, category, template = (part.strip() for part in line.split("|", 2))
        parts = _CHOICE.split(template)
        choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
        for number, words in enumerate(product(*choices)):
            text = "".join(words) + _ENDINGS[(number + len(found)) % len(_ENDINGS)]
            found.extend(Ordinary(kind, given, text) for given in (category, "other", None))
    return found


def counted(listings: list[Ordinary]) -> list[tuple[Ordinary, str, str, str]]:
    """(listing, entry, term, why) for each indicator that counts and may move a band."""
    texts = pa.array([listing.text for listing in listings], pa.large_string())
    categories = pa.array([listing.category for listing in listings], pa.large_string())
    table = find(tokenise(texts), texts, load_lexicon(), categories)
    return [
        (listings[hit["row"]], hit["entry"], listings[hit["row"]].text[hit["start"] : hit["end"]],
         hit["why"])
        for hit in table.to_pylist()
        if hit["counts"] and hit["category"] in MOVING
    ]  # fmt: skip


def main() -> None:
    """Print the shares and every listing that would reach a person."""
    listings = ordinary_listings(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    wrong = counted(listings)
    texts = {(listing.text, listing.category) for listing, *_ in wrong}
    kinds = {listing.kind for listing in listings}
    print(f"{len(kinds)} kinds, {len(listings)} listings")
    print(f"{len(texts)} with a counted indicator that may move a band to A or B")
    print(f"{1000 - 1000 * len(texts) / len(listings):.2f} of 1,000 have none")
    for listing, entry, term, why in wrong:
        print(f"  {listing.kind} [{listing.category}] {entry} “{term}”: {why}\n    {listing.text}")


if __name__ == "__main__":
    main()
