"""Templates of many components in one call: sample, grow, align, settle, and again on the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.templates.bits import settle
from lamplighter.linking.templates.growth import align_all, grow
from lamplighter.linking.templates.members import Members
from lamplighter.linking.templates.sample import draw_sample
from lamplighter.linking.templates.scratch import SAMPLE, Scratch, scratch

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: A component is searched for further templates until each member was looked at so often, on
#: average (so the time stays near-linear), or so many seeds in a row gave nothing.
LOOKS, FAILURES = 8, 2


class Found(NamedTuple):
    """t templates, in the order of the components, then as they were found."""

    template_of: NDArray[np.int32]  # (q,) template of each token sequence, -1
    column_of: NDArray[np.int32]  # (m,) constant column of each token of a leader, -1
    columns: I64  # (t+1,) constant columns of template i are [i, i+1)
    constants: NDArray[np.uint32]  # (c,) token of each constant column
    slots: NDArray[np.int32]  # (c+t,) number of the slot in each gap, -1: gap j of template i is
    # the one before its constant column j, at columns[i] + i + j
    saved: F64  # (t,) bits


@kernel
def _search(
    work: Scratch, components: I64, listings: F64, keys: NDArray[np.uint64], leaders: I64,
    offsets: I64, tokens: NDArray[np.uint32], starts: NDArray[np.int32], ends: NDArray[np.int32],
    marks: NDArray[np.uint8], rows: I64, data: NDArray[np.uint8],
    template_of: NDArray[np.int32], column_of: NDArray[np.int32], columns: I64,
    constants: NDArray[np.uint32], slots: NDArray[np.int32], saved: F64,
) -> int:  # fmt: skip
    made = 0
    columns[0] = 0
    for component in range(len(components) - 1):
        low, high = components[component], components[component + 1]
        alive = 0
        for member in range(low, high):
            work.alive[alive] = member
            alive += 1
        looks = LOOKS * (alive + SAMPLE)
        failures = 0
        while alive > 0 and looks > 0 and failures < FAILURES:
            total = 0.0
            for i in range(alive):
                total += listings[work.alive[i]]
            if total < 2.0:
                break
            looks -= alive + min(alive, SAMPLE)
            size = draw_sample(work, alive, listings, keys)
            count = grow(work, size, offsets, tokens, leaders, column_of)
            if alive > size:
                align_all(work, work.alive, alive, count, offsets, tokens, leaders, column_of)
            for i in range(alive):
                work.weights[i] = listings[work.alive[i]]
            kept, gain, members = settle(
                work, work.alive, work.weights, alive, count, offsets, leaders, column_of,
                rows, data, starts, ends, marks,
            )  # fmt: skip
            accepted = gain > 0.0 and members >= 2.0
            if not accepted:
                # The seed has nobody: look once more without those who were with it.
                failures += 1
                before = alive
                alive = 0
                for i in range(before):
                    if not work.inside[i]:
                        work.alive[alive] = work.alive[i]
                        alive += 1
                if alive == before:
                    break
                continue
            failures = 0
            left = 0
            for i in range(alive):
                member = work.alive[i]
                if not work.inside[i]:
                    work.alive[left] = member
                    left += 1
                    continue
                template_of[member] = made
                for at in range(offsets[leaders[member]], offsets[leaders[member] + 1]):
                    column = column_of[at]
                    if column >= 0:
                        column_of[at] = max(np.int32(-1), work.number[column])
            alive = left
            first = columns[made]
            columns[made + 1] = first + kept
            for column in range(count):
                if work.number[column] >= 0:
                    constants[first + work.number[column]] = work.columns[column]
            number = 0
            for gap in range(kept + 1):
                slots[first + made + gap] = -1
                if work.slotted[gap]:
                    slots[first + made + gap] = number
                    number += 1
            saved[made] = gain
            made += 1
    return made


def search(members: Members) -> Found:
    """Find the templates of all components."""
    tokens = members.tokens
    lengths = np.diff(tokens.offsets)
    widest = int(np.diff(members.components).max())
    work = scratch(widest, int(lengths.max()))
    sequences = len(members.leaders)
    template_of = np.full(sequences, -1, dtype=np.int32)
    column_of = np.full(len(tokens.hashes), -1, dtype=np.int32)
    # A constant column stands in more than half of the members, so a template has fewer than
    # twice the tokens of its longest member; and each member has one template at most.
    room = 2 * int(lengths[members.leaders].sum()) + 1
    columns = np.zeros(sequences + 1, dtype=np.int64)
    constants = np.zeros(room, dtype=np.uint32)
    slots = np.full(room + sequences, -1, dtype=np.int32)
    saved = np.zeros(sequences, dtype=np.float64)
    made = _search(
        work, members.components, members.listings, members.keys, members.leaders,
        tokens.offsets, tokens.hashes, tokens.starts, tokens.ends, tokens.marks, members.rows,
        members.data, template_of, column_of, columns, constants, slots, saved,
    )  # fmt: skip
    columns = columns[: made + 1]
    return Found(
        template_of, column_of, columns, constants[: columns[-1]],
        slots[: columns[-1] + made], saved[:made],
    )  # fmt: skip
