"""Habits of a whole platform that take words without choosing them.

A length limit, a store that holds no accents, a rule against prices or hashtags: each takes words by
rule, and none of them picks words. Each is tested on all pairs of the platform; where it fits, what
it took is set aside, so that no term is told for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.hunks import HABIT, INSERTED
from lamplighter.concealment.pairs import HUNK_SCHEMA
from lamplighter.concealment.terms import Corpus
from lamplighter.concealment.token_state import (
    GONE,
    KEPT,
    PRICED,
    TAGGED,
    TITLE,
    UNCLEAR,
    mark_tokens,
)
from lamplighter.foundation.jit import kernel

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: A habit is told from so many cases on, and if it takes nearly all of its kind.
_LEAST, _MOST = 20, 0.9
#: A limit cuts at a word's end or near it: published lengths lie in a stretch of so many characters.
_WORD = 40
#: Share of the cut texts that must lie there, and of all texts that may be longer.
_AT_LIMIT, _OVER = 0.6, 0.02


class Habit(NamedTuple):
    """What the platform does, in words, and in how many listings it took something."""

    sentence: str
    listings: int


class SetAside(NamedTuple):
    """The hunks (`HUNK_SCHEMA`) with what habits took marked, and the habits that fit."""

    hunks: pa.Table
    habits: list[Habit]


@kernel
def _count(offsets: I64, states: U8, counted: U8, flag: int) -> tuple[int, int]:
    kept, gone = 0, 0
    for row in range(len(offsets) - 1):
        if counted[row]:
            for token in range(offsets[row], offsets[row + 1]):
                # A rule for the text may leave titles alone.
                if states[token] & flag and (states[token] >> 2) & 7 != TITLE:
                    kept += (states[token] & 3) == KEPT
                    gone += (states[token] & 3) == GONE
    return kept, gone


@kernel
def _all_flagged(lows: I64, highs: I64, states: U8, flag: int, out: Mask) -> None:
    for at in range(len(lows)):
        out[at] = highs[at] > lows[at]
        for token in range(lows[at], highs[at]):
            out[at] = out[at] and (states[token] & flag) != 0


@kernel
def _blur(states: U8, flag: int) -> None:
    for token in range(len(states)):
        if states[token] & flag and (states[token] & 3) == GONE:
            states[token] = (states[token] & np.uint8(0xFC)) | np.uint8(UNCLEAR)


def set_aside(pairs: pa.Table, hunks: pa.Table, corpus: Corpus) -> SetAside:
    """Test the habits on all pairs; `corpus.states` is changed where one fits."""
    pair, kind, low, high = (hunks[name].to_numpy() for name in ("pair", "kind", "low", "high"))
    use = (corpus.counted[pair] == 1) & (kind != INSERTED)
    taken = np.zeros(len(pair), bool)
    habits: list[Habit] = []

    def note(where: Mask, sentence: str) -> None:
        taken[where] = True
        habits.append(Habit(sentence, len(np.unique(pair[where]))))

    cut, limit = _cut(pairs, use & (high == corpus.offsets[pair + 1]), pair, corpus.counted)
    if cut.any():
        note(cut, f"texts are cut off at about {limit:,} characters")
    lost = use & ~taken & _foreign(hunks)
    holds = pc.fill_null(pairs["shown_ascii"], True).to_numpy().all()
    if holds and len(np.unique(pair[lost])) >= _LEAST:
        note(lost, "letters outside ASCII are lost from every text, so words with them are")
    for flag, name in ((TAGGED, "hashtags"), (PRICED, "prices")):
        kept, gone = _count(corpus.offsets, corpus.states, corpus.counted, flag)
        if gone >= _LEAST and gone >= _MOST * (kept + gone):
            where = np.zeros(len(pair), bool)
            _all_flagged(low, high, corpus.states, flag, where)
            _blur(corpus.states, flag)
            note(where & use & ~taken, f"{gone / (kept + gone):.0%} of all {name} are taken out")
    if not habits:
        return SetAside(hunks, [])
    becomes = np.full(int(taken.sum()), UNCLEAR, np.uint8)
    mark_tokens(low[taken], high[taken], becomes, corpus.states)
    changed = {
        "kind": np.where(taken, np.uint8(HABIT), kind),
        "key": np.where(taken, np.uint64(0), hunks["key"].to_numpy()),
    }
    for name, values in changed.items():
        at = HUNK_SCHEMA.get_field_index(name)
        hunks = hunks.set_column(at, HUNK_SCHEMA.field(name), pa.array(values))
    return SetAside(hunks, habits)


def _cut(pairs: pa.Table, ends: Mask, pair: I64, counted: U8) -> tuple[Mask, int]:
    """Hunks among `ends`, at the end of their text, that a limit of length explains; the limit."""
    length = pc.fill_null(pairs["shown_length"], -1).to_numpy()
    size = length[pair[ends]]
    if len(size) < _LEAST:
        return np.zeros(len(pair), bool), 0
    size = np.sort(size)
    inside = np.searchsorted(size, size, "right") - np.searchsorted(size, size - _WORD, "left")
    limit = int(size[np.argmax(inside)])
    longer = (length[counted == 1] > limit).mean()
    if inside.max() < max(_AT_LIMIT * len(size), _LEAST) or longer > _OVER:
        return np.zeros(len(pair), bool), 0
    return ends & (length[pair] >= limit - _WORD) & (length[pair] <= limit), limit


def _foreign(hunks: pa.Table) -> Mask:
    """Hunks whose removed words have letters outside ASCII."""
    bare = pc.fill_null(hunks["removed"], "")
    wide: Mask = pc.greater(pc.binary_length(bare), pc.utf8_length(bare)).to_numpy()
    return wide
