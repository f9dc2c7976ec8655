"""The world's numbering plans as tables, from the metadata that `phonenumbers` carries.

`phonenumbers` follows ITU-T E.164 and the plans its members publish. What it does in some 50 µs of
Python a number (`parse`, then `is_valid_number`) `resolve` does in well under one: one automaton
for each calling code says what is valid, one for each region what its general form is, and a few
more strip international and national prefixes. `phonenumbers` itself is the twin in the tests.
"""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import phonenumbers
from numpy.typing import NDArray
from phonenumbers import PhoneMetadata

from lamplighter.foundation.kept_tables import Tables, kept_tables
from lamplighter.signals.identifiers import digit_regex
from lamplighter.signals.identifiers.digit_regex import Expressions, Machine, machine

_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number",
          "voip", "pager", "uan", "voicemail")  # fmt: skip

# What a region's national prefix does once it is found.
NO_PREFIX, STRIP, STRIP_ONE, ARGENTINA = range(4)

#: A calling code that does not exist.
NOWHERE = -1


# Columns of a calling code and of a region. Automata are named by their first state, -1 for none.
VALID, HOME = range(2)  # what may follow the code; the region whose prefixes apply after it
CALLING, GENERAL, ABROAD, WHOLE, PREFIX, CARRIER, WAY, LENGTHS, LOCAL, TRUNK, INSERT = range(11)
#: Column of a state that holds its verdict; those before it hold the next state by digit.
VERDICT = 10


class Plans(NamedTuple):
    """Numbering plans as three tables (few and plain: a kernel's compile time grows with them).

    `steps` (s, 12): by digit the next state or -1, then the verdict on what was read.
    `codes` (1000, 2): by calling code.
    `regions` (r, 18): in the order of `regions()`. `CALLING` is the calling code; `GENERAL` the
    form of all numbers; `ABROAD` the international prefix; `WHOLE` a whole local number to which
    digits are prepended (from `INSERT` on: how many, then the digits); `PREFIX` the national
    prefix, `CARRIER` the same with a carrier, if ten digits follow; `WAY` what to do with them; bit
    n of `LENGTHS` (`LOCAL`) says that n national digits are possible (only dialled locally);
    `TRUNK` is 1 where people write the national prefix.
    """

    steps: NDArray[np.int32]
    codes: NDArray[np.int32]
    regions: NDArray[np.int32]


_ONCE = Lock()


@cache
def regions() -> dict[str, int]:
    """ISO 3166 code of each region (or `001` and a calling code) → its place in the tables."""
    found = sorted(phonenumbers.SUPPORTED_REGIONS)
    world = [f"001-{code}" for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)]
    return {name: at for at, name in enumerate(found + world)}


def plans() -> Plans:
    """All numbering plans: compiled once (under a second), kept, and read once a process."""
    with _ONCE:
        return _plans()


def _metadata(name: str) -> Any:
    region, _, code = name.partition("-")
    if code:
        return PhoneMetadata.metadata_for_nongeo_region(int(code))
    return PhoneMetadata.metadata_for_region(region)


class _Tape:
    """Collects automata one after the other."""

    def __init__(self) -> None:
        self._steps: list[NDArray[np.int32]] = []
        self._verdicts: list[NDArray[np.uint8]] = []
        self._length = 0
        self._known: dict[str, int] = {}

    def put(self, made: Machine) -> int:
        first = self._length
        self._steps.append(np.where(made.step >= 0, made.step + first, -1).astype(np.int32))
        self._verdicts.append(made.verdict)
        self._length += len(made.verdict)
        return first

    def pattern(self, pattern: str | None) -> int:
        if not pattern:
            return -1
        if pattern not in self._known:
            self._known[pattern] = self.put(machine(pattern))
        return self._known[pattern]

    def table(self) -> NDArray[np.int32]:
        """(s, 12) as `Plans.steps`."""
        whole = np.zeros((self._length, 12), np.int32)
        whole[:, :VERDICT] = np.concatenate(self._steps)
        whole[:, VERDICT] = np.concatenate(self._verdicts)
        return whole


class _Rule(NamedTuple):
    """How a region recognises a national number: bits of expressions, with possible lengths."""

    leading: int
    general: int
    lengths: frozenset[int]
    types: tuple[tuple[int, frozenset[int]], ...]


def _code_machine(code: int, names: tuple[str, ...]) -> Machine:
    """What may follow a calling code: the first region that claims a number judges it."""
    expressions = Expressions()
    rules = []
    for name in names:
        data = PhoneMetadata.metadata_for_region_or_calling_code(code, name)
        shared = data.leading_digits and len(names) > 1
        kinds = [getattr(data, kind) for kind in _TYPES]
        rules.append(
            _Rule(
                expressions.add(rf"(?:{data.leading_digits})\d*") if shared else -1,
                expressions.add(data.general_desc.national_number_pattern),
                frozenset(data.general_desc.possible_length),
                tuple(
                    (expressions.add(kind.national_number_pattern), frozenset(kind.possible_length))
                    for kind in kinds
                    if kind is not None and kind.national_number_pattern
                ),
            )
        )

    def verdict(complete: int, length: int) -> int:
        for rule in rules:
            if rule.leading >= 0 and not complete >> rule.leading & 1:
                continue
            known = (
                complete >> rule.general & 1
                and (not rule.lengths or length in rule.lengths)
                and any(complete >> b & 1 and (not n or length in n) for b, n in rule.types)
            )
            if known or rule.leading >= 0:
                return int(bool(known))
        return 0

    return expressions.compile(verdict)


class _Prefix(NamedTuple):
    way: int = NO_PREFIX
    whole: str | None = None
    insert: str = ""
    prefix: str | None = None
    carrier: str | None = None


def _prefix(pattern: str | None, rule: str | None) -> _Prefix:
    """The few forms that national prefixes take in the metadata, told apart by their shape."""
    if not pattern:
        return _Prefix()
    if not rule:
        return _Prefix(STRIP, prefix=pattern)
    form = re.fullmatch(r"\(([^()]+)\)\$(?:\|(.+))?", pattern)
    if form:  # "(whole)$|prefix": a local number gets its area code
        insert = rule.removesuffix("\\1")
        return _Prefix(STRIP, form.group(1), insert, form.group(2))
    form = re.fullmatch(r"(\(\?:0\|90\))\(\?:\((.+)\)\(\\d\{10,11\}\)\)\?", pattern)
    if form and rule == "\\2":  # Brazil: prefix, carrier, number
        return _Prefix(STRIP, prefix=form.group(1), carrier=f"{form.group(1)}(?:{form.group(2)})")
    form = re.fullmatch(r"0\((.+)\)", pattern)
    if form and rule == "\\1":  # Gabon: the prefix goes if a number follows that has one
        return _Prefix(STRIP_ONE, prefix=pattern)
    form = re.fullmatch(r"0\?\(\?:\((.+)\)15\)\?", pattern)
    if form and rule == "9\\1":  # Argentina: 0, area, 15, rest → 9, area, rest
        return _Prefix(ARGENTINA, prefix=form.group(1))
    return _Prefix(STRIP, prefix=pattern)


def _mask(lengths: tuple[int, ...]) -> int:
    return sum(1 << length for length in lengths if length > 0)


def _written_with_prefix(data: Any) -> bool:
    """Whether people of the region write the national prefix: its formats say so."""
    formats = [
        form for form in data.number_format if not form.national_prefix_optional_when_formatting
    ]
    rules = [form.national_prefix_formatting_rule or "" for form in formats]
    prefixed = sum(rule.lstrip("(").startswith(str(data.national_prefix)) for rule in rules)
    return bool(data.national_prefix) and 2 * prefixed >= len(rules) > 0


@cache
def _plans() -> Plans:
    sources = [__file__, digit_regex.__file__]
    found = kept_tables("plans", sources, phonenumbers.__version__, _compiled)
    return Plans(found["steps"], found["codes"], found["regions"])


def _compiled() -> Tables:
    tape = _Tape()
    names = regions()
    codes = np.full((1000, 2), -1, np.int32)
    for code, members in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        codes[code, VALID] = tape.put(_code_machine(code, members))
        codes[code, HOME] = names[f"001-{code}" if members[0] == "001" else members[0]]
    table = np.zeros((len(names), 18), np.int32)
    for name, at in names.items():
        data = _metadata(name)
        found = _prefix(data.national_prefix_for_parsing, data.national_prefix_transform_rule)
        general = data.general_desc
        table[at, : INSERT + 1] = (
            data.country_code,
            tape.pattern(general.national_number_pattern),
            tape.pattern(data.international_prefix),
            tape.pattern(found.whole),
            tape.pattern(found.prefix),
            tape.pattern(found.carrier),
            found.way,
            _mask(general.possible_length),
            _mask(general.possible_length_local_only),
            _written_with_prefix(data),
            len(found.insert),
        )
        for place, digit in enumerate(found.insert, INSERT + 1):
            table[at, place] = int(digit)
    return {"steps": tape.table(), "codes": codes, "regions": table}
