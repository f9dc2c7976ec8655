"""Reading the members of each template: its slots with their values, its words as written."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.templates.kinds import beside, judge, look
from lamplighter.linking.templates.members import Members
from lamplighter.linking.templates.parts import Readings, write_parts
from lamplighter.linking.templates.search import Found
from lamplighter.linking.templates.spans import locate, value_bytes, value_run
from lamplighter.linking.templates.surface import (
    WRITINGS,
    Surface,
    add_pieces,
    surface_scratch,
)
from lamplighter.linking.templates.values import (
    SHOWN,
    Values,
    add_value,
    fold_values,
    rank_values,
    start_values,
    value_scratch,
)
from lamplighter.text.tokens import MARK_SENTENCE

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]

#: Values of a slot by which its kind is judged.
JUDGED = 200


class Work(NamedTuple):
    """Scratch for one text, and `runs` (texts × slots, 2): the tokens of each value."""

    where: I32
    before: I32
    after: I32
    runs: I32
    own: I64  # (slots, 4): tokens and bytes of one text's values
    votes: NDArray[np.float64]


@inlined
def _read_slot(
    work: Work, values: Values, template: int, slot: int, slots: int, gap: int, kept: int,
    first: int, texts: I64, weights: I64, constants: NDArray[np.uint32], slotted: I32, rows: I64,
    data: U8, offsets: I64, tokens: NDArray[np.uint32], starts: I32, ends: I32, marks: U8,
    cue_table: U64, cue_flags: U8, cities: U64, names: U64, out: Readings, number: int,
) -> None:  # fmt: skip
    """Values of one slot from `work.runs` into the tables."""
    mask = start_values(values, len(texts))
    entries = 0
    for i in range(len(texts)):
        start, stop = work.runs[i * slots + slot, 0], work.runs[i * slots + slot, 1]
        if start >= stop:
            continue
        text = texts[i]
        base = offsets[text]
        begin, end = value_bytes(
            start, stop, offsets[text + 1] - base, base, rows[text], rows[text + 1], data,
            starts, ends,
        )  # fmt: skip
        if begin < end:
            entries = add_value(
                values, entries, mask, weights[text], data, begin, end, tokens, marks, base,
                start, stop, text,
            )  # fmt: skip
    distinct = fold_values(values, entries, mask, data)
    shown = rank_values(values, entries, data)
    at = out.values_of[number]
    work.votes[:] = 0.0
    total = 0.0
    # The most frequent ones, then others by content hash, up to JUDGED.
    for i in range(shown + min(entries, JUDGED)):
        entry = values.shown[i] if i < shown else np.int64(i - shown)
        if i < shown:
            out.value_begin[at + i] = values.begin[entry]
            out.value_end[at + i] = values.end[entry]
            out.value_count[at + i] = values.total[entry]
        elif values.total[entry] == 0:
            continue
        text = values.text[entry]
        base = offsets[text]
        start = base + values.first[entry]
        like = look(
            data, values.begin[entry], values.end[entry], rows[text], tokens, starts, ends,
            base, start, base + values.stop[entry], offsets[text + 1], marks[start] & MARK_SENTENCE != 0,
            cue_table, cue_flags, cities, names,
        )  # fmt: skip
        # Half a power: neither one frequent value nor many rare ones decide alone.
        weight = np.sqrt(float(values.total[entry]))
        total += weight
        for bit in range(7):
            if like >> bit & 1:
                work.votes[bit] += weight
    cue = beside(constants, first, kept, gap, slotted, cue_table, cue_flags)
    out.slot_kind[number] = judge(work.votes, total, distinct, cue, len(names) > 16)
    out.slot_distinct[number] = distinct
    out.values_of[number + 1] = at + shown


@kernel
def _read(
    work: Work, values: Values, surface: Surface, sequence_order: I64, template_bounds: I64,
    sequences: I64, writings: I64, weights: I64, leaders: I64, columns: I64,
    constants: NDArray[np.uint32], slots: I32, column_of: I32, rows: I64, data: U8, offsets: I64,
    tokens: NDArray[np.uint32], starts: I32, ends: I32, marks: U8, cue_table: U64, cue_flags: U8,
    cities: U64, names: U64, texts: I64, out: Readings,
) -> None:  # fmt: skip
    own_columns = np.empty(len(work.where) + len(work.before), dtype=np.int32)
    number = 0
    for template in range(len(columns) - 1):
        first = columns[template]
        kept = columns[template + 1] - first
        slotted = slots[first + template : first + template + kept + 1]
        count = 0
        for gap in range(kept + 1):
            count = max(count, int(slotted[gap]) + 1)
        surface.pieces[:kept] = 0
        read = 0
        for i in range(template_bounds[template], template_bounds[template + 1]):
            sequence = sequence_order[i]
            leader = offsets[leaders[sequence]]
            length = offsets[leaders[sequence] + 1] - leader
            for j in range(length):
                own_columns[j] = column_of[leader + j]
            locate(own_columns, 0, length, kept, work.where, work.before, work.after)
            for at in range(sequences[sequence], sequences[sequence + 1]):
                text = writings[at]
                base, row = offsets[text], rows[text]
                texts[read] = text
                for gap in range(kept + 1):
                    slot = slotted[gap]
                    if slot < 0:
                        continue
                    start, stop = value_run(
                        gap, kept, length, work.where, work.before, work.after, slotted, base,
                        row, data, starts, marks,
                    )  # fmt: skip
                    work.runs[read * count + slot, 0] = start
                    work.runs[read * count + slot, 1] = stop
                    if read < WRITINGS:
                        work.own[slot, 0] = start
                        work.own[slot, 1] = stop
                        if start < stop:
                            begin, end = value_bytes(
                                start, stop, length, base, row, rows[text + 1], data, starts, ends
                            )
                            work.own[slot, 2] = begin
                            work.own[slot, 3] = end
                if read < WRITINGS:
                    add_pieces(
                        surface, weights[text], kept, length, base, row, rows[text + 1],
                        work.where, slotted, work.own, data, starts, ends,
                    )  # fmt: skip
                read += 1
        for gap in range(kept + 1):
            if slotted[gap] >= 0:
                _read_slot(
                    work, values, template, slotted[gap], count, gap, kept, first, texts[:read],
                    weights, constants, slotted, rows, data, offsets, tokens, starts, ends,
                    marks, cue_table, cue_flags, cities, names, out, number,
                )  # fmt: skip
                number += 1
        out.slots_of[template + 1] = number
        write_parts(surface, template, kept, slotted, out)


def read_members(
    members: Members, found: Found, cue_words: tuple[U64, U8], cities: U64, names: U64
) -> Readings:
    """Read all templates of `found` (one at least)."""
    templates = len(found.saved)
    tokens = members.tokens
    order = np.argsort(found.template_of, kind="stable").astype(np.int64)
    bounds = np.searchsorted(found.template_of[order], np.arange(templates + 1)).astype(np.int64)
    texts_of = np.add.reduceat(np.diff(members.sequences)[order], bounds[:-1])
    kept = np.diff(found.columns)
    gaps_of = found.columns[:-1] + np.arange(templates)
    slots_of = np.add.reduceat((found.slots >= 0).astype(np.int64), gaps_of)
    slots = int(slots_of.sum())
    parts = 2 * slots + templates
    values = int((slots_of * np.minimum(texts_of, SHOWN)).sum())
    pieces = 2 * len(found.constants) + parts
    i64, i32 = np.int64, np.int32
    out = Readings(
        np.zeros(templates + 1, i64), np.zeros(parts, i32), np.zeros(parts + 1, i64),
        np.zeros(pieces, i64), np.zeros(pieces, i64),
        np.zeros(templates + 1, i64), np.zeros(slots, i32), np.zeros(slots, i64),
        np.zeros(slots + 1, i64), np.zeros(values, i64), np.zeros(values, i64),
        np.zeros(values, i64),
    )  # fmt: skip
    widest, longest = int(kept.max()), int(np.diff(tokens.offsets).max())
    work = Work(
        np.zeros(widest, i32), np.zeros(longest + 1, i32), np.zeros(longest + 1, i32),
        np.zeros((int((texts_of * slots_of).max()), 2), i32),
        np.zeros((int(slots_of.max()) + 1, 4), i64), np.zeros(7),
    )  # fmt: skip
    _read(
        work, value_scratch(int(texts_of.max())), surface_scratch(widest), order, bounds,
        members.sequences, members.writings, members.weights, members.leaders, found.columns,
        found.constants, found.slots, found.column_of, members.rows, members.data,
        tokens.offsets, tokens.hashes, tokens.starts, tokens.ends, tokens.marks,
        *cue_words, cities, names, np.zeros(int(texts_of.max()), i64), out,
    )  # fmt: skip
    return out
