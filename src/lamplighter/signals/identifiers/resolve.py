"""From digits as dialled to a number in E.164, as `phonenumbers` would: the compiled twin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.identifiers.numbering import (
    ABROAD,
    ARGENTINA,
    CALLING,
    CARRIER,
    GENERAL,
    HOME,
    INSERT,
    LENGTHS,
    LOCAL,
    NO_PREFIX,
    PREFIX,
    STRIP_ONE,
    VALID,
    VERDICT,
    WAY,
    WHOLE,
    Plans,
)  # fmt: skip

Digits = NDArray[np.uint8]

#: Room before the digits in a work buffer, for a prepended area code.
_ROOM = 8
#: Longest number with prefixes that is looked at.
LONGEST = 28
#: Where digits are worked on, while the original stays.
_SHIFT = _ROOM + LONGEST
#: Not a place in the work buffer: the prefix stays.
_REFUSED = -1


@inlined
def _complete(plans: Plans, root: int, work: Digits, start: int, end: int) -> int:
    """The verdict on all of work[start:end], 0 if the automaton stops before its end."""
    state = root
    if state < 0:
        return 0
    for at in range(start, end):
        state = plans.steps[state, work[at]]
        if state < 0:
            return 0
    return int(plans.steps[state, VERDICT])


@inlined
def _longest(plans: Plans, root: int, work: Digits, start: int, end: int) -> int:
    """How many digits the longest accepted prefix has, -1 for none."""
    state = root
    found = -1
    if state < 0:
        return found
    if plans.steps[state, VERDICT]:
        found = 0
    for at in range(start, end):
        state = plans.steps[state, work[at]]
        if state < 0:
            break
        if plans.steps[state, VERDICT]:
            found = at + 1 - start
    return found


@inlined
def _argentina(plans: Plans, root: int, work: Digits, start: int, end: int) -> int:
    """Take `0` and a `15` after the area code away, prepend 9; the new start."""
    if start < end and work[start] == 0:
        start += 1
    state = root
    area = 0
    for at in range(start, end - 2):
        state = plans.steps[state, work[at]]
        if state < 0:
            break
        if plans.steps[state, VERDICT] and work[at + 1] == 1 and work[at + 2] == 5:
            area = at + 1 - start
    if area == 0:
        return start
    for back in range(area):
        work[start + area + 1 - back] = work[start + area - 1 - back]
    work[start + 1] = 9
    return start + 1


@inlined
def _without_prefix(plans: Plans, region: int, work: Digits, start: int, end: int) -> int:
    """Strip the national prefix (and carrier), or complete a local number; the new start.

    `work` may change from the new start on; the caller keeps the digits it may need again.
    """
    way = plans.regions[region, WAY]
    if way == NO_PREFIX or start >= end:
        return start
    general = plans.regions[region, GENERAL]
    proper = _complete(plans, general, work, start, end)
    taken = start
    if way == ARGENTINA:
        taken = _argentina(plans, plans.regions[region, PREFIX], work, start, end)
    elif plans.regions[region, WHOLE] >= 0 and _complete(
        plans, plans.regions[region, WHOLE], work, start, end
    ):
        count = plans.regions[region, INSERT]
        taken = start - count
        for at in range(count):
            work[taken + at] = plans.regions[region, INSERT + 1 + at]
    else:
        cut = _longest(plans, plans.regions[region, CARRIER], work, start, end)
        if cut < 0 or end - start - cut < 10:
            cut = _longest(plans, plans.regions[region, PREFIX], work, start, end)
        if cut < 0:
            return start
        taken = start + (1 if way == STRIP_ONE else cut)
    if proper and not _complete(plans, general, work, taken, end):
        return _REFUSED
    return taken


@inlined
def _stripped(plans: Plans, region: int, work: Digits, start: int, end: int) -> int:
    """Copy work[start:end] `_SHIFT` further and strip the prefix there; the new start there."""
    for at in range(start, end):
        work[_SHIFT + at] = work[at]
    taken = _without_prefix(plans, region, work, _SHIFT + start, _SHIFT + end)
    if taken == _REFUSED:
        for at in range(start, end):
            work[_SHIFT + at] = work[at]
        taken = _SHIFT + start
    return taken


@inlined
def _too_long(plans: Plans, region: int, count: int) -> bool:
    """Whether no possible number of the region has so many digits (`_test_number_length`)."""
    if (plans.regions[region, LOCAL] >> count) & 1:
        return False
    return (plans.regions[region, LENGTHS] >> count) == 0


@inlined
def _calling_code(plans: Plans, work: Digits, start: int, end: int) -> int:
    """The calling code that the digits begin with, 0 if none."""
    code = 0
    for at in range(start, min(start + 3, end)):
        code = code * 10 + int(work[at])
        if code == 0:
            break
        if plans.codes[code, VALID] >= 0:
            return code
    return 0


@inlined
def _size(code: int) -> int:
    """How many digits a calling code has."""
    return 1 if code < 10 else (2 if code < 100 else 3)


@inlined
def _own_code(plans: Plans, region: int, work: Digits, start: int, end: int) -> int:
    """Where the number starts if it is the region's calling code and a number, else -1."""
    code = int(plans.regions[region, CALLING])
    if end - start <= _size(code) or _calling_code(plans, work, start, end) != code:
        return -1
    begin = start + _size(code)
    taken = _stripped(plans, region, work, begin, end)
    general = plans.regions[region, GENERAL]
    if _too_long(plans, region, end - start) or (
        not _complete(plans, general, work, start, end)
        and _complete(plans, general, work, taken, _SHIFT + end)
    ):
        count = _SHIFT + end - taken
        for at in range(count):
            work[end - count + at] = work[taken + at]
        return end - count
    return -1


@kernel
def resolve(
    plans: Plans,
    digits: Digits,
    low: int,
    high: int,
    plus: bool,
    region: int,
    work: Digits,
    out: Digits,
) -> int:
    """E.164 digits of digits[low:high] dialled in a region, in `out`; how many, 0 if not valid.

    `plus`: the number is written with `+`. `work` is scratch of `WORK` cells, `out` of `OUT`.
    Follows `phonenumbers.parse` and `is_valid_number` step by step.
    """
    start, end = _ROOM, _ROOM + high - low
    if high - low < 3 or high - low > LONGEST or (region < 0 and not plus):
        return 0
    for at in range(high - low):
        work[start + at] = digits[low + at]
    abroad = plus
    if not plus:
        cut = _longest(plans, plans.regions[region, ABROAD], work, start, end)
        if cut > 0 and start + cut < end and work[start + cut] != 0:
            start += cut
            abroad = True
    if abroad:
        code = _calling_code(plans, work, start, end)
        start += _size(code)
        region = int(plans.codes[code, HOME])
    else:
        code = int(plans.regions[region, CALLING])
        own = _own_code(plans, region, work, start, end)
        if own >= 0:
            start = own
            region = int(plans.codes[code, HOME])
    if code == 0 or end - start < 2:
        return 0
    taken = _stripped(plans, region, work, start, end)
    left = _SHIFT + end - taken
    # Too few digits left: what looked like a prefix belongs to the number.
    if not (plans.regions[region, LENGTHS] >> left) & 1 and not _too_long(plans, region, left):
        for at in range(start, end):
            work[_SHIFT + at] = work[at]
        taken = _SHIFT + start
    if not _complete(plans, plans.codes[code, VALID], work, taken, _SHIFT + end):
        return 0
    count = _size(code)
    for at in range(count):
        out[count - 1 - at] = code % 10
        code //= 10
    for at in range(taken, _SHIFT + end):
        out[count] = work[at]
        count += 1
    return count


#: Cells that `resolve` needs.
WORK = _SHIFT + _ROOM + LONGEST
OUT = 24
