"""Contacts, voices, language, spelling, schedule, pay and trade, each on a few listings."""

from __future__ import annotations

from typing import Any

import pytest

from lamplighter.operations.describe import read_features
from lamplighter.operations.features import Features
from lamplighter.operations.layout import arrange
from lamplighter.operations.policy_check import default_policy
from tests.operations.market import PLACES, Market

POLICY = default_policy()
CITIES = sorted(PLACES)


def features_of(market: Market) -> Features:
    data = market.input()
    return read_features(data, arrange(data), POLICY)[0]


def value(market: Market, name: str, operation: int = 0) -> float:
    return float(features_of(market).values[name][operation])


def test_numbers_replaced_one_after_the_other_rotate() -> None:
    market = Market()
    for post in range(9):
        market.add(0, day=post, phone=f"+3360000000{post // 3}")
    assert value(market, "rotation") == 3
    assert value(market, "serial") == 1


def test_several_numbers_at_one_place_rotate() -> None:
    market = Market()
    for post in range(12):
        market.add(0, day=post, phone=f"+3360000000{post % 3}")
    assert value(market, "phones_in_place") == 3
    assert value(market, "rotation") == 3


def test_a_number_for_each_branch_does_not_rotate() -> None:
    market = Market()
    for post in range(30):
        city = (post * 7) % 10
        market.add(0, day=post, city=CITIES[city], phone=f"+336000000{city:02}")
    assert value(market, "phones") == 10
    assert value(market, "rotation") == 0


def test_a_number_for_each_employee_account_does_not_rotate() -> None:
    market = Market()
    for post in range(24):
        market.add(0, day=post, phone=f"+3360000000{post % 4}", account=f"staff-{post % 4}")
    assert value(market, "rotation") == 0


def test_hubs_and_plain_contacts_are_not_counted_as_hidden() -> None:
    market = Market()
    for post in range(4):
        market.add(0, day=post, phone="+33600000001", obscured=post < 2)
        market.add(1, day=post, phone="+33600000009", hub=True)
    features = features_of(market)
    assert features.values["obscured"].tolist() == [2, 0]
    assert features.values["obscured_share"].tolist() == [0.5, 0]
    assert features.values["hub"].tolist() == [0, 4]
    assert features.values["one_phone_accounts"].tolist() == [1, 0]


def test_accounts_on_one_phone() -> None:
    market = Market()
    for post in range(5):
        market.add(0, day=post, phone="+33600000001", account=f"a{post}")
    assert value(market, "one_phone_accounts") == 5


def test_an_identifier_from_a_trusted_list() -> None:
    market = Market()
    market.add(0, phone="+33600000001")
    market.add(0, phone="+33600000002")
    market.known.append({"kind": "phone", "value": "+33600000002", "source": "partner"})
    assert value(market, "known") == 1


def test_names_and_ages_in_slots_are_found_on_their_contact() -> None:
    market = Market()
    names = ("Ines", "Maud", "Vera")
    number = market.template(name=names, age=("23", "25", "31"))
    for post in range(6):
        text = f"{names[post % 3]} welcomes you, {(23, 25, 31)[post % 3]} years, 7 days a week"
        market.add(0, day=post, phone="+33600000001", template=number, text=text)
        market.add(1, day=post, phone=f"+3360000001{post % 3}", template=number, text=text)
    features = features_of(market)
    assert features.values["names"].tolist() == [3, 1]
    assert features.values["ages"].tolist() == [3, 1]
    assert features.values["text_names"].tolist() == [3, 3]


def test_names_after_an_introduction_join_different_texts() -> None:
    market = Market()
    market.template(name=("Ines", "Maud", "Vera"))
    for text in ("My name is Ines.", "Ask for Maud today", "I am Vera, aged 29", "I am Home"):
        market.add(0, phone="+33600000001", text=text)
    features = features_of(market)
    assert features.values["names"].tolist() == [3]
    assert features.values["text_ages"].tolist() == [1]


def test_language_counts_only_where_the_context_says_so() -> None:
    market = Market()
    market.add(0, indicators=[("teen", "child", False, "furniture")])
    market.add(
        0,
        indicators=[
            ("control/debt", "control", True, ""),
            ("control/by-others", "control", True, ""),
        ],
    )
    market.add(0, indicators=[("control/debt", "control", True, "")])
    features = features_of(market)
    assert features.values["language.child"].tolist() == [0]
    assert features.values["language.child.set-aside"].tolist() == [1]
    assert features.words["language.child.set-aside"] == ["furniture"]
    assert features.values["language.control"].tolist() == [2]
    assert features.values["language.control.entries"].tolist() == [2]
    assert features.words["language.control"] == ["by others; debt"]


def test_evasion_needs_two_sure_words_or_four_of_any_kind() -> None:
    market = Market()
    for marks in ({"homoglyph": 2}, {"zero_width": 1, "leet": 3}, {"leet": 3}, {}):
        market.add(0, evasion=marks)
    assert value(market, "evasive") == 2


def test_schedule() -> None:
    market = Market()
    for post in range(10):
        market.add(0, day=post / 4)
        market.add(1, day=post / 10_000)
    features = features_of(market)
    assert features.values["clockwork"].tolist() == [10, 0]
    assert features.values["burst"].tolist() == [1, 10]
    assert features.values["sleepless"].tolist() == [4, 1]


def test_pay_is_compared_with_other_operations_in_the_country() -> None:
    market = Market()
    for operation in range(24):
        pay = 4200 if operation == 7 else 1400 + operation
        market.add(operation, category="jobs", price=pay, currency="EUR")
        market.add(operation, category="jobs", price=pay, currency="EUR")
    features = features_of(market)
    assert features.values["pay_above"][7] == pytest.approx(3.0, abs=0.1)
    assert features.values["pay_above"][8] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("columns", "trade"),
    [
        ({"category": "Furniture"}, "goods"),
        ({"category": "for-sale", "text": "massage chair"}, "goods"),
        ({"category": "rentals", "text": "relaxing flat"}, "property"),
        ({"category": "Jobs & hiring"}, "job"),
        ({"category": "services", "text": "relaxing massage by Ann"}, "personal"),
        ({"category": "services", "text": "cleaning of offices"}, "service"),
        ({"category": "services", "text": "yoga classes, all levels, class of ten"}, "teaching"),
        ({"category": "misc", "title": "Sofas", "text": "in good condition"}, "goods"),
        ({"text": "Se alquila piso"}, "property"),
        ({"title": "Квартира", "text": "сдаю"}, "property"),
        ({"category": "misc", "text": "hello"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_trade(columns: dict[str, Any], trade: str) -> None:
    market = Market()
    market.add(0, **columns)
    assert features_of(market).words["trade"] == [trade]
