"""The compiled numbering plans against `phonenumbers`."""

from __future__ import annotations

import random

import numpy as np
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from lamplighter.signals.identifiers.digit_regex import machine
from lamplighter.signals.identifiers.numbering import VERDICT, plans, regions
from lamplighter.signals.identifiers.resolve import OUT, WORK, resolve

_REGIONS = [name for name in regions() if not name.startswith("001")]
_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip")


def resolved(digits: str, region: str, plus: bool) -> str | None:
    out = np.zeros(OUT, np.uint8)
    count = resolve(
        plans(),
        np.array([int(digit) for digit in digits], np.uint8),
        0,
        len(digits),
        plus,
        regions()[region],
        np.zeros(WORK, np.uint8),
        out,
    )
    return "+" + "".join(map(str, out[:count])) if count else None


def parsed(digits: str, region: str, plus: bool) -> str | None:
    try:
        number = phonenumbers.parse(("+" if plus else "") + digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _near_miss(rng: random.Random, region: str) -> tuple[str, bool]:
    """Digits like those of a number of the region: changed, prefixed, cut."""
    data = PhoneMetadata.metadata_for_region(region)
    assert data is not None
    descriptions = [getattr(data, kind) for kind in _TYPES]
    examples = [each.example_number for each in descriptions if each and each.example_number]
    digits = list(rng.choice(examples))
    for _ in range(rng.choice((0, 1, 1, 2))):
        digits[rng.randrange(len(digits))] = rng.choice("0123456789")
    if rng.random() < 0.3:
        at = rng.randrange(len(digits))
        digits[at:] = [rng.choice("0123456789") for _ in digits[at:]]
    written = "".join(digits)[rng.choice((0, 0, 0, 0, 2)) :]
    national = data.national_prefix or "0"
    code = str(data.country_code)
    form = rng.randrange(10)
    if form < 3:
        return national + written, False
    if form < 5:
        return code + written, rng.random() < 0.7
    if form == 5:
        return code + national + written, rng.random() < 0.7
    if form == 6:
        return rng.choice(("00", "15", "18", "1015", "8", "180020", "0015", "90")) + written, False
    if form == 7 and len(written) > 6:
        return "0" + written[: rng.randint(2, 4)] + "15" + written[4:], False
    return written, False


def test_agrees_with_phonenumbers_on_near_misses_of_every_region() -> None:
    rng = random.Random(20)
    valid = 0
    for region in _REGIONS:
        for _ in range(120):
            digits, plus = _near_miss(rng, region)
            if len(digits) < 3 or (plus and digits[0] == "0"):
                continue
            expected = parsed(digits, region, plus)
            assert resolved(digits, region, plus) == expected, (region, digits, plus)
            valid += expected is not None
    assert valid > 5000


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789", min_size=3, max_size=20), st.sampled_from(_REGIONS), st.booleans())
def test_agrees_with_phonenumbers_on_any_digits(digits: str, region: str, plus: bool) -> None:
    if plus and digits[0] == "0":
        return  # phonenumbers then tries again without the plus sign
    assert resolved(digits, region, plus) == parsed(digits, region, plus)


def test_examples_of_every_region_survive_all_formats() -> None:
    for region in _REGIONS:
        example = phonenumbers.example_number(region)
        if example is None:
            continue
        for form in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL):
            written = phonenumbers.format_number(example, form)
            digits = "".join(letter for letter in written if letter.isdigit())
            assert resolved(digits, region, True) == phonenumbers.format_number(
                example, PhoneNumberFormat.E164
            )


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"[2-9]\d{3}|3\d{2,5}", ["2345", "312", "312345"], ["1234", "31", "3123456", ""]),
        (r"0(?:1[245]|[67]\d)?8", ["08", "0128", "0698"], ["0138", "018", "8"]),
        (r"1?2", ["2", "12"], ["1", "112"]),
    ],
)
def test_expressions_are_matched_whole(pattern: str, yes: list[str], no: list[str]) -> None:
    made = machine(pattern)

    def accepts(digits: str) -> bool:
        state = 0
        for digit in digits:
            state = int(made.step[state, int(digit)])
            if state < 0:
                return False
        return bool(made.verdict[state])

    assert all(map(accepts, yes))
    assert not any(map(accepts, no))


def test_tables_have_one_shape() -> None:
    made = plans()
    assert made.steps.shape[1] > VERDICT
    assert made.codes[1, 0] >= 0
    assert made.codes[999, 0] < 0
