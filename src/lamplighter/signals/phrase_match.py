"""Finding a lexicon's phrases in the stream of folded tokens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.phrase_compile import NUMBER, Codes, Matcher, Numbers, bare
from lamplighter.signals.spans import text_bytes
from lamplighter.signals.tables import look_up
from lamplighter.text.tokens import Tokens

_FIRST_OF_SENTENCE = 32
_DIGIT = 16


class Hits(NamedTuple):
    """(m,) each: the row, the entry (index in the lexicon) and its first and last token."""

    row: Numbers
    entry: Numbers
    first: Numbers
    last: Numbers


def find_phrases(tokens: Tokens, texts: pa.Array, matcher: Matcher) -> Hits:
    """All phrases in all rows, sorted by row, entry, first token; overlaps of one entry merged.

    Whole words, in order, within one sentence; of overlapping hits of one entry the first, then
    the longest stays. A hash that another word happens to share is no hit: spans are read again.
    """
    raw = _scan(
        tokens.offsets,
        tokens.hashes,
        tokens.marks,
        matcher.items,
        matcher.bounds,
        matcher.entry,
        *matcher.anchors,
        matcher.places,
        matcher.pairs,
        *matcher.members,
        *matcher.barred,
        matcher.bloom,
    )
    row, entry, first, last = (np.ascontiguousarray(raw[:, column]) for column in range(4))
    true = _spelled_so(tokens, texts, row, first, last, matcher.spelled)
    row, entry, first, last = row[true], entry[true], first[true], last[true]
    order = np.lexsort((-last, first, entry, row))
    row, entry, first, last = row[order], entry[order], first[order], last[order]
    keep = _apart(row, entry, first, last)
    return Hits(row[keep], entry[keep], first[keep], last[keep])


def _spelled_so(
    tokens: Tokens,
    texts: pa.Array,
    row: Numbers,
    first: Numbers,
    last: Numbers,
    spelled: dict[int, frozenset[str]],
) -> NDArray[np.bool_]:
    """(m,) whether the hits' tokens read as the words whose hashes they have."""
    offsets, data = text_bytes(texts)
    hit, token, key = _read(offsets, data, tokens.starts, tokens.ends, row, first, last)
    distinct, sample, inverse = np.unique(key, return_index=True, return_inverse=True)
    fits = np.ones(len(distinct), np.bool_)
    for at, where in enumerate(sample.tolist()):
        known = spelled.get(int(tokens.hashes[token[where]]))
        if known is not None:
            begin = offsets[row[hit[where]]]
            span = slice(begin + tokens.starts[token[where]], begin + tokens.ends[token[where]])
            fits[at] = bare(data[span].tobytes().decode("utf-8", "replace")) in known
    result = np.ones(len(row), np.bool_)
    result[hit[~fits[inverse]]] = False
    return result


@kernel
def _read(
    offsets: Numbers,
    data: NDArray[np.uint8],
    starts: Codes,
    ends: Codes,
    row: Numbers,
    first: Numbers,
    last: Numbers,
) -> tuple[Numbers, Numbers, NDArray[np.uint64]]:
    """For every token of every hit: the hit, the token, and a hash of its bytes (FNV-1a)."""
    total = 0
    for at in range(len(row)):
        total += last[at] - first[at] + 1
    hit, token = np.empty(total, np.int64), np.empty(total, np.int64)
    key = np.empty(total, np.uint64)
    filled = 0
    for at in range(len(row)):
        for number in range(first[at], last[at] + 1):
            state = np.uint64(0xCBF29CE484222325)
            begin = offsets[row[at]]
            for byte in range(begin + starts[number], begin + ends[number]):
                state = (state ^ np.uint64(data[byte])) * np.uint64(0x100000001B3)
            hit[filled], token[filled], key[filled] = at, number, state
            filled += 1
    return hit, token, key


@kernel
def _apart(row: Numbers, entry: Numbers, first: Numbers, last: Numbers) -> NDArray[np.bool_]:
    """(m,) hits that do not overlap an earlier one of the same row and entry that is kept."""
    keep = np.ones(len(row), np.bool_)
    end = np.int64(-1)
    for at in range(len(row)):
        if at and (row[at] != row[at - 1] or entry[at] != entry[at - 1]):
            end = np.int64(-1)
        if first[at] <= end:
            keep[at] = False
        else:
            end = last[at]
    return keep


@kernel
def _scan(
    offsets: Numbers,
    hashes: NDArray[np.uint32],
    marks: NDArray[np.uint8],
    items: Codes,
    bounds: Numbers,
    entry: Numbers,
    anchor_keys: NDArray[np.uint64],
    anchor_values: NDArray[np.uint64],
    places: Numbers,
    pairs: Numbers,
    member_keys: NDArray[np.uint64],
    member_values: NDArray[np.uint64],
    barred_keys: NDArray[np.uint64],
    barred_values: NDArray[np.uint64],
    bloom: NDArray[np.uint8],
) -> Numbers:
    """(m, 4) row, entry, first and last token of every match."""
    found = np.empty((1024, 4), np.int64)
    filled = 0
    stack = np.zeros((16, 3), np.int64)
    for row in range(len(offsets) - 1):
        for token in range(offsets[row], offsets[row + 1]):
            word = hashes[token]
            if not bloom[word >> np.uint32(19)] >> (word >> np.uint32(16) & np.uint32(7)) & 1:
                continue
            key = np.uint64(1) << np.uint64(32) | np.uint64(word)
            group = np.int64(look_up(anchor_keys, anchor_values, key)) - 1
            if group < 0:
                continue
            for pair in range(places[group], places[group + 1], 2):
                phrase, start = pairs[pair], token - pairs[pair + 1]
                if start < offsets[row]:
                    continue
                last = _match(
                    hashes,
                    marks,
                    items,
                    bounds[phrase],
                    bounds[phrase + 1],
                    start,
                    offsets[row + 1],
                    member_keys,
                    member_values,
                    barred_keys,
                    barred_values,
                    stack,
                )
                if last < 0:
                    continue
                if filled == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[filled, 0], found[filled, 1] = row, entry[phrase]
                found[filled, 2], found[filled, 3] = start, last
                filled += 1
    return found[:filled].copy()


@inlined
def _match(
    hashes: NDArray[np.uint32],
    marks: NDArray[np.uint8],
    items: Codes,
    begin: int,
    end: int,
    start: int,
    stop: int,
    member_keys: NDArray[np.uint64],
    member_values: NDArray[np.uint64],
    barred_keys: NDArray[np.uint64],
    barred_values: NDArray[np.uint64],
    stack: Numbers,
) -> int:
    """The last token of a match of items[begin:end] at `start`, or -1; shorter gaps first.

    `stack` holds, for each open gap, its place, its first token and the words it spans.
    """
    item, token, depth = begin, start, 0
    while True:
        if item == end:
            return token - 1
        code = items[item]
        if code < NUMBER:
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = item, token, 0
            depth += 1
            item += 1
            continue
        fits = token < stop and (token == start or not marks[token] & _FIRST_OF_SENTENCE)
        if fits and code == NUMBER:
            fits = marks[token] & _DIGIT != 0
        elif fits:
            key = np.uint64(code + 1) << np.uint64(32) | np.uint64(hashes[token])
            fits = look_up(member_keys, member_values, key) != np.uint64(0)
        if fits:
            token += 1
            item += 1
            continue
        going = False
        while depth > 0 and not going:
            top = depth - 1
            over = stack[top, 1] + stack[top, 2]
            key = np.uint64(1) << np.uint64(32) | np.uint64(hashes[over] if over < stop else 0)
            if (
                stack[top, 2] < -1 - items[stack[top, 0]]
                and over < stop
                and not marks[over] & _FIRST_OF_SENTENCE
                and look_up(barred_keys, barred_values, key) == np.uint64(0)
            ):
                stack[top, 2] += 1
                token = over + 1
                item = stack[top, 0] + 1
                going = True
            else:
                depth -= 1
        if not going:
            return -1
