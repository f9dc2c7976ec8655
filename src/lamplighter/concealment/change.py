"""What is different between a refused text and the one that came after it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import Hunks
from lamplighter.concealment.hunks import LONGEST_TERM, REMOVED, REPLACED, SAME
from lamplighter.concealment.stretches import words_of
from lamplighter.text.tokens import Tokens

_MOST_HUNKS = 4
_NUMBER = re.compile(r"\d{1,3}$")
_PRICE_BEFORE = re.compile(r"(?:[$€£¥₹]|usd|eur|gbp|price:?)\s*$", re.I)
_PRICE_AFTER = re.compile(r"\s*(?:[$€£¥₹]|usd|eur|gbp|dollars|euros?|pounds)\b", re.I)


class Change(NamedTuple):
    """The one kind of difference between two texts."""

    kind: str  # term, number, or other
    terms: list[str]
    labels: tuple[str, ...]  # words beside a number
    numbers: tuple[int, int]
    size: int  # tokens that differ
    spot: tuple[int, int, int, int]  # bytes before and after that show it


def changes_of(
    hunks: Hunks, kinds: NDArray[np.uint8], before: Tokens, refused: pa.Array, after: Tokens,
    again: pa.Array,
) -> list[Change]:  # fmt: skip
    """(n,) the change of each pair of texts `refused[i]` and `again[i]`."""
    removed = words_of(before, refused, hunks.pair, hunks.a0, hunks.a1).to_pylist()
    added = words_of(after, again, hunks.pair, hunks.b0, hunks.b1).to_pylist()
    bounds = np.searchsorted(hunks.pair, np.arange(len(refused) + 1))
    out = []
    for row in range(len(refused)):
        told = [at for at in range(bounds[row], bounds[row + 1]) if kinds[at] != SAME]
        size = sum(int(hunks.a1[a] - hunks.a0[a] + hunks.b1[a] - hunks.b0[a]) for a in told)
        change = Change("other", [], (), (0, 0), size, (0, 0, 0, 0))
        if told and len(told) <= _MOST_HUNKS:
            first = told[0]
            text, other = refused[row].as_py().encode(), again[row].as_py().encode()
            low, high = _bytes(before, hunks.a0[first], hunks.a1[first], len(text))
            start, stop = _bytes(after, hunks.b0[first], hunks.b1[first], len(other))
            spot = (low, high, start, stop)
            if len(told) == 1 and _is_number(removed[first], added[first]):
                priced = _PRICE_BEFORE.search(text[:low].decode(errors="ignore")[-8:])
                priced = priced or _PRICE_AFTER.match(text[high:].decode(errors="ignore")[:10])
                if not priced:
                    labels = _labels(before, text, before.offsets[row], hunks.a0[first],
                                     before.offsets[row + 1])  # fmt: skip
                    numbers = int(removed[first]), int(added[first])
                    change = Change("number", [], labels, numbers, size, spot)
            elif all(
                kinds[a] in (REMOVED, REPLACED) and hunks.a1[a] - hunks.a0[a] <= LONGEST_TERM
                and hunks.b1[a] - hunks.b0[a] <= 2 for a in told
            ):  # fmt: skip
                terms = [removed[a].lower() for a in told]
                change = Change("term", terms, (), (0, 0), size, spot)
        out.append(change)
    return out


def _is_number(removed: str | None, added: str | None) -> bool:
    return bool(removed and added and _NUMBER.match(removed) and _NUMBER.match(added))


def _bytes(tokens: Tokens, low: int, high: int, end: int) -> tuple[int, int]:
    """Bytes of a stretch of tokens; where it is empty, the place where it would be."""
    if high > low:
        return int(tokens.starts[low]), int(tokens.ends[high - 1])
    at = int(tokens.starts[low]) if low < len(tokens.starts) else end
    return min(at, end), min(at, end)


def _labels(tokens: Tokens, text: bytes, first: int, at: int, stop: int) -> tuple[str, ...]:
    """The two words on both sides of a number that have three letters or more."""
    beside = [*range(max(first, at - 2), at), *range(at + 1, min(stop, at + 3))]
    words = [text[tokens.starts[i] : tokens.ends[i]].decode(errors="ignore") for i in beside]
    return tuple(word.lower() for word in words if len(word) >= 3 and word.isalpha())


def around(text: str, low: int, high: int, reach: int = 48) -> str:
    """The words around a stretch of bytes, with the stretch in ⟦ ⟧."""
    raw = text.encode()
    left = raw[max(0, low - reach) : low].decode(errors="ignore")
    right = raw[high : high + reach].decode(errors="ignore")
    start = "…" if low > reach else ""
    return f"{start}{left}⟦{raw[low:high].decode(errors='ignore')}⟧{right}" + (
        "…" if high + reach < len(raw) else ""
    )
