"""Where in a member the value of a slot stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.text.tokens import MARK_DIGIT, MARK_SENTENCE

I32 = NDArray[np.int32]
#: Constant columns next to a slot that a member may lack and still have its value read.
LACKING = 3
#: Tokens of a value at most: what is longer is cut.
LONGEST = 40
_PLUS, _HASH, _AT, _OPEN, _CLOSE, _PERCENT, _DOLLAR = 43, 35, 64, 40, 41, 37, 36


@inlined
def locate(
    column_of: I32, low: int, length: int, kept: int, where: I32, before: I32, after: I32
) -> None:
    """`where[c]`: token of column c or -1; `before[j]`, `after[j]`: the matched token next to j.

    Tokens are counted from the member's first; `before` is -1 and `after` is `length` where there
    is none; both have an entry for j = `length`.
    """
    for column in range(kept):
        where[column] = -1
    last = -1
    for j in range(length):
        before[j] = last
        if column_of[low + j] >= 0:
            where[column_of[low + j]] = j
            last = j
    before[length] = last
    last = length
    after[length] = length
    for j in range(length - 1, -1, -1):
        after[j] = last
        if column_of[low + j] >= 0:
            last = j


@inlined
def _sentence_starts(
    j: int, base: int, row: int, data: NDArray[np.uint8], starts: I32, marks: NDArray[np.uint8]
) -> bool:
    """Whether token j begins a sentence. The dot of `3.50` does not end one: no blank follows."""
    if marks[base + j] & MARK_SENTENCE == 0:
        return False
    start = int(starts[base + j])
    if start == 0:
        return True
    byte = data[row + start - 1]
    return bool(byte <= 32 or byte >= 0x80)


@inlined
def value_run(
    gap: int, kept: int, length: int, where: I32, before: I32, after: I32,
    slotted: NDArray[np.int32], base: int, row: int, data: NDArray[np.uint8], starts: I32,
    marks: NDArray[np.uint8],
) -> tuple[int, int]:  # fmt: skip
    """Tokens [first, stop) that stand in the slot at `gap`; first == stop where nothing does.

    Both neighbours in place: what is between them, less whole sentences put in at an end. A few
    neighbours lacking: what is between the nearest ones, less one word for each that lacks (it was
    replaced; numbers are the slot's own). One neighbour moved away with its sentence: the rest of the sentence.
    """
    left = where[gap - 1] if gap > 0 else -1
    right = where[gap] if gap < kept else length
    has_left = gap == 0 or left >= 0
    has_right = gap == kept or right >= 0
    if has_left and has_right and right > left and before[right] == left:
        first, stop = left + 1, right
        if stop - first > 1:
            ends = right < length and _sentence_starts(right, base, row, data, starts, marks)
            opens = _sentence_starts(first, base, row, data, starts, marks)
            if ends and not opens:
                for j in range(first + 1, stop):
                    if _sentence_starts(j, base, row, data, starts, marks):
                        stop = j
                        break
            elif opens and not ends and right < length:
                for j in range(stop - 1, first, -1):
                    if _sentence_starts(j, base, row, data, starts, marks):
                        first = j
                        break
        return first, min(stop, first + LONGEST)
    if not (has_left and has_right):
        lower = gap - 1
        while lower >= 0 and where[lower] < 0 and gap - 1 - lower < LACKING and slotted[lower] < 0:
            lower -= 1
        upper = gap
        while (
            upper < kept and where[upper] < 0 and upper - gap < LACKING and slotted[upper + 1] < 0
        ):
            upper += 1
        near = where[lower] if lower >= 0 else -1
        far = where[upper] if upper < kept else length
        if (lower < 0 or near >= 0) and (upper == kept or far >= 0):
            if far > near and before[far] == near:
                first, stop = near + 1, far
                for _ in range(gap - 1 - lower):
                    if stop - first > 1 and marks[base + first] & MARK_DIGIT == 0:
                        first += 1
                for _ in range(upper - gap):
                    if stop - first > 1 and marks[base + stop - 1] & MARK_DIGIT == 0:
                        stop -= 1
                return first, min(stop, first + LONGEST)
            if far > near:
                return near + 1, near + 1
    if gap > 0 and left >= 0:
        stop = after[left]
        for j in range(left + 2, stop):
            if _sentence_starts(j, base, row, data, starts, marks):
                stop = j
                break
        return left + 1, min(stop, left + 1 + LONGEST)
    if gap < kept and right > 0:
        first = before[right] + 1
        for j in range(right - 1, first, -1):
            if _sentence_starts(j, base, row, data, starts, marks):
                first = j
                break
        return max(first, right - LONGEST), right
    return 0, 0


@inlined
def _symbol_before(data: NDArray[np.uint8], at: int, least: int) -> int:
    """Bytes of a currency sign, plus, number sign or at sign that ends at `at`."""
    if at - 1 >= least:
        byte = data[at - 1]
        if byte == _DOLLAR or byte == _PLUS or byte == _HASH or byte == _AT:
            return 1
    if at - 2 >= least and data[at - 2] == 0xC2 and 0xA2 <= data[at - 1] <= 0xA5:
        return 2
    if at - 3 >= least and data[at - 3] == 0xE2 and data[at - 2] == 0x82 and data[at - 1] >= 0xA0:
        return 3
    return 0


@inlined
def _symbol_after(data: NDArray[np.uint8], at: int, most: int) -> int:
    """Bytes of a currency or percent sign that starts at `at`."""
    if at < most and (data[at] == _DOLLAR or data[at] == _PERCENT):
        return 1
    if at + 1 < most and data[at] == 0xC2 and 0xA2 <= data[at + 1] <= 0xA5:
        return 2
    if at + 2 < most and data[at] == 0xE2 and data[at + 1] == 0x82 and data[at + 2] >= 0xA0:
        return 3
    return 0


@inlined
def value_bytes(
    first: int, stop: int, length: int, base: int, row: int, row_end: int,
    data: NDArray[np.uint8], starts: I32, ends: I32,
) -> tuple[int, int]:  # fmt: skip
    """Bytes [begin, end) of the run, absolute, with the signs that belong to it ($, +, €, %).

    Overlapping tokens (scripts without spaces) give way to the constant tokens beside the run.
    """
    least = row
    begin = row + int(starts[base + first])
    if first > 0:
        least = row + int(ends[base + first - 1])
        begin = max(begin, least)
    most = row_end
    end = row + int(ends[base + stop - 1])
    if stop < length:
        most = row + int(starts[base + stop])
        end = min(end, most)
    if end <= begin:
        return begin, begin
    closed = False
    for at in range(begin, end):
        closed = closed or data[at] == _CLOSE
    begin -= _symbol_before(data, begin, least)
    if closed and begin - 1 >= least and data[begin - 1] == _OPEN:
        begin -= 1
    begin -= _symbol_before(data, begin, least)
    end += _symbol_after(data, end, most)
    return begin, end
