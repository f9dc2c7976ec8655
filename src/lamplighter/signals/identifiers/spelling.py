"""One token that may be digits in disguise: found, read, and its digits written down."""

from __future__ import annotations

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.atoms import (
    CELLS,
    COST,
    DIGITS,
    FOREIGN,
    HIDDEN,
    HINTS,
    LETTERS_AFTER,
    LETTERS_BEFORE,
    MEANS,
    PHONE_BEFORE,
    PLACES,
    SOFTLY,
    TOKEN_BEGIN,
    TOKEN_END,
    TOKEN_FLAGS,
    TOKEN_STOP,
    UNIT_AFTER,
    WORDED,
    Bytes,
    Ints,
    Steps,
    cheapest,
    read_token,
    say,
    sign,
    unfold,
    word,
)  # fmt: skip
from lamplighter.signals.identifiers.glyphs import (
    DIGIT_AT,
    IGNORED,
    LETTER,
    LETTER_AT,
    LOOKS_AT,
    NO_DIGIT,
    NUMERAL,
    STRONG_AT,
    WIDE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.hints import TOKEN
from lamplighter.signals.identifiers.vocabulary import (
    CURRENCY,
    DIGIT,
    EXTENSION,
    FILLER,
    MULTIPLE,
    PHONE,
    PLUS_SIGN,
    SOFT,
    UNIT,
)  # fmt: skip

# What a token can be instead of digits.
WORD, TOO_LONG, BETWEEN_DIGITS, PLUS_WORD = -1, -2, -3, -4

#: Digits of a token beyond which it is no number; signs that a wallet's address has at least.
_MOST, _WALLET = 20, 26


@inlined
def _is_spoken(kind: int) -> bool:
    return DIGIT <= kind <= MULTIPLE


@inlined
def _drawn(glyphs: Glyphs, data: Bytes, at: int, end: int, zero: bool) -> bool:
    """Whether all signs of a token look like digits, and the first like a zero if so asked."""
    first = True
    while at < end:
        cell, width = sign(glyphs, data, at)
        looks = cell >> LOOKS_AT & 15
        if cell & 31 != IGNORED and (looks == NO_DIGIT or (first and zero and looks)):
            return False
        first = False
        at += width
    return True


@inlined
def _is_serial(spell: Ints, size: int, letters: int) -> bool:
    """Whether a token is letters, some of them hardly digits, and then digits: `AB4155552671`."""
    weak = 0
    for at in range(letters):
        if spell[CELLS, at] & 31 != LETTER:
            return False
        weak += not spell[CELLS, at] >> STRONG_AT & 1
        if spell[MEANS, at + 1] >> 8:
            return False
    return weak > 0 and spell[MEANS, size] >> 8 == 0


@inlined
def _wide(
    glyphs: Glyphs, steps: Steps, payload: Steps, data: Bytes, start: int, end: int, state: Ints
) -> int:
    """The longest word of the vocabulary at `start`, in a script without spaces; its payload."""
    at, trie, found = start, 1, 0
    cell, width = sign(glyphs, data, start)
    state[TOKEN_END] = start + width
    while at < end:
        cell, width = sign(glyphs, data, at)
        at += width
        if cell & 31 == IGNORED:
            continue
        trie = int(steps[trie, cell >> LETTER_AT & 511])
        if trie == 0:
            break
        if payload[trie]:
            found = int(payload[trie])
            state[TOKEN_END] = at
    return found


@inlined
def disguised(
    glyphs: Glyphs,
    steps: Steps,
    payload: Steps,
    data: Bytes,
    start: int,
    end: int,
    inside: bool,
    tied: bool,
    digits: Bytes,
    spell: Ints,
    state: Ints,
) -> int:
    """Read the token at byte `start`; how many digits the buffer has then, or what else it is.

    `inside`: there are digits before; `tied`: one sign that is no space lies between. Fills the `TOKEN_` cells of `state`.
    """
    trie, passed, size = 1, 0, 0
    letters, numerals, foreign, hidden, strong = 0, 0, 0, 0, 0
    at = start
    cell, width = sign(glyphs, data, at)
    exact = 0
    is_wide = cell & 31 == WIDE
    if is_wide:
        exact = _wide(glyphs, steps, payload, data, start, end, state)
        at = state[TOKEN_END]
        letters = 1
        if not _is_spoken(exact >> 8):
            return WORD
    while at < end and not is_wide:
        cell, width = sign(glyphs, data, at)
        kind = cell & 31
        if kind == IGNORED:
            hidden += 1
            at += width
            continue
        if kind > NUMERAL:
            break
        if kind == NUMERAL:
            numerals += 1
            foreign += data[at] >= 0x80
        else:
            letters += 1
        strong += cell >> STRONG_AT & 1
        if trie:
            trie = int(steps[trie, cell >> LETTER_AT & 511])
            if _is_spoken(int(payload[trie]) >> 8):
                passed = size + 1
        size += 1
        at += width
    if not is_wide:
        exact = int(payload[trie]) if trie else 0
    state[TOKEN_END] = at
    state[TOKEN_STOP] = at
    state[TOKEN_BEGIN] = start
    kind = exact >> 8
    if letters and numerals and size >= _WALLET:
        state[HINTS] |= TOKEN
    if numerals == 0 and not _is_spoken(kind):
        if kind == FILLER and exact & 255 == PLUS_SIGN:
            return PLUS_WORD
        if kind == FILLER and inside:
            return BETWEEN_DIGITS
        looked = strong == size and size <= 4
        if size <= 2 or (tied and size <= 4):
            looked = looked or _drawn(glyphs, data, start, at, not tied)
        if not looked and not (kind == SOFT and inside) and not (passed >= 3 and size >= 6):
            return WORD
    if letters == 0 and numerals > _MOST:
        return TOO_LONG
    flags = (FOREIGN if foreign else 0) | (HIDDEN if hidden else 0)
    after = int(state[DIGITS])
    if kind == SOFT and numerals == 0:
        digits[after] = exact & 255
        state[TOKEN_FLAGS] = flags | SOFTLY | WORDED
        return after + 1
    size = read_token(glyphs, data, start, at, spell)
    if letters == 0:
        for place in range(size):
            after = say(0, spell[CELLS, place] >> DIGIT_AT & 15, digits, after, state)
        state[TOKEN_FLAGS] = flags
        return after
    low = 0
    reached = cheapest(steps, payload, spell, 0, size)
    if reached == size and numerals >= 5 and _is_serial(spell, size, letters):
        flags |= LETTERS_BEFORE
    if reached < size and numerals:
        lead = 0
        while lead < size and spell[CELLS, lead] & 31 == LETTER:
            lead += 1
        # Letters before the digits win over a reading that stops on the way.
        if 0 < lead < size:
            leads = word(steps, payload, spell, 0, lead) >> 8
            if reached <= lead or spell[COST, reached] >= 4 or leads == PHONE:
                flags |= PHONE_BEFORE if leads == PHONE else LETTERS_BEFORE
                low = lead
                reached = cheapest(steps, payload, spell, low, size)
    if reached == low:
        return WORD
    after, written = unfold(spell, low, reached, digits, after, state)
    flags |= written
    if numerals == 0 and not written & WORDED:
        flags |= SOFTLY
    if reached < size:
        tail = reached
        while tail < size and spell[CELLS, tail] & 31 == LETTER:
            tail += 1
        follows = word(steps, payload, spell, reached, tail) >> 8
        if follows in (UNIT, CURRENCY) or (tail < size and follows != EXTENSION):
            flags |= UNIT_AFTER
        elif follows not in (PHONE, EXTENSION):
            flags |= LETTERS_AFTER
        state[TOKEN_STOP] = spell[PLACES, reached]
    state[TOKEN_BEGIN] = spell[PLACES, low]
    state[TOKEN_FLAGS] = flags
    return after
