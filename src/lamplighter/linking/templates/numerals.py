"""Numbers that go on across the edge of a slot: "(303) 555-[7841]" is one phone number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.scratch import Scratch
from lamplighter.text.tokens import MARK_DIGIT

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: Members looked at, the first by content hash; bytes between two parts of one number.
_LOOKED, _APART = 64, 3
VARIABLE = -2


@inlined
def _goes_on(
    at: int, row: int, data: NDArray[np.uint8], starts: I32, ends: I32, marks: NDArray[np.uint8]
) -> bool:
    """Whether token at is a number that goes on from the one before: blanks and ()-./ between."""
    if marks[at] & MARK_DIGIT == 0 or marks[at - 1] & MARK_DIGIT == 0:
        return False
    if starts[at] - ends[at - 1] > _APART:
        return False
    for byte in range(row + ends[at - 1], row + starts[at]):
        sign = data[byte]
        if not (sign == 32 or sign == 40 or sign == 41 or 45 <= sign <= 47):
            return False
    return True


@inlined
def join_numerals(
    work: Scratch, chosen: I64, weights: NDArray[np.float64], size: int, count: int, kept: int,
    offsets: I64, leaders: I64, column_of: I32, rows: I64, data: NDArray[np.uint8],
    starts: I32, ends: I32, marks: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Give constant numbers to the slots that they go on into; returns the constant columns left.

    Renumbers `work.number`; the slots are to be found again if fewer are left than before.
    """
    before, after, linked = work.gains, work.chances, work.fill_costs
    begun, ended = work.support_of_gap, work.rest_of_gap
    for gap in range(kept + 1):
        before[gap] = after[gap] = linked[gap] = begun[gap] = ended[gap] = 0.0
    total = 0.0
    looked = 0
    for i in range(size):
        if not work.inside[i]:
            continue
        looked += 1
        if looked > _LOOKED:
            break
        weight = weights[i]
        total += weight
        leader = leaders[chosen[i]]
        last = -1
        for at in range(offsets[leader], offsets[leader + 1]):
            place = -1
            if column_of[at] >= 0:
                place = int(work.number[column_of[at]])
            if at > offsets[leader] and (place >= 0 or last >= 0):
                on = weight if _goes_on(at, rows[leader], data, starts, ends, marks) else 0.0
                if place < 0:
                    begun[last + 1] += weight
                    before[last + 1] += on
                elif last < 0:
                    ended[place] += weight
                    after[place] += on
                elif place == last + 1:
                    linked[last] += on
            last = max(place, -1)
    changed = False
    for gap in range(kept + 1):
        # `begun` below 0 marks a constant column that becomes part of a slot from here on.
        ended[gap] = 1.0 if work.slotted[gap] and after[gap] > 0.5 * ended[gap] else 0.0
        before[gap] = 1.0 if work.slotted[gap] and before[gap] > 0.5 * begun[gap] else 0.0
        begun[gap] = 0.0
    for gap in range(kept + 1):
        if before[gap] > 0.0:
            column = gap - 1
            while column >= 0 and begun[column] == 0.0:
                begun[column] = -1.0
                changed = True
                if column == 0 or work.slotted[column] or linked[column - 1] <= 0.5 * total:
                    break
                column -= 1
        if ended[gap] > 0.0:
            column = gap
            while column < kept and begun[column] == 0.0:
                begun[column] = -1.0
                changed = True
                if work.slotted[column + 1] or linked[column] <= 0.5 * total:
                    break
                column += 1
    if not changed:
        return kept
    left = 0
    for column in range(count):
        number = work.number[column]
        if number >= 0:
            if begun[number] < 0.0:
                work.number[column] = VARIABLE
            else:
                work.number[column] = left
                left += 1
    return left
