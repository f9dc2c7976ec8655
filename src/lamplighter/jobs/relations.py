"""From texts, identifiers, accounts and images to operations: which listings belong together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.engines.base import LinkEngine, TextCorpus, TextLinks
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.intake import Intake
from lamplighter.jobs.judged_links import JudgedLinks, judged_table
from lamplighter.jobs.link_table import (
    VALUES,
    LinkTable,
    SharedNames,
    alike,
    cut,
    image,
    link_table,
)
from lamplighter.linking.components import CUT, KEPT, settle_roots, union
from lamplighter.linking.images import image_pairs
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.shared import SharedValues, link_shared
from lamplighter.listings.versions import Settled
from lamplighter.signals.identifiers.schema import KINDS

#: Identifiers that name a contact. A domain is a place on the web, mostly somebody else's.
CONTACTS = ("phone", "email", "handle", "payment", "wallet", "url")

_TEXT = pa.large_string()


@dataclass(frozen=True)
class Relations:
    """Groups of n listings in canonical order, and what holds them together."""

    text_group: NDArray[np.int32]  # (n,)
    operation: NDArray[np.int32]  # (n,) smallest listing of the operation
    links: LinkTable
    codes: list[NDArray[np.int32]]  # value code of each identifier of each part of the intake
    listings: NDArray[np.int32]  # (v,) listings with the value
    hub: NDArray[np.bool_]  # (v,)
    counts: dict[str, int]


def _dense(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Numbers from 0 for equal hashes; every 0 (unknown) has a number of its own after them."""
    codes = np.empty(len(hashes), dtype=np.int64)
    known = hashes != 0
    distinct, codes[known] = np.unique(hashes[known], return_inverse=True)
    unknown = np.flatnonzero(~known)
    codes[unknown] = len(distinct) + np.arange(len(unknown))
    return codes


def topics_of(intake: Intake) -> NDArray[np.int32]:
    """Language and category of each row as a code, -1 where neither is known."""
    topic = intake.numbers.topic
    codes = np.unique(topic, return_inverse=True)[1].astype(np.int32)
    codes[topic == 0] = -1
    return codes


def relate(
    intake: Intake, settled: Settled, engine: LinkEngine, parameters: LinkParameters,
    threads: int, steps: Steps, judged: JudgedLinks | None = None,
) -> Relations:  # fmt: skip
    """Link by text, then by identifier, account and image; join into operations, and hear people.

    The tokens of the intake are let go when the texts are linked.
    """
    corpus = TextCorpus(intake.offsets(), intake.tokens, settled.order, topics_of(intake))
    intake.forget("topic")
    texts = engine.link_texts(corpus, parameters, steps)
    intake.tokens = np.zeros(0, dtype=np.uint32)
    del corpus
    with steps.step("identifiers, accounts, images"):
        return _join(intake, settled, texts, parameters, threads, judged or JudgedLinks())


def _join(
    intake: Intake, settled: Settled, texts: TextLinks, parameters: LinkParameters, threads: int,
    judged: JudgedLinks,
) -> Relations:  # fmt: skip
    shown = (texts.fate == KEPT) | (texts.fate == CUT)
    said = np.where(texts.fate[shown] == KEPT, alike(texts.weights[shown]), cut(texts.alike[shown]))
    by_text = texts.sources[shown], texts.targets[shown], texts.weights[shown], said
    groups, totals = texts.groups, {"candidates": texts.candidates, "masked_tokens": texts.masked}
    del texts
    account = intake.numbers.account[settled.order]
    accounts = _dense(account)
    known = np.flatnonzero(account).astype(np.int32)
    by_account = link_shared(known, accounts[known], groups, accounts, parameters, hubs=False)
    # Pictures take as long as all the rest here, which is mostly sorting on one thread.
    with ThreadPoolExecutor(1) as beside:
        pictures = beside.submit(_images, intake, settled, threads)
        if threads == 1:
            pictures.result()
        codes, kind_of, place_of, shared = _identifiers(
            intake, settled, groups, accounts, parameters
        )
        account_names, account_numbers = _accounts(intake, settled, by_account, accounts, known)
        value_names, value_numbers = _values(intake, codes, shared, kind_of, place_of)
        by_image = pictures.result()
    ties = np.isin(kind_of[shared.codes], [KINDS.index(kind) for kind in CONTACTS])
    offset = VALUES + len(account_names.hub)
    links = [
        by_text,
        (by_account.sources, by_account.targets, by_account.weights,
         (VALUES + account_numbers[by_account.codes]).astype(np.int32)),
        (shared.sources[ties], shared.targets[ties], shared.weights[ties],
         (offset + value_numbers[shared.codes[ties]]).astype(np.int32)),
        by_image,
    ]  # fmt: skip
    operation = groups.copy()
    union(operation, by_account.sources, by_account.targets)
    held = ties & shared.kept
    union(operation, shared.sources[held], shared.targets[held])
    union(operation, by_image[0], by_image[1])
    settle_roots(operation)
    names = SharedNames(
        pa.concat_arrays([account_names.kinds, value_names.kinds]),
        pa.concat_arrays([account_names.names, value_names.names]),
        *(np.concatenate([one, two])
          for one, two in zip(account_names[2:], value_names[2:], strict=True)),
    )  # fmt: skip
    bounds = np.cumsum([len(part) for part in codes])[:-1]
    flat = np.concatenate(codes)
    table, operation, heard = judged_table(
        intake, settled, link_table(links, names), operation, judged
    )
    return Relations(
        groups, operation, table, np.split(flat, bounds), shared.listings.astype(np.int32),
        shared.hub, totals | heard,
    )  # fmt: skip


def _identifiers(
    intake: Intake, settled: Settled, groups: NDArray[np.int32], accounts: NDArray[np.int64],
    parameters: LinkParameters,
) -> tuple[list[NDArray[np.int32]], NDArray[np.int8], NDArray[np.int64], SharedValues]:  # fmt: skip
    """Codes by part, (v,) kind and some place of each code, and how the values are shared.

    Identifiers of every version count, those of exact duplicates too: they are the same listing's.
    """
    keys, kinds, listings = [], [], []
    for part, base in zip(intake.parts, intake.bases(), strict=False):
        table = part.identifiers()
        keys.append(table["key"].to_numpy())
        kinds.append(_indices(table["kind"]))
        listings.append(settled.listing_of_row[table["row"].to_numpy() + base].astype(np.int32))
    sizes = np.cumsum([len(each) for each in keys])[:-1]
    key, kind, listing = (np.concatenate(each) for each in (keys, kinds, listings))
    del keys, kinds, listings
    distinct, code = np.unique(key, return_inverse=True)
    size = len(distinct)
    del key, distinct
    kind_of = np.zeros(size, dtype=np.int8)
    kind_of[code] = kind
    place_of = np.zeros(size, dtype=np.int64)
    place_of[code] = np.arange(len(code))
    valid = listing >= 0
    shared = link_shared(listing[valid], code[valid], groups, accounts, parameters)
    shared = _padded(shared, size)
    return np.split(code.astype(np.int32), sizes), kind_of, place_of, shared


def _padded(shared: SharedValues, size: int) -> SharedValues:
    """With entries for the last codes, too, if only exact duplicates have them."""
    short = size - len(shared.listings)
    return shared._replace(
        listings=np.pad(shared.listings, (0, short)), parties=np.pad(shared.parties, (0, short)),
        hub=np.pad(shared.hub, (0, short)),
    )  # fmt: skip


def _indices(column: pa.ChunkedArray) -> NDArray[np.int8]:
    parts = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return np.concatenate([np.zeros(0, np.int8), *parts]).astype(np.int8)


def _shared_names(
    intake: Intake, shared: SharedValues, places: NDArray[np.int64], bounds: NDArray[np.int64],
    table_of: str, column: str, kinds: pa.Array | None,
) -> tuple[SharedNames, NDArray[np.int64]]:  # fmt: skip
    """Names of values that two listings share, read at `places` (v,) of a column of all parts.

    Parts are read one after the other; also gives (v,) the number of each value in the result.
    """
    used = np.flatnonzero(shared.listings > 1)
    number = np.full(len(shared.listings), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    order = np.argsort(places[used])
    at = places[used][order]
    found = [pa.array([], _TEXT)]
    for part, low, high in zip(intake.parts, bounds[:-1], bounds[1:], strict=True):
        first, stop = np.searchsorted(at, [low, high])
        if first < stop:
            values = getattr(part, table_of)()[column]
            found.append(_one(values.take(pa.array(at[first:stop] - low)).cast(_TEXT)))
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    names = pa.concat_arrays(found).take(pa.array(back))
    said = kinds.take(pa.array(used)) if kinds is not None else _repeat("account", len(used))
    return SharedNames(said, names, shared.listings[used], shared.parties[used],
                       shared.hub[used]), number  # fmt: skip


def _repeat(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), count)


def _one(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pa.array([], column.type)
    return combined


def _values(
    intake: Intake, codes: list[NDArray[np.int32]], shared: SharedValues,
    kind_of: NDArray[np.int8], place_of: NDArray[np.int64],
) -> tuple[SharedNames, NDArray[np.int64]]:  # fmt: skip
    bounds = np.cumsum([0, *(len(part) for part in codes)]).astype(np.int64)
    kinds = pa.array(KINDS, _TEXT).take(pa.array(kind_of))
    return _shared_names(intake, shared, place_of, bounds, "identifiers", "value", kinds)


def _accounts(
    intake: Intake, settled: Settled, shared: SharedValues, accounts: NDArray[np.int64],
    known: NDArray[np.int32],
) -> tuple[SharedNames, NDArray[np.int64]]:  # fmt: skip
    places = np.zeros(len(shared.listings), dtype=np.int64)
    places[accounts[known]] = settled.order[known]
    return _shared_names(intake, shared, places, intake.bases(), "facts", "account_id", None)


def _images(
    intake: Intake, settled: Settled, threads: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
    tables = []
    for part, base in zip(intake.parts, intake.bases(), strict=False):
        table = part.images().select(["row", "pdq"])
        listing = settled.listing_of_row[table["row"].to_numpy().astype(np.int64) + base]
        table = table.set_column(0, "row", pa.array(np.maximum(listing, 0).astype(np.uint32)))
        tables.append(table.filter(pa.array(listing >= 0)))
    pairs = image_pairs(pa.concat_tables(tables), threads=threads).pairs
    sources = pairs["row_a"].to_numpy().astype(np.int32)
    targets = pairs["row_b"].to_numpy().astype(np.int32)
    distance = pairs["distance"].to_numpy()
    weights = (1 - distance / 256).astype(np.float32)
    return sources, targets, weights, image(distance)
