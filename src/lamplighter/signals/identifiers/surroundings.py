"""What stands before and after a run of digits: "call", "order no.", a currency, a unit."""

from __future__ import annotations

import numpy as np

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.atoms import Bytes, Steps, sign
from lamplighter.signals.identifiers.glyphs import (
    AT,
    CLOSE,
    COLON,
    COMMA,
    CURRENCY,
    DOT,
    HASH,
    HYPHEN,
    IGNORED,
    LETTER,
    LETTER_AT,
    NEWLINE,
    NUMERAL,
    PERCENT,
    QUOTE,
    SEMICOLON,
    SEPARATOR,
    SLASH,
    SPACE,
    STRAY,
    WIDE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.vocabulary import CURRENCY as CURRENCY_WORD
from lamplighter.signals.identifiers.vocabulary import (
    NEUTRAL,
    NUMBER_WORD,
    PHONE,
    PRICES,
    REFERENCE,
    SPACED,
    UNIT,
)  # fmt: skip

#: What `before` and `after` find.
NONE, CALL, NAMED, MONEY, NUMBER_SIGN, GLUED, NAMED_ABOVE, HINTED, PRICED = range(9)
#: Bytes that are looked at, and words that may stand between a word and the number.
_REACH, _BETWEEN = 64, 3


@inlined
def before(glyphs: Glyphs, steps: Steps, payload: Steps, data: Bytes, begin: int, at: int) -> int:
    """What stands before byte `at`, and so what the digits there are.

    The nearest word that says anything counts. Other digits end the search, and so does, for names
    of other numbers, the end of a clause (NAMED_ABOVE: it lies
    between the name and the number). HINTED and PRICED: a word that may name another number, or a
    price, stands right before. GLUED: a hyphen or the like ties them to a word.
    """
    here = max(begin, at - _REACH)
    while here < at and data[here] & 0xC0 == 0x80:
        here += 1
    partial = here > begin
    clause, abbreviated, short = False, False, False
    says, distance, single, apart = NONE, 0, False, 0
    last, last_but_one, solid = SPACE, SPACE, SPACE
    while here < at:
        cell, width = np.int64(glyphs[data[here] & 0x7F]), 1
        if data[here] >= 0x80:
            cell, width = sign(glyphs, data, here)
        kind = cell & 31
        if kind >= SEPARATOR:
            if (
                kind == NEWLINE
                or kind == COMMA
                or (kind == SPACE and last in (STRAY, HYPHEN, SEMICOLON))
            ):
                clause = True
                short = False
            elif kind == SPACE and last == DOT:
                clause, short = True, abbreviated
            last_but_one, last = last, kind
            if kind != SPACE:
                solid = kind
                apart += 1
            partial = False
            here += width
            continue
        state, meaning, numerals, size = 1, 0, 0, 0
        while here < at:
            cell, width = np.int64(glyphs[data[here] & 0x7F]), 1
            if data[here] >= 0x80:
                cell, width = sign(glyphs, data, here)
            kind = cell & 31
            if kind >= SEPARATOR:
                break
            here += width
            if kind == IGNORED:
                continue
            numerals += kind == NUMERAL
            size += 1
            state = int(steps[state, cell >> LETTER_AT & 511])
            if kind == WIDE:
                # Scripts without spaces: the vocabulary's word is the token.
                if state == 0:
                    break
                if payload[state]:
                    meaning = int(payload[state])
        if state:
            meaning = int(payload[state])
        if partial:
            meaning = 0
        # The American tax number's name is German for one.
        if size == 3 and data[here - 3] == 69 and data[here - 2] == 73 and data[here - 1] == 78:
            meaning = REFERENCE << 8
        partial = False
        initials = size == 1 and single and last == SLASH
        single = size == 1
        last_but_one, last, solid, apart = last, LETTER, LETTER, 0
        word = meaning >> 8
        number = word == NEUTRAL and meaning & 255 == NUMBER_WORD
        vague = says in (MONEY, HINTED, PRICED)
        if clause and (vague or (says == NAMED and (word != NEUTRAL or number))):
            says = NONE
        clause = clause and word == NEUTRAL
        abbreviated = word in (NEUTRAL, REFERENCE, PHONE)
        if word == PHONE:
            says, distance = CALL, 0
        elif word == REFERENCE or initials:
            says, distance = NAMED, 0
            if word == REFERENCE and meaning & 255:
                says = PRICED if meaning & 255 == PRICES else HINTED
        elif word == CURRENCY_WORD:
            says, distance = MONEY, 0
        elif numerals == size:
            says, distance = NONE, 0
        elif word == NEUTRAL and says == HINTED:
            if meaning & 255:
                says = NAMED
        elif word == NEUTRAL and says != MONEY:
            if number and says == NONE:
                says, distance = CALL, 0
        else:
            distance += 1
            if says in (MONEY, HINTED, PRICED) or distance > _BETWEEN * (1 if says == NAMED else 2):
                says = NONE
    if solid == CURRENCY:
        return MONEY
    if says == HINTED and solid in (COLON, HASH):
        return NAMED
    vague = says in (MONEY, HINTED, PRICED)
    if clause and not short and (vague or (says == NAMED and (distance or apart > 2))):
        says = NONE
    elif clause and says == NAMED and not short:
        return NAMED_ABOVE
    if says != NONE:
        return says
    if last == HASH:
        return NUMBER_SIGN
    if last_but_one == LETTER and (last == HYPHEN or last == SLASH):
        return GLUED
    return NONE


@inlined
def after(glyphs: Glyphs, steps: Steps, payload: Steps, data: Bytes, at: int, end: int) -> int:
    """What stands after byte `at`: CALL, MONEY for currencies, units and shares, GLUED, or NONE."""
    stop = min(end, at + _REACH)
    here = at
    gap, words = 0, 0
    first = SPACE
    while here < stop and words < 3:
        cell, width = np.int64(glyphs[data[here] & 0x7F]), 1
        if data[here] >= 0x80:
            cell, width = sign(glyphs, data, here)
        kind = cell & 31
        if kind >= SEPARATOR:
            if gap == 0 and words == 0:
                first = kind
            if words == 0 and gap <= 1 and (kind == PERCENT or kind == CURRENCY):
                # "200 €", but not "call 555 2671 $200".
                following = SPACE
                if here + width < end:
                    cell, _ = sign(glyphs, data, here + width)
                    following = cell & 31
                return NONE if following == NUMERAL else MONEY
            if kind == AT and gap == 0 and words == 0:
                return GLUED
            if kind not in (SPACE, HYPHEN, CLOSE, QUOTE):
                return NONE
            gap += 1
            here += width
            continue
        if kind == IGNORED:
            here += width
            continue
        state, meaning = 1, 0
        wide = kind == WIDE
        while here < stop:
            cell, width = np.int64(glyphs[data[here] & 0x7F]), 1
            if data[here] >= 0x80:
                cell, width = sign(glyphs, data, here)
            kind = cell & 31
            if kind >= SEPARATOR or (kind == NUMERAL and state != 1):
                break
            here += width
            if kind != IGNORED and state:
                state = int(steps[state, cell >> LETTER_AT & 511])
                if state and payload[state] and wide:
                    meaning = int(payload[state])
            if wide and state == 0:
                break
        if state and (here < stop or stop == end):
            meaning = int(payload[state])
        word = meaning >> 8
        if words == 0:
            if first == HYPHEN and gap == 1 and word != PHONE:
                return GLUED
            if word == CURRENCY_WORD and gap <= 1:
                return MONEY
            if word == UNIT and (gap == 0 or (gap == 1 and meaning & 255 == SPACED)):
                return MONEY
        if word == PHONE:
            return CALL if gap == words + 1 else NONE
        words += 1
    return NONE
