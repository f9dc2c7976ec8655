"""Which columns are constant, where the slots are, who belongs: by the length of the description.

The idea is that of InfoShield (Lee et al., ICDE 2021): a template is worth having if text told with
its help is shorter than text told token by token. The code, in bits, with v the log2 of the number
of distinct tokens in the component (plus one) and n the listings of the template:

* a token costs log2((m + 1) / k), with m the tokens of the component and k how many of them are that
  one (for large components, in the sample that the consensus grew from); without a template a
  listing costs the sum of its tokens;
* the template costs its columns, log2(c + 2) for the place of each slot and of each variable column
  among c constant ones, and half a log2(n + 1) for each rate that it states;
* with it a listing costs, for each constant column, -log2(1 - e) if it has it and -log2 e if not
  (e: one rate of deviation for all); for each variable column the same with the column's own rate;
  for each slot, -log2 of the rate at which it is filled or not; for every other gap the same with
  one common rate of insertion; each token that no column gives costs itself and one bit (whether
  another follows); each jump to another place of the template log2(c + 1).

A column is constant if more than half of the listings have it, unless it deviates in a tenth of
them or more and a rate of its own is the shorter code: then it is variable, and part of a slot; so
is a constant number that goes on into a slot. A gap is a slot by the same test against the common rate of insertion. Rare deviations so stay edits
of a listing. A listing belongs to the template if it costs less with it than without.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.growth import first_judgement
from lamplighter.linking.templates.numerals import VARIABLE, join_numerals
from lamplighter.linking.templates.scratch import Scratch

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Share of the listings below which a deviation or an insertion is an edit, whatever the code says.
EDITS = 0.1
#: State of a column that is neither constant (numbered from 0) nor VARIABLE.
DROPPED = -1


@inlined
def _cross(rate: float, model: float) -> float:
    """Bits per listing that a rate of its own saves: the Kullback-Leibler divergence."""
    out = 0.0
    if rate > 0.0:
        out += rate * np.log2(rate / model)
    if rate < 1.0:
        out += (1.0 - rate) * np.log2((1.0 - rate) / (1.0 - model))
    return out


@inlined
def _classify(work: Scratch, count: int, total: float) -> int:
    """Number the constant columns in `work.number`; mark variable and dropped ones."""
    opening = 0.5 * np.log2(total + 1.0) + np.log2(count + 2.0) + 1.0
    kept = 0
    for column in range(count):
        held = work.support[column]
        work.number[column] = DROPPED
        if held > 0.5 * total:
            work.number[column] = 0
            kept += 1
    for _ in range(3):
        lacking = 0.0
        for column in range(count):
            if work.number[column] == 0:
                lacking += total - work.support[column]
        e = (lacking + 0.5) / (total * kept + 1.0)
        changed = False
        for column in range(count):
            rate = 1.0 - work.support[column] / total
            if (
                work.number[column] == 0
                and rate >= EDITS
                and rate > e
                and total * _cross(rate, e) > opening
            ):
                work.number[column] = VARIABLE
                kept -= 1
                changed = True
        if not changed:
            break
    kept = 0
    for column in range(count):
        if work.number[column] == 0:
            work.number[column] = kept
            kept += 1
    return kept


@inlined
def _find_slots(
    work: Scratch, chosen: I64, weights: F64, size: int, count: int, kept: int, total: float,
    offsets: I64, leaders: I64, column_of: NDArray[np.int32],
) -> float:  # fmt: skip
    """Fill `work.slotted` for the kept + 1 gaps and `work.fills` with their rates.

    Returns the common rate of insertion in the other gaps.
    """
    opening = 0.5 * np.log2(total + 1.0) + np.log2(kept + 2.0) + 1.0
    chances, fills = work.chances, work.fills
    for gap in range(kept + 1):
        chances[gap] = 0.0
        fills[gap] = 0.0
        work.slotted[gap] = False
    for i in range(size):
        if not work.inside[i]:
            continue
        weight = weights[i]
        leader = leaders[chosen[i]]
        last = -1
        run = 0
        for at in range(offsets[leader], offsets[leader + 1]):
            place = DROPPED
            if column_of[at] >= 0:
                place = int(work.number[column_of[at]])
            if place < 0:
                run += 1
                continue
            if place == last + 1:
                chances[place] += weight
                if run > 0:
                    fills[place] += weight
            last = place
            run = 0
        if last == kept - 1:
            chances[kept] += weight
            if run > 0:
                fills[kept] += weight
    # A variable column makes its gap a slot.
    gap = 0
    for column in range(count):
        if work.number[column] >= 0:
            gap += 1
        elif work.number[column] == VARIABLE:
            work.slotted[gap] = True
    q = 0.0
    for turn in range(2):
        filled = 0.5
        seen = 1.0
        for gap in range(kept + 1):
            if not work.slotted[gap] and (turn == 1 or 2.0 * fills[gap] < chances[gap]):
                filled += fills[gap]
                seen += chances[gap]
        q = min(filled / seen, 0.5)
        for gap in range(kept + 1):
            if work.slotted[gap] or fills[gap] < 2.0:
                continue
            rate = fills[gap] / chances[gap]
            work.slotted[gap] = (
                rate >= EDITS and rate > q and chances[gap] * _cross(rate, q) > opening
            )
    filled = 0.5
    seen = 1.0
    for gap in range(kept + 1):
        if work.slotted[gap]:
            fills[gap] = (fills[gap] + 0.5) / (chances[gap] + 1.0)
        else:
            filled += fills[gap]
            seen += chances[gap]
    q = min(filled / seen, 0.9)
    for gap in range(kept + 1):
        if not work.slotted[gap]:
            fills[gap] = q
    return q


@inlined
def settle(
    work: Scratch, chosen: I64, weights: F64, size: int, count: int,
    offsets: I64, leaders: I64, column_of: NDArray[np.int32], rows: I64, data: NDArray[np.uint8],
    starts: NDArray[np.int32], ends: NDArray[np.int32], marks: NDArray[np.uint8],
) -> tuple[int, float, float]:  # fmt: skip
    """Decide over `chosen[:size]`, aligned to `count` columns.

    Returns the constant columns, the bits saved and the listings that belong; `work.inside` says
    who does, `work.number` maps columns to constant ones, `work.slotted` marks the slots.
    """
    total = first_judgement(work, chosen, weights, size, count, offsets, leaders, column_of)
    if total < 2.0:
        return 0, 0.0, 0.0
    kept = _classify(work, count, total)
    if kept == 0:
        return 0, 0.0, 0.0
    _find_slots(work, chosen, weights, size, count, kept, total, offsets, leaders, column_of)
    left = join_numerals(
        work, chosen, weights, size, count, kept, offsets, leaders, column_of, rows, data,
        starts, ends, marks,
    )  # fmt: skip
    if left == 0:
        return 0, 0.0, 0.0
    if left < kept:
        kept = left
        _find_slots(work, chosen, weights, size, count, kept, total, offsets, leaders, column_of)
    cost = 0.0
    base = 0.0
    lacking = 0.0
    rates = 2
    places = 0
    for column in range(count):
        if work.number[column] >= 0:
            lacking += total - work.support[column]
    e = min((lacking + 0.5) / (total * kept + 1.0), 0.5)
    for column in range(count):
        work.gains[column] = -1.0
        if work.number[column] >= 0:
            base += np.log2(e)
            work.gains[column] = work.worth[column] + np.log2(1.0 - e) - np.log2(e)
            cost += work.worth[column]
        elif work.number[column] == VARIABLE:
            r = (work.support[column] + 0.5) / (total + 1.0)
            base += np.log2(1.0 - r)
            work.gains[column] = work.worth[column] + np.log2(r) - np.log2(1.0 - r)
            cost += work.worth[column]
            rates += 1
            places += 1
    for gap in range(kept + 1):
        f = work.fills[gap]
        base += np.log2(1.0 - f)
        work.fill_costs[gap] = np.log2(1.0 - f) - np.log2(f)
        if work.slotted[gap]:
            rates += 1
            places += 1
    cost += places * np.log2(kept + 2.0) + rates * 0.5 * np.log2(total + 1.0)
    jump = np.log2(kept + 1.0)
    saved = -cost
    members = 0.0
    for i in range(size):
        leader = leaders[chosen[i]]
        gain = base
        last = -1
        run = 0
        for at in range(offsets[leader], offsets[leader + 1]):
            place = DROPPED
            if column_of[at] >= 0:
                place = int(work.number[column_of[at]])
                gain += work.gains[column_of[at]]
            else:
                gain -= 1.0
            if place < 0:
                run += 1
                continue
            if run > 0:
                gain -= work.fill_costs[place]
            if place <= last:
                gain -= jump
            last = place
            run = 0
        if run > 0:
            gain -= work.fill_costs[kept]
        work.inside[i] = gain > 0.0
        if gain > 0.0:
            saved += gain * weights[i]
            members += weights[i]
    return kept, saved, members
