"""A pair shown word by word: what stayed, what went, what came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from lamplighter.concealment.align import align
from lamplighter.concealment.hunks import SAME, hunk_kinds
from lamplighter.text.tokens import tokenise


class Stretch(NamedTuple):
    """Some text; `kind` is `same`, `removed` or `added`."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Stretch]:
    """The submitted text with what was removed and added marked, in reading order."""
    one, two = (pa.array([text], pa.large_string()) for text in (before, after))
    a, b = tokenise(one), tokenise(two)
    row = np.zeros(1, np.int64)
    hunks = align(a, row, b)
    kinds = hunk_kinds(hunks, row, a, one, b, two, np.zeros(len(a.hashes), np.uint8))
    raw, other = before.encode(), after.encode()
    out: list[Stretch] = []
    at = 0

    def put(kind: str, data: bytes) -> None:
        if data:
            out.append(Stretch(kind, data.decode()))

    for n in range(len(kinds)):
        a0, a1, b0, b1 = (int(x[n]) for x in (hunks.a0, hunks.a1, hunks.b0, hunks.b1))
        if kinds[n] == SAME:
            continue
        start = int(a.starts[a0]) if a0 < len(a.starts) else len(raw)
        if a1 == a0 and a0 > 0:
            start = int(a.ends[a0 - 1])
        put("same", raw[at:start])
        at = int(a.ends[a1 - 1]) if a1 > a0 else start
        put("removed", raw[start:at])
        if b1 > b0:
            put("added", b" " + other[b.starts[b0] : b.ends[b1 - 1]])
    put("same", raw[at:])
    return out
