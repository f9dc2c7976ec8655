import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lamplighter.signals.gazetteer import gazetteer
from lamplighter.signals.place_grid import NEAR_KM
from lamplighter.signals.places import PLACE_SCHEMA, resolve

Row = tuple[str | None, str | None, str | None, float | None, float | None]


def places(*rows: Row) -> list[dict[str, object]]:
    columns = list(zip(*rows, strict=True))
    words = [pa.array(list(column), pa.large_string()) for column in columns[:3]]
    numbers = [pa.array(list(column), pa.float64()) for column in columns[3:]]
    table = resolve(*words, *numbers)
    assert table.schema == PLACE_SCHEMA
    table.validate(full=True)
    result: list[dict[str, object]] = table.to_pylist()
    return result


def place(*row: str | float | None) -> dict[str, object]:
    return places((*row, *[None] * (5 - len(row))))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "name", "country"),
    [
        (("London",), "London", "GB"),
        (("london", "ontario"), "London", "CA"),
        (("London", "ON", "Canada"), "London", "CA"),
        (("Portland", "ME"), "Portland", "US"),
        (("Portland, OR",), "Portland", "US"),
        (("SAO PAULO",), "São Paulo", "BR"),
        (("Köln",), "Köln", "DE"),
        (("Cologne",), "Köln", "DE"),
        (("Москва",), "Moscow", "RU"),
        (("東京",), "Tokyo", "JP"),
        (("القاهرة",), "Cairo", "EG"),
        (("Łódź",), "Łódź", "PL"),
        (("lodz",), "Łódź", "PL"),
        (("Birmingham", None, "UK"), "Birmingham", "GB"),
        (("Birmingham", None, "usa"), "Birmingham", "US"),
        (("Birmingham", "alabama"), "Birmingham", "US"),
        (("St. Louis",), "St. Louis", "US"),
    ],
)
def test_names(row: tuple[str | None, ...], name: str, country: str) -> None:
    found = place(*row)
    assert (found["place"], found["country"], found["source"]) == (name, country, "gazetteer")
    assert found["place_id"] is not None and isinstance(found["latitude"], float)


def test_region_tells_apart() -> None:
    maine, oregon = places(
        ("Portland", "ME", "US", None, None), ("Portland", "OR", "US", None, None)
    )
    assert maine["place_id"] != oregon["place_id"]


def test_a_name_is_not_moved_to_another_country() -> None:
    found = place("Hamburg", None, "Japan")
    assert found == {
        "place_id": None,
        "place": "Hamburg",
        "country": "JP",
        "latitude": None,
        "longitude": None,
        "source": None,
    }


def test_unknown_and_missing() -> None:
    assert place("Nowhere-on-Sea")["place"] == "Nowhere-on-Sea"
    assert all(value is None for value in place(None).values())
    assert all(value is None for value in place("  ").values())
    assert place(None, None, "DE")["country"] == "DE"


def test_coordinates_win() -> None:
    found = place("London", None, "GB", 48.8566, 2.3522)
    assert (found["place"], found["country"], found["source"]) == ("Paris", "FR", "coordinates")
    assert (found["latitude"], found["longitude"]) == (48.8566, 2.3522)


def test_named_city_near_the_coordinates_is_kept() -> None:
    assert place("Los Angeles", "CA", "US", 34.02, -118.48)["place"] == "Los Angeles"


@pytest.mark.parametrize(
    ("lat", "lon"), [(float("nan"), 1.0), (91.0, 0.0), (0.0, 0.0), (10.0, 999.0), (None, 3.0)]
)
def test_bad_coordinates_are_ignored(lat: float | None, lon: float | None) -> None:
    assert place("Oslo", None, None, lat, lon)["source"] == "gazetteer"


def test_open_sea_has_coordinates_only() -> None:
    found = place("Oslo", None, None, -48.9, -123.4)
    assert (found["place_id"], found["place"], found["country"]) == (None, None, None)
    assert found["source"] == "coordinates"


def kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    a, b, c, d = (math.radians(x) for x in (lat_a, lon_a, lat_b, lon_b))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
            st.tuples(st.integers(0, 30_000), st.floats(-0.4, 0.4)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_nearest_against_all_cities(points: list[tuple[float, float]]) -> None:
    cities = gazetteer()
    rows: list[Row] = []
    for a, b in points:
        if isinstance(a, int):
            lat, lon = float(cities.latitude[a]), float(cities.longitude[a]) + b
            a, b = lat, (lon + 180) % 360 - 180
        if (a, b) != (0, 0):
            rows.append((None, None, None, a, b))
    for row, found in zip(rows, places(*rows) if rows else [], strict=True):
        assert row[3] is not None and row[4] is not None
        lats, lons = np.radians(cities.latitude), np.radians(cities.longitude)
        here, there = math.radians(row[3]), math.radians(row[4])
        half: NDArray[np.float64] = np.sin((lats - here) / 2) ** 2
        half = half + np.cos(lats) * np.cos(here) * np.sin((lons - there) / 2) ** 2
        far = 2 * 6371.0088 * np.arcsin(np.minimum(1, np.sqrt(half)))
        edge = np.where(far < NEAR_KM, far - 0.01 * np.sqrt(cities.population), np.inf)
        if found["place_id"] is None:
            assert far.min() >= NEAR_KM - 1e-6
        else:
            index = int(np.flatnonzero(cities.ids == found["place_id"])[0])
            assert edge[index] <= edge.min() + 1e-6


def test_chunks_slices_and_none() -> None:
    assert (
        resolve(*[pa.array([], pa.large_string())] * 3, *[pa.array([], pa.float64())] * 2).num_rows
        == 0
    )
    city = pa.array(["x", "Oslo", "Rome"], pa.large_string()).slice(1)
    none = pa.nulls(2, pa.large_string())
    far = pa.nulls(2, pa.float64())
    assert resolve(city, none, none, far, far)["country"].to_pylist() == ["NO", "IT"]
