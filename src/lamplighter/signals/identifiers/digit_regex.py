"""Regular expressions over digits, compiled into tables that a kernel can walk.

The numbering plans that `phonenumbers` carries are written as regular expressions of literals,
digit classes, groups, alternation and counted repetition. Matching them one by one in Python
costs about 50 µs a number. Here they become Glushkov automata (Glushkov 1961, "The abstract theory
of automata"), whose sets of positions are Python integers, and from these one deterministic
automaton by the subset construction. All expressions of a plan share one automaton: a state knows
which of them are complete, and `accepts` decides what that means.
"""

from __future__ import annotations

import re._constants as op
import re._parser as parser
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: E.164 has at most 15 digits, `phonenumbers` reads up to 17 national ones.
MAX_DIGITS = 17
_ANY = 0x3FF

#: Complete expressions (a bit each) and digits read → an 8-bit verdict.
Verdict = Callable[[int, int], int]


class Machine(NamedTuple):
    """`step[state, digit]` is the next state or -1, `verdict[state]` what its prefix is worth."""

    step: NDArray[np.int32]
    verdict: NDArray[np.uint8]


class _Part(NamedTuple):
    """A piece of an expression: positions it may start and end with, and if it may be empty."""

    first: int
    last: int
    empty: bool


class Expressions:
    """Collects expressions over digits and compiles them together."""

    def __init__(self) -> None:
        """Start with none."""
        self._digits: list[int] = []
        self._follow: list[int] = []
        self._ends: dict[str, tuple[int, bool]] = {}
        self._order: list[str] = []
        self._start = 0

    def add(self, pattern: str) -> int:
        """The number of the expression's bit in the verdict's first argument."""
        if pattern not in self._ends:
            part = self._sequence(parser.parse(pattern))
            self._start |= part.first
            self._ends[pattern] = (part.last, part.empty)
            self._order.append(pattern)
        return self._order.index(pattern)

    def _position(self, digits: int) -> _Part:
        self._digits.append(digits)
        self._follow.append(0)
        bit = 1 << (len(self._digits) - 1)
        return _Part(bit, bit, False)

    def _join(self, left: _Part, right: _Part) -> _Part:
        for at in _bits(left.last):
            self._follow[at] |= right.first
        return _Part(
            left.first | (right.first if left.empty else 0),
            right.last | (left.last if right.empty else 0),
            left.empty and right.empty,
        )

    def _sequence(self, items: Iterable[Any]) -> _Part:
        whole = _Part(0, 0, True)
        for item in items:
            whole = self._join(whole, self._item(*item))
        return whole

    def _item(self, kind: Any, value: Any) -> _Part:
        if kind is op.LITERAL:
            return self._position(1 << (value - 48))
        if kind is op.IN:
            return self._position(_digit_class(value))
        if kind is op.SUBPATTERN:
            return self._sequence(value[-1])
        if kind is op.BRANCH:
            parts = [self._sequence(branch) for branch in value[1]]
            return _Part(
                _union(part.first for part in parts),
                _union(part.last for part in parts),
                any(part.empty for part in parts),
            )
        if kind is op.MAX_REPEAT:
            return self._repeat(*value)
        raise ValueError(f"{kind} is not used in numbering plans")

    def _repeat(self, low: int, high: int, body: Any) -> _Part:
        if high == op.MAXREPEAT:
            part = self._sequence(body)
            for at in _bits(part.last):
                self._follow[at] |= part.first
            return part if low else part._replace(empty=True)
        whole = _Part(0, 0, True)
        for turn in range(high):
            part = self._sequence(body)
            whole = self._join(whole, part if turn < low else part._replace(empty=True))
        return whole

    def compile(self, accepts: Verdict) -> Machine:
        """One automaton for all expressions; prefixes that lead nowhere have no state."""
        masks = [
            sum(1 << at for at, digits in enumerate(self._digits) if digits >> digit & 1)
            for digit in range(10)
        ]
        ends = [self._ends[pattern] for pattern in self._order]
        numbers: dict[tuple[int, int], int] = {(self._start, 0): 0}
        todo = [(self._start, 0)]
        steps: list[list[int]] = []
        complete = sum(1 << bit for bit, (_, empty) in enumerate(ends) if empty)
        verdicts = [accepts(complete, 0)]
        follow = cache(self._after)
        for positions, depth in todo:
            row = []
            for mask in masks:
                reached = positions & mask
                if not reached or depth == MAX_DIGITS:
                    row.append(-1)
                    continue
                state = (follow(reached), depth + 1, reached)
                if state not in numbers:
                    numbers[state] = len(todo)
                    todo.append(state[:2])
                    complete = sum(1 << b for b, (last, _) in enumerate(ends) if last & reached)
                    verdicts.append(accepts(complete, depth + 1))
                row.append(numbers[state])
            steps.append(row)
        return _trimmed(np.array(steps, np.int32), np.array(verdicts, np.uint8))

    def _after(self, reached: int) -> int:
        return _union(self._follow[at] for at in _bits(reached))


def _trimmed(step: NDArray[np.int32], verdict: NDArray[np.uint8]) -> Machine:
    """Merge states that mean the same and drop those from which nothing is accepted."""
    count = len(step)
    same = np.full(count + 1, -1, np.int64)
    known: dict[tuple[Any, ...], int] = {}
    rows: list[list[int]] = []
    worth: list[int] = []
    for state in range(count - 1, -1, -1):
        row = same[step[state]].tolist()
        if verdict[state] == 0 and max(row) < 0 and state:
            continue
        key = (int(verdict[state]), *row)
        if key not in known or state == 0:
            known[key] = len(rows)
            rows.append(row)
            worth.append(int(verdict[state]))
        same[state] = known[key]
    # Made from the leaves to the root: turn around, so that the root is state 0.
    last = len(rows) - 1
    table = np.array(rows, np.int32)[::-1]
    return Machine(
        np.ascontiguousarray(np.where(table >= 0, last - table, -1).astype(np.int32)),
        np.array(worth, np.uint8)[::-1].copy(),
    )


def _bits(positions: int) -> Iterable[int]:
    while positions:
        low = positions & -positions
        yield low.bit_length() - 1
        positions ^= low


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for each in sets:
        whole |= each
    return whole


def _digit_class(items: Iterable[Any]) -> int:
    digits = 0
    for kind, value in items:
        if kind is op.LITERAL:
            digits |= 1 << (value - 48)
        elif kind is op.RANGE:
            digits |= sum(1 << at for at in range(value[0] - 48, value[1] - 47))
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            digits |= _ANY
        else:
            raise ValueError(f"{kind} {value} is not used in numbering plans")
    return digits


def machine(pattern: str) -> Machine:
    """The automaton of one expression; its verdict is 1 where the expression is complete."""
    expressions = Expressions()
    expressions.add(pattern)
    return expressions.compile(lambda complete, depth: complete)
