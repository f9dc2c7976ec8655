"""The truth is true of the listings: contacts, names, versions, circuits, pictures, sizes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import phonenumbers
import pytest

from lamplighter.simulate.batches import simulate
from lamplighter.simulate.images import MOST_FLIPPED
from lamplighter.simulate.kinds import MIXES, Kind

Row = dict[str, Any]
LISTINGS = 20_000


@pytest.fixture(scope="module", params=["default", "second"])
def market(request: pytest.FixtureRequest) -> tuple[list[Row], dict[str, Row]]:
    rows: list[Row] = []
    truth: dict[str, Row] = {}
    for block in simulate(LISTINGS, 11, vocabulary=request.param):
        rows += block.listings.to_pylist()
        truth.update({row["listing_id"]: row for row in block.truth.to_pylist()})
    return rows, truth


def _by_operation(market: tuple[list[Row], dict[str, Row]]) -> dict[str, list[Row]]:
    rows, truth = market
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows[:LISTINGS]:
        found[truth[row["listing_id"]]["operation_id"]].append(row)
    return found


def test_every_phone_validates(market: tuple[list[Row], dict[str, Row]]) -> None:
    phones = [(row["phone"], row["country"]) for row in market[0] if row["phone"]]
    assert len(phones) > LISTINGS / 5
    for phone, country in phones[:3000]:
        number = phonenumbers.parse(phone, country)
        assert phonenumbers.is_valid_number(number), (phone, country)


def test_parties_share_contacts_and_singles_do_not(
    market: tuple[list[Row], dict[str, Row]],
) -> None:
    rows, truth = market
    accounts: dict[str, set[str]] = defaultdict(set)
    emails: dict[str, set[str]] = defaultdict(set)
    for row in rows[:LISTINGS]:
        fact = truth[row["listing_id"]]
        party = fact["operation_id"] or row["listing_id"]
        accounts[row["account_id"]].add(party)
        if row["email"]:
            emails[row["email"]].add(party)
    assert all(len(parties) == 1 for parties in accounts.values())
    assert all(len(parties) == 1 for parties in emails.values())


def test_singles_have_neither_template_nor_operation(
    market: tuple[list[Row], dict[str, Row]],
) -> None:
    for fact in market[1].values():
        single = fact["kind"] == "single"
        assert single == (fact["operation_id"] == "") == (fact["template_id"] == "")
        assert (fact["planted"] != "") == (
            fact["kind"] in ("operation_control", "operation_movement", "operation_mixed")
        )


def test_a_template_belongs_to_one_operation(market: tuple[list[Row], dict[str, Row]]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for fact in market[1].values():
        if fact["template_id"]:
            owners[fact["template_id"]].add(fact["operation_id"])
    assert all(len(operations) == 1 for operations in owners.values())


def test_shares_and_sizes(market: tuple[list[Row], dict[str, Row]]) -> None:
    kinds = Counter(fact["kind"] for fact in market[1].values())
    planned: dict[str, Kind] = {kind.name: kind for kind in MIXES["market"].kinds}
    assert kinds["single"] > LISTINGS / 2
    for name, kind in planned.items():
        assert abs(kinds[name] / LISTINGS - kind.share) < 0.005, name
    for operation, rows in _by_operation(market).items():
        if operation:
            kind = planned[market[1][rows[0]["listing_id"]]["kind"]]
            assert kind.sizes[0] <= len(rows) <= max(LISTINGS // 20, kind.sizes[0])


def test_later_versions(market: tuple[list[Row], dict[str, Row]]) -> None:
    rows = market[0]
    later = rows[LISTINGS:]
    assert len(later) == LISTINGS * MIXES["market"].versions
    first = {row["listing_id"]: row for row in rows[:LISTINGS]}
    assert len(first) == LISTINGS
    for row in later:
        original = first[row["listing_id"]]
        assert row["posted_at"] > original["posted_at"]
        assert row["account_id"] == original["account_id"]
        assert row["city"] == original["city"]


def test_circuits_go_from_city_to_city_and_stay(market: tuple[list[Row], dict[str, Row]]) -> None:
    moved = 0
    for operation, rows in _by_operation(market).items():
        if not operation or market[1][rows[0]["listing_id"]]["kind"] != "class_teacher":
            continue
        rows.sort(key=lambda row: row["posted_at"])
        legs = [(one, other) for one, other in pairwise(rows) if one["city"] != other["city"]]
        assert 1 <= len(legs) <= 7
        assert all(
            other["posted_at"] - one["posted_at"] > timedelta(hours=2) for one, other in legs
        )
        moved += 1
    assert moved > 3


def test_pictures_of_a_template_differ_in_few_bits(
    market: tuple[list[Row], dict[str, Row]],
) -> None:
    pictures: dict[str, list[int]] = defaultdict(list)
    for row in market[0][:LISTINGS]:
        template = market[1][row["listing_id"]]["template_id"]
        for image in row["images"] or []:
            assert image.startswith("pdq:")
            assert len(image) == 68
            if template:
                pictures[template].append(int(image[4:], 16))
    checked = 0
    for hashes in pictures.values():
        for other in hashes[1:]:
            distance = (hashes[0] ^ other).bit_count()
            assert distance <= 2 * MOST_FLIPPED or distance > 70
            checked += distance <= 2 * MOST_FLIPPED
    assert checked > 50


def test_planted_signs_are_there(market: tuple[list[Row], dict[str, Row]]) -> None:
    """Operations that move have several cities; those under control speak of it in their text."""
    for operation, rows in _by_operation(market).items():
        planted = market[1][rows[0]["listing_id"]]["planted"] if operation else ""
        if "movement" in planted:
            assert len({row["city"] for row in rows}) >= 3
            assert len({row["account_id"] for row in rows}) >= 2
        if planted:
            assert len(rows) >= 6
