"""The pass over a text that gathers runs of digits and hands them to the judge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.identifiers.atoms import (
    ATOMS,
    CELL_COUNT,
    COUNT,
    DIGITS,
    END,
    FIRST,
    FLAGS,
    GAP,
    GAP_DIGITS,
    GAP_SIZE,
    HINTS,
    LAST_KIND,
    LETTERS_BEFORE,
    MOST_ATOMS,
    MOST_DIGITS,
    MOST_SIGNS,
    MULTIPLE_AT,
    PENDING,
    PHONE_BEFORE,
    PLUS_BEFORE,
    SPOT_COUNT,
    START,
    STATE_CELLS,
    TOKEN_BEGIN,
    TOKEN_END,
    TOKEN_FLAGS,
    TOKEN_STOP,
    WORDED,
    Bytes,
    Ints,
    Steps,
    say,
    sign,
)  # fmt: skip
from lamplighter.signals.identifiers.glyphs import (
    IGNORED,
    LOOKS_AT,
    NO_DIGIT,
    OPEN,
    PLUS,
    SEPARATOR,
    SPACE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.hints import SPOTS
from lamplighter.signals.identifiers.judge import FOUND_COLUMNS, judge
from lamplighter.signals.identifiers.numbering import Plans
from lamplighter.signals.identifiers.quick import (
    ALPHA,
    ALWAYS,
    FIGURE,
    PLAIN_END,
    STRONG,
    Quick,
)  # fmt: skip
from lamplighter.signals.identifiers.resolve import OUT, WORK
from lamplighter.signals.identifiers.spelling import (
    BETWEEN_DIGITS,
    PLUS_WORD,
    WORD,
    disguised,
)  # fmt: skip
from lamplighter.signals.identifiers.vocabulary import DIGIT, MULTIPLE

#: Separators between two atoms of a run, and words like "dash" among them.
_WIDEST_GAP, _MOST_FILLERS = 14, 2
#: Bit of a gap's mask for a filler word (the others are separator kinds less `SEPARATOR`).
FILLED = 1 << 20
#: The same for a character that is not seen.
UNSEEN = 1 << 21
#: Bit of a gap's mask for a space.
_LOOSE = 1 << (SPACE - SEPARATOR)
#: Words noted in a row.
MOST_SPOTS = 32
#: Fewer digits are no number.
_FEWEST = 7
#: No sign that looks like a digit, before or after.
_NO_SIGNS = NO_DIGIT << 4 | NO_DIGIT


@kernel
def find_phones(
    offsets: NDArray[np.int64],
    data: Bytes,
    regions: NDArray[np.int32],
    glyphs: Glyphs,
    steps: Steps,
    payload: Steps,
    quick: Quick,
    plans: Plans,
    contact: bool,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
    """(m, 5) row, start byte, end byte, E.164 as an integer, obscured; (n,) hints of rows;
    and (k, 3) row, byte and bits of words that hint at other identifiers (32 of a row at most).

    `offsets` (n+1,) and `data` are the buffers of a string column, `regions` (n,) the region whose
    way of dialling applies. `contact`: the field is meant to hold a number, so context is not asked.
    """
    found = np.empty((256, FOUND_COLUMNS), np.int64)
    hints = np.zeros(len(offsets) - 1, np.uint64)
    count = 0
    atoms = np.zeros((MOST_ATOMS, CELL_COUNT), np.int64)
    digits = np.zeros(MOST_DIGITS, np.uint8)
    spell = np.zeros((6, MOST_SIGNS + 1), np.int64)
    paths = np.zeros((5, MOST_ATOMS + 1), np.int64)
    work, out = np.zeros(WORK, np.uint8), np.zeros(OUT, np.uint8)
    state = np.zeros(STATE_CELLS, np.int64)
    spots = np.zeros((MOST_SPOTS, 2), np.int64)
    noted, notes = np.empty((256, 3), np.int64), 0
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        at = begin
        state[HINTS], state[SPOT_COUNT] = 0, 0
        while at < end:
            at = _run(
                glyphs, steps, payload, quick, data, at, end, atoms, digits, spell, state, spots
            )
            if state[DIGITS] >= _FEWEST:
                if len(found) - count < MOST_ATOMS:
                    longer = np.empty((2 * len(found), FOUND_COLUMNS), np.int64)
                    longer[:count] = found[:count]
                    found = longer
                count = judge(
                    glyphs, steps, payload, plans, data, begin, end, atoms, state[ATOMS], digits,
                    paths, work, out, int(regions[row]), contact, found, count, row,
                )  # fmt: skip
        hints[row] = np.uint64(state[HINTS])
        if state[SPOT_COUNT]:
            if len(noted) - notes < MOST_SPOTS:
                longer = np.empty((2 * len(noted), 3), np.int64)
                longer[:notes] = noted[:notes]
                noted = longer
            for at in range(state[SPOT_COUNT]):
                noted[notes, 0], noted[notes, 1], noted[notes, 2] = row, spots[at, 0], spots[at, 1]
                notes += 1
    return found[:count].copy(), hints, noted[:notes].copy()


@inlined
def _forget(state: Ints) -> None:
    """Start a new run."""
    for place in range(HINTS):
        state[place] = 0


@inlined
def _run(
    glyphs: Glyphs,
    steps: Steps,
    payload: Steps,
    quick: Quick,
    data: Bytes,
    at: int,
    end: int,
    atoms: Ints,
    digits: Bytes,
    spell: Ints,
    state: Ints,
    spots: Ints,
) -> int:
    """Gather the next run of atoms from byte `at` on; where to go on after it."""
    _forget(state)
    run = 0
    gap, gap_size, gap_digits, fillers, plus_at = 0, 0, _NO_SIGNS, 0, -1
    while at < end:
        start = at
        quickly = np.int64(quick.classes[data[at]])
        after = WORD
        easy = False
        if quickly & ALPHA:
            # Nearly every token: an ASCII word that is no number.
            plain, spoken, small = 1, 0, 32
            all_of_it = quickly
            while quickly & ALPHA:
                all_of_it &= quickly
                small &= data[at]
                if plain:
                    plain = int(quick.step[plain, quickly & 31])
                    if plain >= quick.spoken:
                        spoken = at - start
                at += 1
                quickly = np.int64(quick.classes[data[at]]) if at < end else np.int64(PLAIN_END)
            if quickly == PLAIN_END:
                counts = np.int64(quick.counts[plain])
                hint = np.int64(quick.hints[plain])
                if hint:
                    state[HINTS] |= hint
                    count = state[SPOT_COUNT]
                    # A word that ends a run is read twice.
                    if (
                        hint & SPOTS
                        and count < MOST_SPOTS
                        and (count == 0 or spots[count - 1, 0] != start)
                    ):
                        spots[count, 0], spots[count, 1] = start, hint
                        state[SPOT_COUNT] = count + 1
                means = np.int64(quick.means[plain])
                ties = at < end and data[at] != 32
                if counts == ALWAYS and DIGIT <= means >> 8 <= MULTIPLE:
                    easy = True
                    if run < MOST_ATOMS and state[DIGITS] < MOST_DIGITS - 3 * MOST_SIGNS:
                        after = say(means >> 8, means & 255, digits, state[DIGITS], state)
                    state[TOKEN_FLAGS] = WORDED
                elif (
                    counts == 0
                    and not (spoken >= 2 and at - start >= 6)
                    and not (all_of_it & STRONG and at - start <= 4 and (run or not small or ties))
                    and not (run and at - start <= 4 and (ties or gap_size == 1))
                ):
                    easy = True
        elif quickly == FIGURE:
            while quickly == FIGURE:
                at += 1
                quickly = np.int64(quick.classes[data[at]]) if at < end else np.int64(PLAIN_END)
            if quickly == PLAIN_END and at - start <= 20:
                easy = True
                if run < MOST_ATOMS and state[DIGITS] < MOST_DIGITS - 3 * MOST_SIGNS:
                    after = state[DIGITS]
                    for place in range(start, at):
                        after = say(0, np.int64(data[place]) - 48, digits, after, state)
                state[TOKEN_FLAGS] = 0
        if easy:
            state[TOKEN_BEGIN], state[TOKEN_STOP], state[TOKEN_END] = start, at, at
        else:
            at = start
            width = 1
            if data[at] < 0x80:
                cell = np.int64(glyphs[data[at]])
            else:
                cell, width = sign(glyphs, data, at)
            kind = cell & 31
            if kind >= SEPARATOR:
                looks = cell >> LOOKS_AT & 15
                if looks != NO_DIGIT:
                    # Signs that touch a digit may be digits.
                    if gap_size == 0:
                        gap_digits = (gap_digits & 0xF0) | looks
                    else:
                        gap_digits = (gap_digits & 0x0F) | looks << 4
                elif gap_size:
                    gap_digits |= 0xF0
                gap |= 1 << (kind - SEPARATOR)
                gap_size += 1
                if kind == PLUS:
                    plus_at = at
                elif kind != SPACE and kind != OPEN:
                    plus_at = -1
                at += width
                continue
            if kind == IGNORED:
                gap |= UNSEEN
                at += width
                continue
            tied = run > 0 and gap_size == 1 and not gap & _LOOSE
            if run < MOST_ATOMS and state[DIGITS] < MOST_DIGITS - 3 * MOST_SIGNS:
                after = disguised(
                    glyphs, steps, payload, data, start, end, run > 0, tied, digits, spell, state
                )
                at = state[TOKEN_END]
            if after == PLUS_WORD or after == BETWEEN_DIGITS:
                if after == PLUS_WORD:
                    plus_at = start
                fillers += 1
                gap |= FILLED
                gap_size += 1
                if fillers <= _MOST_FILLERS:
                    continue
                after = WORD
        breaks = after < 0
        if run and not breaks:
            breaks = gap_size > _WIDEST_GAP or run == MOST_ATOMS
            breaks = breaks or state[TOKEN_FLAGS] & (LETTERS_BEFORE | PHONE_BEFORE) != 0
        if breaks:
            # Whatever follows is read again, as the start of a run of its own.
            if state[DIGITS] >= _FEWEST:
                return start
            again = run > 0 and after >= 0
            if run or state[LAST_KIND]:
                run = 0
                _forget(state)
            gap, gap_size, gap_digits, fillers, plus_at = 0, 0, _NO_SIGNS, 0, -1
            if again:
                at = start
            elif at == start:
                at = max(start + 1, state[TOKEN_END])
            continue
        flags = state[TOKEN_FLAGS]
        begins, stop = state[TOKEN_BEGIN], state[TOKEN_STOP]
        if plus_at >= 0 and (start - plus_at <= 4 or gap & FILLED):
            flags |= PLUS_BEFORE
            if gap & FILLED:
                begins = plus_at
        if after == state[DIGITS]:
            # A multiple waits for its digit, or "twenty" was completed by "five".
            if state[PENDING]:
                if state[MULTIPLE_AT] == 0:
                    state[MULTIPLE_AT] = begins + 1
                continue
            if run:
                atoms[run - 1, END] = stop
        else:
            if state[MULTIPLE_AT]:
                begins = state[MULTIPLE_AT] - 1
                state[MULTIPLE_AT] = 0
                flags |= WORDED
            atoms[run, START] = begins
            atoms[run, END] = stop
            atoms[run, FIRST] = state[DIGITS]
            atoms[run, COUNT] = after - state[DIGITS]
            atoms[run, FLAGS] = flags
            atoms[run, GAP] = gap
            atoms[run, GAP_SIZE] = gap_size
            atoms[run, GAP_DIGITS] = gap_digits
            run += 1
            state[ATOMS] = run
            state[DIGITS] = after
        gap, gap_size, gap_digits, fillers, plus_at = 0, 0, _NO_SIGNS, 0, -1
        if stop < at:
            return at
    return at
