"""Where a listing says it is: city, region and country resolved by gazetteer, or coordinates.

Given coordinates win. A name that several cities bear is told apart by country, then region,
then population. A name that is known, but not in the country or region that is given, is not
moved elsewhere: a false place would look like travel.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.signals.gazetteer import (
    DIVISIONS,
    Gazetteer,
    country_codes,
    fold_names,
    gazetteer,
    us_states,
)
from lamplighter.signals.place_grid import nearest_cities

_WORD = pa.dictionary(pa.int32(), pa.large_string())

#: One row per listing, in order. `place_id` is the GeoNames id (null: not in the gazetteer);
#: `place` its name, or the city as given; `country` ISO 3166 alpha-2; degrees WGS 84, those
#: given or those of the city; `source` is "coordinates", "gazetteer", or null where neither
#: told a place.
PLACE_SCHEMA = pa.schema(
    [
        pa.field("place_id", pa.int32()),
        pa.field("place", _WORD),
        pa.field("country", _WORD),
        pa.field("latitude", pa.float64()),
        pa.field("longitude", pa.float64()),
        pa.field("source", _WORD),
    ]
)

#: A nickname of a big city against the main name of a smaller one.
_ALTERNATE = 0.2
_NOWHERE = -1
_SOURCES = pa.array(["coordinates", "gazetteer"], pa.large_string())


def resolve(
    city: pa.Array, region: pa.Array, country: pa.Array, latitude: pa.Array, longitude: pa.Array
) -> pa.Table:
    """PLACE_SCHEMA for n listings, from n values each (large_string ×3, float64 ×2, nullable)."""
    cities = gazetteer()
    triple, triples = _distinct(city, region, country)
    found, named, lands = _look_up(cities, triples)
    number, land = found[triple], lands[triple]
    lat = latitude.fill_null(float("nan")).to_numpy(zero_copy_only=False).astype(np.float64)
    lon = longitude.fill_null(float("nan")).to_numpy(zero_copy_only=False).astype(np.float64)
    with np.errstate(invalid="ignore"):
        given = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ((lat != 0) | (lon != 0))
    if given.any():
        near = np.full(len(lat), _NOWHERE, np.int64)
        near[given] = nearest_cities(lat[given], lon[given], number[given])
        number = np.where(given, near, number)
    return _table(cities, number, triple, named, land, lat, lon, given)


def _table(
    cities: Gazetteer,
    number: NDArray[np.int64],
    triple: NDArray[np.int64],
    named: list[str | None],
    land: NDArray[np.int64],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    given: NDArray[np.bool_],
) -> pa.Table:
    known = number >= 0
    at = np.where(known, number, 0)
    # Words: first those of the distinct triples as given, then those of the gazetteer.
    used, back = np.unique(number[known], return_inverse=True)
    place = np.full(len(number), -1, np.int64)
    place[known] = back + len(named)
    given_name = np.array([name is not None for name in named], np.bool_)[triple]
    place = np.where(~known & given_name & ~given, triple, place)
    words = named + [cities.names[city] for city in used.tolist()]
    codes = sorted(set(cities.countries) | set(country_codes().values()))
    rank = {code: index for index, code in enumerate(codes)}
    home = np.array([rank[code] for code in cities.countries], np.int64)
    nation = np.where(known, home[at], np.where(given, -1, land))
    source = np.where(given, 0, np.where(known, 1, -1))
    return pa.Table.from_arrays(
        [
            pa.array(cities.ids[at], mask=~known),
            _words(place, pa.array([word or "" for word in words], pa.large_string())),
            _words(nation, pa.array(codes, pa.large_string())),
            _degrees(np.where(given, lat, cities.latitude[at]), given | known),
            _degrees(np.where(given, lon, cities.longitude[at]), given | known),
            _words(source, _SOURCES),
        ],
        schema=PLACE_SCHEMA,
    )


def _words(codes: NDArray[np.int64], words: pa.Array) -> pa.Array:
    """(n,) dictionary array; equal words get one entry; -1 is null."""
    distinct = words.dictionary_encode()
    code = distinct.indices.to_numpy(zero_copy_only=False)
    known = codes >= 0
    mapped = code[np.where(known, codes, 0)] if len(code) else np.zeros(len(codes), np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(mapped.astype(np.int32), mask=~known), distinct.dictionary
    )


def _degrees(values: NDArray[np.float64], known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=~known)


def _distinct(*columns: pa.Array) -> tuple[NDArray[np.int64], list[tuple[str | None, ...]]]:
    """(n,) number of each row's combination of values, and the combinations."""
    coded = [_flat(column).cast(pa.large_string()).dictionary_encode() for column in columns]
    number = np.zeros(len(columns[0]), np.int64)
    codes = [column.indices.fill_null(-1).to_numpy(zero_copy_only=False) for column in coded]
    for code, column in zip(codes, coded, strict=True):
        number = number * (len(column.dictionary) + 1) + code + 1
    combined = pa.array(number).dictionary_encode()
    index = combined.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first = np.zeros(len(combined.dictionary), np.int64)
    first[index[::-1]] = np.arange(len(index))[::-1]
    values = [column.take(pa.array(first)).to_pylist() for column in coded]
    return index, list(zip(*values, strict=True)) if len(first) else []


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _look_up(
    cities: Gazetteer, triples: list[tuple[str | None, ...]]
) -> tuple[NDArray[np.int64], list[str | None], NDArray[np.int64]]:
    """For each triple: the city (-1: none), the name as given, the rank of its country (-1)."""
    asked = [_spoken(triple[0]) for triple in triples]
    whole = _folded([city for city, _ in asked])
    tails = _folded([tail for _, tail in asked])
    regions = _folded([triple[1] for triple in triples])
    lands = _folded([triple[2] for triple in triples])
    number = _index(whole, cities)
    codes = sorted(set(cities.countries) | set(country_codes().values()))
    rank = {code: index for index, code in enumerate(codes)}
    found = np.full(len(triples), _NOWHERE, np.int64)
    nations = np.full(len(triples), -1, np.int64)
    for at in range(len(triples)):
        country, division = _where(regions[at], lands[at], tails[at])
        nations[at] = rank[country] if country else -1
        if whole[at] and number[at] >= 0:
            found[at] = _choose(cities, int(number[at]), whole[at], country, division)
    named = [city.strip() if city and city.strip() else None for city, *_ in triples]
    return found, named, nations


def _spoken(city: str | None) -> tuple[str | None, str | None]:
    """`Austin, TX` → (`Austin`, `TX`); `Austin (downtown)` → (`Austin`, None)."""
    head = (city or "")[:200].split("(")[0]
    name, _, tail = head.partition(",")
    return name or None, tail or None


def _folded(names: list[str | None]) -> list[str]:
    return [name or "" for name in fold_names(pa.array(names, pa.large_string())).to_pylist()]


def _index(names: list[str], cities: Gazetteer) -> NDArray[np.int64]:
    """Places of the names among the known (-1: none). A batch has few names, and the known are
    many: they are looked up among the asked."""
    import pyarrow.compute as pc

    asked = pa.array(names, pa.large_string()).dictionary_encode()
    hit = pc.index_in(cities.known, value_set=asked.dictionary)
    at = hit.fill_null(-1).to_numpy(zero_copy_only=False)
    number = np.full(len(asked.dictionary), -1, np.int64)
    known = np.flatnonzero(at >= 0)
    number[at[known]] = known
    found: NDArray[np.int64] = number[asked.indices.to_numpy(zero_copy_only=False)]
    return found


def _where(region: str, country: str, tail: str) -> tuple[str | None, str | None]:
    """The country and first-level division that region, country and the city's tail tell."""
    code = country_codes().get(country)
    states = us_states()
    for division in (region, tail):
        if not division:
            continue
        if code in (None, "US") and division in states:
            return "US", states[division]
        for land, divisions in DIVISIONS.items():
            if division in divisions and code == land:
                return land, divisions[division]
        # Without a country a short code says too little: `nt` is in Canada and in Australia.
        for land, divisions in DIVISIONS.items():
            if code is None and len(division) > 3 and division in divisions:
                return land, divisions[division]
    return code or country_codes().get(tail), None


def _choose(
    cities: Gazetteer, number: int, name: str, country: str | None, division: str | None
) -> int:
    """The city of that name: in the country and division if these are told; the biggest."""
    best, most = _NOWHERE, -1.0
    for city in cities.owners[cities.bounds[number] : cities.bounds[number + 1]].tolist():
        if country and cities.countries[city] != country:
            continue
        if division and cities.divisions[city] != division:
            continue
        people = float(cities.population[city]) + 1
        weight = people if cities.main[city] == name else people * _ALTERNATE
        if weight > most:
            best, most = city, weight
    return best
