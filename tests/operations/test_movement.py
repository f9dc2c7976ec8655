"""Movement: legs against a slow twin; circuit, tour and parallel presence told apart."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.operations.features import Features
from lamplighter.operations.layout import arrange
from lamplighter.operations.movement import movement, positions
from tests.operations.market import PLACES, Market

CITIES = sorted(PLACES)


def features_of(market: Market) -> tuple[Features, Any]:
    data = market.input()
    layout = arrange(data)
    features = Features()
    return features, movement(layout, positions(data, layout), features)


def kilometres(one: str, two: str) -> float:
    """The spherical law of cosines, another formula than the kernel's."""
    lat1, lon1 = (math.radians(x) for x in PLACES[one][2:])
    lat2, lon2 = (math.radians(x) for x in PLACES[two][2:])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(
        lon2 - lon1
    )
    return 6371.0088 * math.acos(min(1.0, cosine))


def slow_legs(posts: list[tuple[float, str]]) -> list[tuple[str, str, float, float, bool]]:
    """(from, to, dwell days at `to`, km, implausible) as a person would write it down."""
    stays: list[tuple[str, list[float]]] = []
    for day, city in sorted(posts):
        if stays and stays[-1][0] == city:
            stays[-1][1].append(day)
        else:
            stays.append((city, [day]))
    legs = []
    for (start, before), (end, after) in pairwise(stays):
        km = kilometres(start, end)
        hours = round((after[0] - before[-1]) * 24)
        fast = km >= 150 and (hours < 1 or km > 900 * hours)
        legs.append((start, end, after[-1] - after[0], km, fast))
    return legs


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(CITIES)),
        min_size=1,
        max_size=25,
        unique_by=lambda post: post[0],
    )
)
def test_legs_are_those_of_a_slow_twin(posts: list[tuple[int, str]]) -> None:
    market = Market()
    days = [(hour / 24, city) for hour, city in posts]
    for day, city in days:
        market.add(0, day=day, city=city)
    _, legs = features_of(market)
    data = market.input()
    rows = arrange(data).rows
    names = [market.places[row]["place"] for row in rows.tolist()]
    found = [
        (names[s], names[t], dwell, km, bool(fast))
        for s, t, dwell, km, fast in zip(
            legs.source, legs.target, legs.dwell_days, legs.km, legs.implausible, strict=True
        )
    ]
    expected = slow_legs(days)
    assert [(a, b, f) for a, b, _, _, f in found] == [(a, b, f) for a, b, _, _, f in expected]
    np.testing.assert_allclose([leg[2] for leg in found], [leg[2] for leg in expected], atol=1e-6)
    np.testing.assert_allclose([leg[3] for leg in found], [leg[3] for leg in expected], atol=0.5)


def circuit(market: Market, operation: int = 0, **columns: Any) -> None:
    for stay, city in enumerate(("Lyon", "Turin", "Milan", "Lyon", "Geneva")):
        for post in range(3):
            market.add(operation, day=stay * 6 + post * 1.5, city=city, **columns)


def test_one_place_at_a_time_with_dwell_and_return_is_a_circuit() -> None:
    market = Market()
    circuit(market)
    features, legs = features_of(market)
    assert features.values["circuit"].tolist() == [5]
    assert features.values["circuit_places"].tolist() == [4]
    assert features.values["returns"].tolist() == [1]
    assert features.values["dwell_days"].tolist() == [3]
    assert features.values["implausible"].tolist() == [0]
    assert len(legs.km) == 4


def test_all_places_all_the_time_is_parallel_presence() -> None:
    market = Market()
    for post in range(40):
        market.add(0, day=post * 0.9, city=CITIES[(post * 7 + post // 3) % 10])
    features, _ = features_of(market)
    assert features.values["circuit"].tolist() == [0]
    assert features.values["tour"].tolist() == [0]
    assert features.values["parallel"].tolist() == [10]


def test_one_listing_per_place_is_a_tour_if_days_apart_and_a_blast_if_not() -> None:
    market = Market()
    for number, city in enumerate(CITIES):
        market.add(0, day=number * 4, city=city)
        market.add(1, day=number / 100, city=city)
    features, _ = features_of(market)
    assert features.values["tour"].tolist() == [10, 0]
    assert features.values["parallel"].tolist() == [0, 10]
    assert features.values["implausible"].tolist()[1] > 4


def test_distant_places_at_once_are_implausible_and_near_ones_are_one_stay() -> None:
    market = Market()
    market.add(0, day=0, city="Paris")
    market.add(0, day=0.01, city="Rome")
    market.add(1, day=0, city="Paris")
    market.add(1, day=1, city="Rome")
    features, legs = features_of(market)
    assert features.values["implausible"].tolist() == [1, 0]
    assert legs.implausible.tolist() == [True, False]


def test_listings_without_time_or_place_are_left_out() -> None:
    market = Market()
    market.add(0, day=None, city="Paris")
    market.add(0, day=3, city=None)
    market.add(0, day=4, city="Rome")
    features, legs = features_of(market)
    assert len(legs.km) == 0
    assert features.values["places"].tolist() == [1]
