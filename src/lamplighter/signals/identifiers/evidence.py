"""How much speaks for a stretch of digits being a telephone number, and what forbids it."""

from __future__ import annotations

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.atoms import (
    COUNT,
    END,
    FIRST,
    FLAGS,
    FOREIGN,
    GAP,
    GAP_SIZE,
    HIDDEN,
    LETTERS_AFTER,
    LOOKALIKE,
    SOFTLY,
    WORDED,
    Bytes,
    Ints,
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
    SEMICOLON,
    SEPARATOR,
    SLASH,
    SPACE,
)  # fmt: skip
from lamplighter.signals.identifiers.lookalikes import is_series, is_year, tie
from lamplighter.signals.identifiers.numbering import CALLING, TRUNK, Plans
from lamplighter.signals.identifiers.surroundings import (
    CALL,
    GLUED,
    HINTED,
    MONEY,
    NAMED,
    NAMED_ABOVE,
    NUMBER_SIGN,
    PRICED,
)  # fmt: skip


def _bit(*kinds: int) -> int:
    return sum(1 << (kind - SEPARATOR) for kind in kinds)


_PLAIN = _bit(SPACE, HYPHEN, DOT, SLASH, OPEN, CLOSE)
_MONEY = _bit(CURRENCY)
_PERCENT = _bit(PERCENT)
_LINE = _bit(NEWLINE)
_SEMICOLON = _bit(SEMICOLON)
#: Bit of a gap's mask for a closing bracket.
CLOSING = _bit(CLOSE)
_LOOSE = _bit(SPACE)
_COMMA = _bit(COMMA)
_STOP = _bit(DOT, HYPHEN)
_GLUE = _bit(HYPHEN, DOT, SLASH, COLON, COMMA)


@inlined
def is_to(atoms: Ints, low: int, digits: Bytes) -> bool:
    """Whether the run begins with a lone 2, and the stretch right after it."""
    return (
        low == 1
        and atoms[0, COUNT] == 1
        and digits[atoms[0, FIRST]] == 2
        and atoms[0, FLAGS] == 0
        and atoms[1, GAP] == _LOOSE
    )


@inlined
def weigh(
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
    threes = True
    longest = 0
    uniform, clauses, homophones, shares = True, False, 0, 0
    for at in range(low, high):
        flags |= atoms[at, FLAGS]
        ones += atoms[at, COUNT] == 1
        longest = max(longest, atoms[at, COUNT])
        if atoms[at, FLAGS] & SOFTLY:
            soft += atoms[at, COUNT]
            homophones += atoms[at, FLAGS] & WORDED != 0
        elif atoms[at, FLAGS] & WORDED:
            worded += 1
        if at > low:
            threes = threes and atoms[at, COUNT] == 3
            gaps |= atoms[at, GAP]
            all_gaps &= atoms[at, GAP]
            widest = max(widest, atoms[at, GAP_SIZE])
            uniform = uniform and atoms[at, GAP] == atoms[low + 1, GAP]
            # `15% 415 555 2671`, but not `415 % 555 % 2671`.
            percent = atoms[at, GAP] & _PERCENT and data[atoms[at - 1, END]] == 37
            shares += percent and atoms[at, GAP_SIZE] > 1
            ends = atoms[at, GAP] & (_COMMA | _LINE) != 0
            if atoms[at, GAP_SIZE] > 1:
                ends = ends or atoms[at, GAP] & (_STOP | _SEMICOLON) != 0
            clauses = clauses or ends
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
    doubled = uniform and pieces >= 4 and widest > 1 and gaps & _LOOSE == 0
    usual = written == 0 and gaps & ~(_PLAIN | _COMMA | _LINE) == 0 and 2 * ones <= pieces
    disguised = obscured and (doubled or not usual)
    # What it is said to be.
    if not contact:
        if context == MONEY or (follows == MONEY and (context != CALL or longest < 7)):
            return 0
        if context == NAMED and not international:
            return 0
        if context == GLUED and not international:
            return 0
        plainly = not (international or disguised)
        if context in (NAMED_ABOVE, HINTED) and pieces == 1 and plainly:
            return 0
        if context == PRICED and plainly and size <= 9 and (pieces == 1 or threes):
            return 0
        if context == NUMBER_SIGN and pieces == 1 and follows != CALL:
            return 0
        if shares or (gaps & _MONEY and not (all_gaps & _MONEY and pieces > 3)):
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
    if soft * 5 > size * 2 or (homophones and worded < 4):
        return 0
    for at in (low, high - 1):
        if atoms[at, FLAGS] & SOFTLY and atoms[at, FLAGS] & WORDED:
            return 0
    # `EIN 32-7630210`, `415-555-267, two rooms`: a word at one end, other digits in groups.
    for at in (low, high - 1):
        alone = worded == 1 and atoms[at, FLAGS] & WORDED and atoms[at, COUNT] <= 2
        if alone and pieces > 1 and ones < pieces and not called:
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
        if side == 0 and is_to(atoms, low, digits):
            continue
        if pieces > 1 and atoms[beside, GAP] == atoms[low + 1, GAP]:
            weight -= 60
        # Out of equal groups, as on a card, no number is cut.
        inside, outside = (low, low - 1) if side == 0 else (high - 1, high)
        further = low + 1 if side == 0 else high - 2
        equal = pieces > 1 and atoms[inside, COUNT] >= 4 and kind in (SPACE, HYPHEN)
        equal = equal and atoms[inside, COUNT] == atoms[outside, COUNT]
        if equal and atoms[inside, COUNT] == atoms[further, COUNT] and not contact:
            return 0
    if gaps & _LINE:
        weight -= 40
        if widest > 6 or not (called or pieces <= 4):
            return 0
    if uniform:
        weight += 20
    if clauses and (not uniform or pieces == 2):
        # A comma or a line's end between digits that are otherwise told apart in another way.
        weight -= 200
    if bare:
        weight -= 120
    weight -= 60 * soft
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
        if not starts:
            return 0
    if size < 8 and not called:
        return 0
    if not (called or disguised):
        if years and pieces > 1:
            return 0
        shortest = 99
        for at in range(low + 1, high):
            shortest = min(shortest, atoms[at, COUNT])
        if pieces == 2 and atoms[low, COUNT] == 5 and size == 9:
            # A ZIP+4 code, or a ZIP code and another number.
            between = tie(atoms, low + 1)
            if between == HYPHEN or (between == SPACE and digits[first]):
                return 0
        if pieces > 1 and (shortest < 2 or pieces > 5):
            return 0
        if pieces > 1 and uniform and gaps == _LOOSE and atoms[low, COUNT] == 1 and size < 11:
            return 0
        if gaps & _COMMA and not (pieces <= 3 and longest == 4):
            return 0
    return 2 * weight + obscured
