"""Lines that help: each with the page that says so, and a day."""

from lamplighter.reporting.notice.referral import countries, of_country


def test_each_line_says_whom_it_is_for_and_who_says_so() -> None:
    lines = [line for country in countries() for line in country.lines]
    assert len(lines) >= 6
    for line in lines:
        assert line.source.startswith("https://") and line.read.year >= 2026, line.name
        assert line.dialled.isdigit() and line.for_whom and line.hours
    assert {country.emergency for country in countries()} == {"911", "999", "112"}


def test_a_country_comes_first_and_nobody_is_left_without() -> None:
    assert [of_country(code)[0].code for code in ("US", "GB", "UK", "FR", "NO")] == [
        "US", "GB", "GB", "EU", "EU"]  # fmt: skip
    for code in ("", "XX", "BR"):
        assert len(of_country(code)) == len(countries())
