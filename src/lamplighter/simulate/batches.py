"""The market as Arrow batches: listings as they would come in, and the truth behind them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.errors import UsageError
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.simulate.chance import below, mixed, scattered, uniform
from lamplighter.simulate.cities import COUNTRIES, cities
from lamplighter.simulate.images import hashes
from lamplighter.simulate.kinds import Mix, mix_named
from lamplighter.simulate.parties import Parties, plan
from lamplighter.simulate.render import render
from lamplighter.simulate.rework import looks
from lamplighter.simulate.rows import Rows, email_codes, rows
from lamplighter.simulate.slots import VALUES
from lamplighter.simulate.truth import looked_up, truth_of
from lamplighter.simulate.words import CATEGORIES, Words, words_of

#: Listings per batch. Nothing depends on it but memory and the row groups of a file.
BLOCK = 65_536
_ROOM = 640  # bytes per listing reserved for text; the buffer grows where it is not enough
_COLUMNS = (
    "listing_id", "title", "text", "category", "account_id", "city", "region", "country",
    "currency", "posted_at", "phone", "email", "price", "latitude", "longitude", "images",
)  # fmt: skip

#: The listings that are made: these columns of `LISTING_SCHEMA`.
SIMULATED_SCHEMA = pa.schema([LISTING_SCHEMA.field(name) for name in _COLUMNS])


class Block(NamedTuple):
    """Some listings and the truth about those of them that are no later versions."""

    listings: pa.RecordBatch
    truth: pa.RecordBatch


class _Market(NamedTuple):
    listings: int
    seed: int
    mix: Mix
    words: Words
    parties: Parties


def simulate(
    listings: int,
    seed: int,
    *,
    mix: str | Mix = "market",
    vocabulary: str = "default",
    threads: int = 2,
    block: int = BLOCK,
) -> Iterator[Block]:
    """Yield a market of `listings` listings, in blocks, in an order that tells nothing.

    The first `listings` rows have ids of their own; a few rows after them (`Mix.versions`) are
    later versions of earlier ids. Rows depend on `listings`, `seed`, `mix` and `vocabulary` only,
    not on `threads` or `block`. Raises `UsageError` for a wrong size, mix or vocabulary.
    """
    if listings < 1 or seed < 0 or seed >= 1 << 24:
        raise UsageError(
            "the market must have at least one listing, and a seed from 0 to 16777215",
            where="--listings, --seed",
        )
    chosen_mix = mix_named(mix) if isinstance(mix, str) else mix
    market = _Market(
        listings, seed, chosen_mix, words_of(vocabulary), plan(listings, seed, chosen_mix)
    )
    total = listings + int(listings * chosen_mix.versions)
    starts = range(0, total, block)
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        ahead: list[Future[Block]] = []
        for start in starts:
            ahead.append(pool.submit(_block, market, start, min(block, total - start)))
            if len(ahead) > threads:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


def _block(market: _Market, start: int, count: int) -> Block:
    position = np.arange(start, start + count)
    later = position >= market.listings
    # A later version stands for the listing at a place that its own place decides.
    original = below(position + (market.seed << 34), 71, market.listings)
    serial = np.where(later, original, position)
    fresh = int((~later).sum())
    numbers = scattered(serial, market.listings, market.seed)
    found = rows(numbers, market.parties, market.listings, market.seed, market.mix, market.words)
    batch = _listings(found, serial, later, position, market)
    return Block(batch, truth_of(found, batch.column(0), market.mix).slice(0, fresh))


def _listings(
    found: Rows, serial: NDArray[np.int64], later: NDArray[np.bool_],
    position: NDArray[np.int64], market: _Market,
) -> pa.RecordBatch:  # fmt: skip
    words, table = market.words, cities()
    own = found.own
    price = np.where(later, np.maximum(found.price * 9 // 10, 1), found.price)
    posted = found.posted + np.where(later, 3600 + below(position, 72, 90_000), 0) * 1_000_000
    values = _values(found, serial, price, words)
    again = np.where(later, mixed(position, 73), own)
    roots = words.roots[found.language, found.trade, found.root, found.stock]
    titles = words.titles[found.language, found.trade]
    spare = words.spare[found.language]
    still = np.zeros((len(own), 4), np.int64)

    def written(what: NDArray[np.int64], work: NDArray[np.int64], room: int) -> pa.Array:
        return _written(words, what, found.seed, again, values, work, spare, room)

    def column(name: str, shown: NDArray[np.bool_] | None) -> pa.Array:
        root = np.full(len(own), words.columns[name], np.int64)
        return written(root if shown is None else np.where(shown, root, -1), still, 24)

    single = found.kind < 0
    hiding = found.style > 0
    with_phone = (uniform(own, 81) < np.where(single, 0.35, 0.5)) & ~hiding
    with_email = uniform(found.seed, 82) < np.where(single, 0.25, 0.15)
    e164 = uniform(found.seed, 83) < 0.5
    phone_root = np.where(e164, words.columns["e164"], words.columns["phone"])
    phone = written(np.where(with_phone, phone_root, -1), still, 24)
    placed = uniform(own, 84) < 0.2
    jitter = (uniform(own, 85) - 0.5) * 0.08
    latitude = np.round(table.latitude[found.city] + jitter, 4)
    longitude = np.round(table.longitude[found.city] + jitter * 1.3, 4)
    title_work = found.work.copy()
    title_work[:, 3] = 0
    arrays = [
        column("listing_id", None),
        written(titles, title_work, 64),
        written(roots, found.work, _ROOM),
        looked_up(list(CATEGORIES), found.trade),
        column("account_id", None),
        looked_up(table.names, found.city),
        looked_up(table.regions, found.city),
        looked_up(table.countries, found.city),
        looked_up([COUNTRIES[country].currency for country in table.countries], found.city),
        pa.array(posted).cast(pa.timestamp("us", tz="UTC")),
        phone,
        column("email", with_email),
        pa.array(price.astype(np.float64), mask=uniform(own, 86) < 0.15),
        pa.array(latitude, mask=~placed),
        pa.array(longitude, mask=~placed),
        hashes(found.seed, own, found.pictures),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SIMULATED_SCHEMA)


def _values(
    found: Rows, serial: NDArray[np.int64], price: NDArray[np.int64], words: Words
) -> NDArray[np.int64]:
    """(n, len(VALUES)): what the slots of each listing hold."""
    codes = email_codes(found.contact)
    lands = np.unique(cities().countries, return_inverse=True)[1]
    international = words.numbers.international[found.issuer]
    # Who posts abroad gives the number with its calling code.
    usual = words.numbers.pattern(found.seed, found.issuer)
    pattern = np.where(lands[found.city] == lands[found.issuer], usual, international)
    columns = {
        "name": words.names[found.language] + found.name % words.name_counts[found.language],
        "city": words.towns + found.city,
        "phone": words.numbers.number(found.contact, found.issuer),
        "digits": words.numbers.digits[found.issuer],
        "pattern": pattern,
        "style": found.style,
        "international": international,
        "price": price,
        "before": words.before[found.city],
        "after": words.before[found.city] + 1,
        "local": words.local_piece(codes),
        "mark": words.mark(codes),
        "domain": words.domain_piece(codes),
        "age": 26 + found.name % 29,
        "hub": words.hubs + found.hub,
        "account": (found.account * 48_271 + 11) % 100_000_007,
        "serial": serial,
    }
    return np.stack([columns[name] for name in VALUES], axis=1).astype(np.int64)


def _written(
    words: Words, roots: NDArray[np.int64], seeds: NDArray[np.uint64],
    own: NDArray[np.uint64], values: NDArray[np.int64], work: NDArray[np.int64],
    spare: NDArray[np.int64], room: int,
) -> pa.Array:  # fmt: skip
    """A string column; null where the root is -1."""
    n = len(roots)
    out = np.empty(n * room + 4096, np.uint8)
    offsets = np.zeros(n + 1, np.int64)
    done = 0
    while True:
        done = render(
            *words.code, words.styles, _LOOKS, spare, roots, seeds, own, values, work,
            done, out, offsets,
        )  # fmt: skip
        if done == n:
            break
        out = np.concatenate([out, np.empty(len(out) // 2, np.uint8)])
    absent = roots < 0
    missing = int(absent.sum())
    valid = pa.py_buffer(np.packbits(~absent, bitorder="little")) if missing else None
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(out[: offsets[-1]])]
    return pa.Array.from_buffers(pa.large_string(), n, buffers, null_count=missing)


_LOOKS = looks()
