"""Numbers as posters write them, what must not be taken for one, and hostile texts."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from lamplighter.foundation.errors import UsageError
from lamplighter.signals.identifiers.numbering import regions
from tests.signals.identifiers.columns import column, read, values

_NUMBER = "+14155552671"

_WRITTEN = [
    "415-555-2671", "(415) 555-2671", "415.555.2671", "4155552671", "+1 415 555 2671",
    "1-415-555-2671", "001 415 555 2671", "4 1 5 5 5 5 2 6 7 1", "4 1 5 ~ 5 5 5 ~ 2 6 7 1",
    "415 / 555 / 2671", "415_555_2671", "4*1*5*5*5*5*2*6*7*1", "415•555•2671", "415🔥555🔥2671",
    "four one five five five five two six seven one", "four 1 five 555 two six 7 one",
    "FOUR ONE FIVE - FIVE FIVE FIVE - TWO SIX SEVEN ONE", "fouronefivefivefivefivetwosixsevenone",
    "four1five555two6seven1", "four one five triple five two six seven one",
    "four fifteen five fifty five twenty six seventy one",
    "(415) triple five twenty-six seventy-one", "f0ur 0ne f1ve f1ve f1ve f1ve tw0 s1x s3ven 0ne",
    "cuatro uno cinco cinco cinco cinco dos seis siete uno",
    "quatro um cinco cinco cinco cinco dois seis sete um",
    "quatre un cinq cinq cinq cinq deux six sept un",
    "vier eins fünf fünf fünf fünf zwei sechs sieben eins",
    "quattro uno cinque cinque cinque cinque due sei sette uno",
    "четыре один пять пять пять пять два шесть семь один",
    "4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣2️⃣6️⃣7️⃣1️⃣", "４１５－５５５－２６７１", "④①⑤⑤⑤⑤②⑥⑦①", "𝟒𝟏𝟓-𝟓𝟓𝟓-𝟐𝟔𝟕𝟏",
    "٤١٥٥٥٥٢٦٧١", "४१५ ५५५ २६७१", "⁴¹⁵ ⁵⁵⁵ ²⁶⁷¹", "四一五五五五二六七一", "４1➄-5५5-2⑥7𝟙",
    "4l5-S5S-Z67I", "4|5 555 267|", "4I5.555.26 7l",
    "4\u200b1\u200b5\u200b5\u200b5\u200b5\u200b2\u200b6\u200b7\u200b1", "415-\u2060555-\ufeff2671",
    "415 dash 555 dash 2671", "415 dot 555 dot 2671", "plus one 415 555 2671",
]  # fmt: skip


@pytest.mark.parametrize("written", _WRITTEN)
def test_number_is_found_however_it_is_written(written: str) -> None:
    text = f"Quiet room, call {written} after work"
    rows = [row for row in read([text]) if row["kind"] == "phone"]
    assert [row["value"] for row in rows] == [_NUMBER]
    assert text[rows[0]["start"] : rows[0]["end"]] == rows[0]["raw"]


@pytest.mark.parametrize(
    ("written", "obscured"),
    [("415-555-2671", False), ("(415) 555 2671", False), ("+1 415 555 2671", False),
     ("4 1 5 5 5 5 2 6 7 1", True), ("415~555~2671", True), ("4I5-555-2671", True),
     ("four 15 555 2671", True), ("４１５-555-2671", True), ("415-\u200b555-2671", True)],
)  # fmt: skip
def test_says_whether_a_plain_expression_would_miss_it(written: str, obscured: bool) -> None:
    assert [row["obscured"] for row in read([f"call {written}"])] == [obscured]


_DECOYS = [
    "$4155552671", "$1,415,555,267", "1,415,555 views", "415 555 2671 EUR", "4155552671 dollars",
    "Price: 415 555", "Order #4155552671", "order no. 415-555-2671", "Ref: 415-555-2671",
    "invoice 4155552671", "SKU-4155552671", "AB4155552671", "item 4155552671", "tracking 4155552671",
    "2024-11-23 18:30", "2024-11-23 to 2024-12-05", "23.11.2024 - 05.12.2024", "11/23/2024 10:30",
    "9:00 12:30 14:15", "20:24 11.23 2024", "94103-1234", "CA 94103 2671", "zip 94103-1234",
    "40.712800, -74.006000", "37.774929 -122.419416", "IP 203.45.167.89", "version 4.15.55.52",
    "36x24x36 cm", "1920 x 1080 x 1200", "4155552671 km", "415 555 sqft", "sizes 6 7 8 9 10 11 12",
    "sizes 36 38 40 42 44", "2015 2016 2017 2018", "1999, 2001 and 2003", "4155 5526 7134 1234",
    "ISBN 978-0-306-40615-7", "UPC 415555267134", "123.456.789-09", "account number 4155552671",
    "https://site.com/item/4155552671", "4155552671@site.com", "file4155552671.jpg", "12 of 34",
    "5 to 6 or 7 to 8 for 9 days", "one or two rooms, three beds", "100 200 300 400 500 mm",
    "IBAN DE89 3704 0044 0532 0130 00", "serial 4155552671", "20241123", "timestamp 1732400000",
]  # fmt: skip


@pytest.mark.parametrize("region", ["US", "GB", "DE", "FR", "ES", "BR", "IN", "TH"])
def test_other_digits_are_no_number(region: str) -> None:
    texts: list[str | None] = [f"Table for sale. {decoy}. As new" for decoy in _DECOYS]
    found = [(texts[row["row"]], row["value"]) for row in read(texts, region)
             if row["kind"] == "phone"]  # fmt: skip
    assert found == []


def test_neighbours_are_not_drawn_into_a_number() -> None:
    text = "Built 2004, 3 rooms. Call 415-555-2671, $1200 a month, zip 94103, 2 baths, no. 7"
    assert values(text, "phone") == [_NUMBER]
    text = "call 415 555 2671 or 212 555 2368 ext 22"
    assert values(text, "phone") == [_NUMBER, "+12125552368"]


def test_country_decides_how_a_number_is_dialled() -> None:
    from lamplighter.signals.identifiers import extract

    nothing = column([None] * 3)
    table = extract(
        nothing,
        column(["call 020 7946 0958"] * 3),
        nothing,
        nothing,
        nothing,
        column(["GB", None, "no such place"]),
        default_region="DE",
    )
    assert table["value"].to_pylist()[0] == "+442079460958"
    assert "+442079460958" not in table["value"].to_pylist()[1:]


def test_unknown_default_region_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        read(["call"], region="Atlantis")
    assert str(caught.value) == (
        "No numbering plan for the region 'Atlantis'.\n"
        "  where: default region\n"
        "  hint:  Give a country as two letters, such as US, GB or DE."
    )


@pytest.mark.parametrize("region", [name for name in regions() if len(name) == 2])
def test_formatted_examples_of_every_region_are_read_in_the_contact_field(region: str) -> None:
    example = phonenumbers.example_number(region)
    if example is None:
        pytest.skip("no example number")
    expected = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    international = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
    assert values(international, "phone", "US", "phone") == [expected]
    national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    back = phonenumbers.parse(national, region)
    # Fewer than seven digits are looked at nowhere: house numbers would be numbers.
    long_enough = sum(letter.isdigit() for letter in national) >= 7
    if long_enough and phonenumbers.format_number(back, PhoneNumberFormat.E164) == expected:
        assert values(national, "phone", region, "phone") == [expected]


def test_what_is_no_number_gives_nothing_in_the_contact_field() -> None:
    assert read(["123", "ask me", "", None, "000-000-0000", "555-2671"], field="phone") == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.sampled_from("0123456789 -.()/+,:\n$€xlIOoS|~*aé四٣４𝟒️⃣\u200b\u202e\0🔥")
        | st.characters(),
        max_size=200,
    ),
    st.sampled_from(["US", "DE", "IT", "BR", "SG"]),
)
def test_everything_found_is_valid_and_where_it_says(text: str, region: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    for field in ("text", "phone"):
        for row in read([text], region, field):
            assert text[row["start"] : row["end"]] == row["raw"]
            if row["kind"] == "phone":
                assert phonenumbers.is_valid_number(phonenumbers.parse(row["value"]))


@pytest.mark.parametrize(
    "hostile",
    ["4" * 1_000_000, "4 " * 300_000, "one " * 200_000, "415-555-2671 " * 20_000, "+" * 300_000,
     "(" * 200_000 + "415", "4.1" * 200_000, "a.b" * 200_000, "@" * 300_000, "a@" * 200_000,
     "double " * 100_000, "x\u200b" * 200_000, "四" * 200_000, "$" * 200_000, "at dot " * 60_000,
     "telegram @a " * 40_000, "O" * 500_000, "1|" * 200_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_hostile_texts_are_read_through(hostile: str) -> None:
    rows = read([hostile, "call 415-555-2671"])
    assert [row["value"] for row in rows if row["row"] == 1] == [_NUMBER]


def test_bidirectional_marks_and_null_bytes_do_not_hide_a_number() -> None:
    assert values("call \u202e415\u202c-555\0-2671", "phone") == [_NUMBER]
