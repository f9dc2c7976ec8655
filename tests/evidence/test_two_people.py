import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.two_people import (
    Deed,
    SecondPersonError,
    account,
    check_second_person,
    second_person_required,
)
from lamplighter.foundation.errors import UsageError


@pytest.mark.parametrize("deed", [Deed.REPORT, Deed.EXPORT, Deed.ACCOUNT_ACTION, Deed.HOLD_RELEASE])
def test_what_cannot_be_undone_takes_two(deed: Deed) -> None:
    assert second_person_required(deed)
    assert check_second_person(deed, "u7", "u8") == ("user:u7", "user:u8")
    for other in (None, "", "u7", "U7", " user:u7 "):
        with pytest.raises(SecondPersonError):
            check_second_person(deed, "u7", other)


@pytest.mark.parametrize("deed", [Deed.HOLD, Deed.PURGE])
def test_keeping_takes_one(deed: Deed) -> None:
    assert check_second_person(deed, "u7", None) == ("user:u7", None)


@given(st.text(max_size=80))
def test_an_account_is_one_however_written(name: str) -> None:
    try:
        known = account(name)
    except UsageError:
        return
    assert known.isascii() and account(known) == account(name.upper()) == known


def test_no_name_or_address_becomes_an_account() -> None:
    for name in ("", "Ann Example", "ann@example.org", "\u0430nn", "user:"):
        with pytest.raises(UsageError):
            account(name)
