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
    FOREIGN,
    GAP,
    GAP_DIGITS,
    GAP_SIZE,
    HIDDEN,
    LETTERS_AFTER,
    LETTERS_BEFORE,
    LOOKALIKE,
    PHONE_BEFORE,
    PLUS_BEFORE,
    SOFTLY,
    START,
    WORDED,
    Bytes,
    Ints,
    Steps,
    sign,
)  # fmt: skip
from lamplighter.signals.identifiers.glyphs import (
    CLOSE,
    COLON,
    COMMA,
    CURRENCY,
    DOT,
    HYPHEN,
    NEWLINE,
    OPEN,
    PERCENT,
    PLUS,
    SEPARATOR,
    SLASH,
    SPACE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.lookalikes import block, is_series, is_year, tie
from lamplighter.signals.identifiers.numbering import CALLING, LENGTHS, TRUNK, Plans
from lamplighter.signals.identifiers.resolve import resolve
from lamplighter.signals.identifiers.surroundings import (
    CALL,
    GLUED,
    MONEY,
    NAMED,
    NONE,
    NUMBER_SIGN,
    after,
    before,
)  # fmt: skip

FOUND_COLUMNS = 5
#: Rows of `paths`: best sum so far, start of the last stretch, its number, whether it is obscured.
BEST, FROM, NUMBER, OBSCURED = range(4)
#: Most digits of a stretch: international prefix and number.
_MOST = 19


def _bit(*kinds: int) -> int:
    return sum(1 << (kind - SEPARATOR) for kind in kinds)


_PLAIN = _bit(SPACE, HYPHEN, DOT, SLASH, OPEN, CLOSE)
_MONEY = _bit(CURRENCY, PERCENT)
_LINE = _bit(NEWLINE)
_PLUS = _bit(PLUS)
_CLOSE = _bit(CLOSE)
_LOOSE = _bit(SPACE)
_COMMA = _bit(COMMA)
_STOP = _bit(DOT, SPACE)
_GLUE = _bit(HYPHEN, DOT, SLASH, COLON, COMMA)


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
            if not plus and not has_signs and size < shortest:
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
                    if not has_signs:
                        continue
                    way = 1 if plus else 0
                    length = 0
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
            follows = NONE
            if not contact:
                follows = after(glyphs, steps, payload, data, atoms[last, END], end)
            weight = _weigh(
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
    taken = total
    at = count
    while at > 0:
        low = paths[FROM, at]
        if low < 0:
            at -= 1
            continue
        found[taken, 0] = row
        found[taken, 1] = _opening(glyphs, data, begin, atoms, low, at)
        found[taken, 2] = atoms[at - 1, END]
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
def _opening(glyphs: Glyphs, data: Bytes, begin: int, atoms: Ints, low: int, high: int) -> int:
    """Where the number starts: with the `+` and `(` that touch it, if the bracket closes inside."""
    at = atoms[low, START]
    closes = 0
    for inside in range(low + 1, high):
        closes |= atoms[inside, GAP] & _CLOSE
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


@inlined
def _weigh(
    data: Bytes,
    plans: Plans,
    atoms: Ints,
    low: int,
    high: int,
    count: int,
    digits: Bytes,
    size: int,
    region: int,
    contact: bool,
    context: int,
    follows: int,
    international: bool,
    bare: bool,
    signs: bool,
) -> int:
    """Evidence that atoms [low, high) are a telephone number, doubled, plus 1 if obscured; or 0."""
    pieces = high - low
    first = atoms[low, FIRST]
    flags, gaps, widest, ones, soft, worded, years = 0, 0, 0, 0, 0, 0, 0
    all_gaps = -1
    longest = 0
    uniform, clauses = True, False
    for at in range(low, high):
        flags |= atoms[at, FLAGS]
        ones += atoms[at, COUNT] == 1
        longest = max(longest, atoms[at, COUNT])
        if atoms[at, FLAGS] & SOFTLY:
            soft += atoms[at, COUNT]
        elif atoms[at, FLAGS] & WORDED:
            worded += 1
        if at > low:
            gaps |= atoms[at, GAP]
            all_gaps &= atoms[at, GAP]
            widest = max(widest, atoms[at, GAP_SIZE])
            uniform = uniform and atoms[at, GAP] == atoms[low + 1, GAP]
            ends = atoms[at, GAP] & (_COMMA | _LINE) != 0
            clauses = clauses or ends or (atoms[at, GAP_SIZE] > 1 and atoms[at, GAP] == _STOP)
        years += at + 1 < high and is_year(atoms, digits, at)
    called = contact or context == CALL or follows == CALL
    written = flags & (LOOKALIKE | WORDED | FOREIGN | HIDDEN)
    obscured = (
        written != 0
        or gaps & ~_PLAIN != 0
        or widest > 3
        or ones - (atoms[low, COUNT] == 1) >= 2
        or signs
    )
    disguised = obscured and not (
        written == 0 and gaps & ~(_PLAIN | _COMMA | _LINE) == 0 and 2 * ones <= pieces
    )
    # What it is said to be.
    if not contact:
        if context == MONEY or (follows == MONEY and longest < 7):
            return 0
        if context == NAMED and not international:
            return 0
        if context == GLUED and not international:
            return 0
        if context == NUMBER_SIGN and pieces == 1 and follows != CALL:
            return 0
        if gaps & _MONEY and not all_gaps & _MONEY:
            return 0
        if follows == GLUED and pieces == 1:
            return 0
        if atoms[high - 1, FLAGS] & LETTERS_AFTER and pieces == 1 and not called:
            return 0
        if is_series(atoms, low, high, digits):
            return 0
        if bare and not (called or worded):
            return 0
    elif bare and size < 11:
        return 0
    # Homophones and groups without digits need real ones around them.
    if soft * 5 > size * 2 or (
        flags & SOFTLY and flags & WORDED and worded < 4 and soft > 0 and longest >= 3
    ):
        return 0
    # A stretch may not be cut out of something longer that hangs together.
    weight = 1000 + 20 * size
    for side in range(2):
        beside = low if side == 0 else high
        if (side == 0 and low == 0) or (side == 1 and high == count):
            continue
        kind = tie(atoms, beside)
        glued = kind > 0 and 1 << (kind - SEPARATOR) & _GLUE
        if atoms[beside, GAP_SIZE] == 0:
            glued = 1
        if glued and (
            pieces == 1 or gaps & atoms[beside, GAP] or (not disguised and kind != SLASH)
        ):
            if not (side == 0 and called and kind == COLON):
                return 0
        if pieces > 1 and atoms[beside, GAP] == atoms[low + 1, GAP]:
            weight -= 60
            neighbour = low - 1 if side == 0 else high
            if (
                not contact
                and longest >= 4
                and atoms[neighbour, COUNT] >= 4
                and longest == 4
                and size % 4 == 0
            ):
                return 0
    if gaps & _LINE:
        weight -= 40
        if widest > 6 or not (called or pieces <= 4):
            return 0
    if uniform:
        weight += 20
    elif clauses:
        # A comma or a line's end between digits that are otherwise told apart in another way.
        weight -= 200
    if bare:
        weight -= 120
    weight -= 30 * soft
    if flags & LOOKALIKE:
        weight -= 30
    if called:
        weight += 60
    if international:
        weight += 80
    if contact or international:
        return 2 * weight + obscured
    # Written as people of the region do not write it: only if announced or disguised.
    if plans.regions[region, TRUNK] and not (called or disguised):
        starts = digits[first] == 0 or (digits[first] == 8 and plans.regions[region, CALLING] == 7)
        if not starts and size < 12:
            return 0
    if size < 8 and not called:
        return 0
    if not (called or disguised):
        if years and pieces > 1:
            return 0
        shortest = 99
        for at in range(low + 1, high):
            shortest = min(shortest, atoms[at, COUNT])
        if pieces > 1 and (shortest < 2 or pieces > 5):
            return 0
        if pieces > 1 and uniform and gaps == _LOOSE and atoms[low, COUNT] == 1 and size < 11:
            return 0
        if gaps & _COMMA and not (pieces <= 3 and longest == 4):
            return 0
    return 2 * weight + obscured
