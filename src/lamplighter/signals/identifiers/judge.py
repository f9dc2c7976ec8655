"""Which stretches of a run of digits are telephone numbers.

A stretch must be a valid number of its region, or of the country it names; what surrounds it must
not say that it is something else; and digits in a form that nobody writes a number in must be
announced ("call", "my number is") or disguised. Of all ways to cut a run into such stretches the
one with the most evidence is taken (weighted interval scheduling, by dynamic programming).
"""

from __future__ import annotations

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.atoms import (
    BLOCKED,
    COUNT,
    END,
    FIRST,
    FLAGS,
    GAP,
    GAP_DIGITS,
    LETTERS_BEFORE,
    PHONE_BEFORE,
    PLUS_BEFORE,
    START,
    Bytes,
    Ints,
    Steps,
    sign,
)  # fmt: skip
from lamplighter.signals.identifiers.evidence import CLOSING, is_to, weigh
from lamplighter.signals.identifiers.glyphs import (
    HYPHEN,
    OPEN,
    PLUS,
    SPACE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.lookalikes import block, tie
from lamplighter.signals.identifiers.numbering import LENGTHS, Plans
from lamplighter.signals.identifiers.resolve import resolve
from lamplighter.signals.identifiers.surroundings import (
    CALL,
    NONE,
    after,
    before,
)  # fmt: skip

FOUND_COLUMNS = 5
#: Rows of `paths`: best sum so far, start of the last stretch, its number, whether it is obscured, and bars at its
#: edges that are ones (1: before, 2: after).
BEST, FROM, NUMBER, OBSCURED, EDGES = range(5)
#: Most digits of a stretch: international prefix and number.
_MOST = 19


@inlined
def _dial(
    plans: Plans,
    digits: Bytes,
    first: int,
    count: int,
    way: int,
    region: int,
    work: Bytes,
    out: Bytes,
) -> int:
    """E.164 as an integer, 0 if invalid. Ways: as written, after `+`, after 00, after 011."""
    skipped = 0
    if way == 2:
        if digits[first] or digits[first + 1]:
            return 0
        skipped = 2
    if way == 3:
        if digits[first] or digits[first + 1] != 1 or digits[first + 2] != 1:
            return 0
        skipped = 3
    size = resolve(plans, digits, first + skipped, first + count, way > 0, region, work, out)
    number = 0
    for at in range(size):
        number = number * 10 + int(out[at])
    return number


@inlined
def judge(
    glyphs: Glyphs,
    steps: Steps,
    payload: Steps,
    plans: Plans,
    data: Bytes,
    begin: int,
    end: int,
    atoms: Ints,
    count: int,
    digits: Bytes,
    paths: Ints,
    work: Bytes,
    out: Bytes,
    region: int,
    contact: bool,
    found: Ints,
    total: int,
    row: int,
) -> int:
    """Append the numbers of a run to `found`; the new total."""
    if not contact:
        block(atoms, count, digits)
    for at in range(count + 1):
        paths[BEST, at] = 0
        paths[FROM, at] = -1
    spare = len(digits) - 64
    has_signs = False
    for at in range(1, count):
        has_signs = has_signs or atoms[at, GAP_DIGITS] != 0xFF
    shortest = 99 if region < 0 else 0
    while region >= 0 and shortest < 20 and not (plans.regions[region, LENGTHS] >> shortest) & 1:
        shortest += 1
    for low in range(count):
        if paths[BEST, low] > paths[BEST, low + 1]:
            paths[BEST, low + 1] = paths[BEST, low]
            paths[FROM, low + 1] = -1
        if atoms[low, FLAGS] & (BLOCKED | LETTERS_BEFORE):
            continue
        context = -1
        size = 0
        for high in range(low + 1, count + 1):
            last = high - 1
            if atoms[last, FLAGS] & BLOCKED:
                break
            size += atoms[last, COUNT]
            if size > _MOST:
                break
            if size < 7:
                continue
            first = atoms[low, FIRST]
            plus = atoms[low, FLAGS] & PLUS_BEFORE != 0
            edges = _edge(data, begin, end, atoms[low, START], atoms[last, END])
            if not plus and not has_signs and edges == 0 and size < shortest:
                continue
            number = 0
            international = plus
            way = 1 if plus else 0
            start_at, length = first, size
            for turn in range(5):
                if turn == 1:
                    if plus or digits[first]:
                        continue
                    way = 2
                elif turn == 2:
                    if plus or digits[first]:
                        continue
                    way = 3
                elif turn == 3:
                    # Signs that touch the digits may be digits: `4|5`.
                    if not has_signs and edges == 0:
                        continue
                    way = 1 if plus else 0
                    length = 0
                    if edges & 1:
                        digits[spare] = 1
                        length = 1
                    for at in range(low, high):
                        if at > low:
                            signs = atoms[at, GAP_DIGITS]
                            for looks in (signs & 15, signs >> 4):
                                if looks != 15:
                                    digits[spare + length] = looks
                                    length += 1
                        for place in range(atoms[at, FIRST], atoms[at, FIRST] + atoms[at, COUNT]):
                            digits[spare + length] = digits[place]
                            length += 1
                    if edges & 2:
                        digits[spare + length] = 1
                        length += 1
                    if length == size or length > _MOST:
                        continue
                    start_at = spare
                elif turn == 4:
                    # A calling code without a plus.
                    way = 1
                    start_at, length = first, size
                    if plus or size < 10:
                        break
                number = _dial(plans, digits, start_at, length, way, region, work, out)
                if number:
                    international = plus or 1 <= turn <= 2
                    break
            if number == 0:
                continue
            bare = turn == 4
            if context < 0 and not contact:
                context = before(glyphs, steps, payload, data, begin, atoms[low, START])
                if atoms[low, FLAGS] & PHONE_BEFORE:
                    context = CALL
                # `card 1234 1234 1234`: what is said of the first group is said of all.
                group = low
                while (
                    group > 0
                    and atoms[group, COUNT] >= 4
                    and (
                        atoms[group, COUNT] == atoms[group - 1, COUNT]
                        and tie(atoms, group) in (SPACE, HYPHEN)
                    )
                ):
                    group -= 1
                # `text 2 415 ...`: a lone 2 says "to".
                if is_to(atoms, low, digits):
                    group = 0
                if group < low and context == NONE:
                    context = before(glyphs, steps, payload, data, begin, atoms[group, START])
            follows = NONE
            if not contact:
                follows = after(glyphs, steps, payload, data, atoms[last, END], end)
            weight = weigh(
                data, plans, atoms, low, high, count, digits, size, region,
                contact, context, follows, international, bare, turn == 3,
            )  # fmt: skip
            if weight == 0:
                continue
            best = paths[BEST, low] + (weight >> 1)
            if best > paths[BEST, high] or (best == paths[BEST, high] and paths[FROM, high] < 0):
                paths[BEST, high] = best
                paths[FROM, high] = low
                paths[NUMBER, high] = number
                paths[OBSCURED, high] = weight & 1
                paths[EDGES, high] = edges if turn == 3 else 0
    taken = total
    at = count
    while at > 0:
        low = paths[FROM, at]
        if low < 0:
            at -= 1
            continue
        found[taken, 0] = row
        found[taken, 1] = _opening(glyphs, data, begin, atoms, low, at)
        found[taken, 2] = atoms[at - 1, END] + (paths[EDGES, at] >> 1)
        if paths[EDGES, at] & 1:
            found[taken, 1] = atoms[low, START] - 1
        found[taken, 3] = paths[NUMBER, at]
        found[taken, 4] = paths[OBSCURED, at]
        taken += 1
        at = low
    for place in range((taken - total) // 2):
        for column in range(FOUND_COLUMNS):
            one, other = total + place, taken - 1 - place
            found[one, column], found[other, column] = found[other, column], found[one, column]
    return taken


@inlined
def _edge(data: Bytes, begin: int, end: int, start: int, stop: int) -> int:
    """1 for a bar that touches the first digit, plus 2 for one that touches the last."""
    edges = 0
    if start > begin and data[start - 1] == 124:
        edges = 1
    if stop < end and data[stop] == 124:
        edges += 2
    return edges


@inlined
def _opening(glyphs: Glyphs, data: Bytes, begin: int, atoms: Ints, low: int, high: int) -> int:
    """Where the number starts: with the `+` and `(` that touch it, if the bracket closes inside."""
    at = atoms[low, START]
    closes = 0
    for inside in range(low + 1, high):
        closes |= atoms[inside, GAP] & CLOSING
    for _ in range(3):
        before = at - 1
        while before > begin and data[before] & 0xC0 == 0x80:
            before -= 1
        if before < begin:
            return at
        cell, _ = sign(glyphs, data, before)
        kind = cell & 31
        if kind == PLUS or (kind == OPEN and closes):
            at = before
        else:
            return at
    return at
