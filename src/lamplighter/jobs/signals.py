"""What one batch of listings says, as tables and as a few numbers a row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.listings.versions import row_digest
from lamplighter.signals.evasion import count as count_evasion
from lamplighter.signals.identifiers import extract
from lamplighter.signals.images import folder, hash_images
from lamplighter.signals.indicators import find
from lamplighter.signals.language import detect
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.places import resolve
from lamplighter.signals.spans import join_fields
from lamplighter.text.hashing import hash_strings
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise

_TEXT = pa.large_string()


class RowNumbers(NamedTuple):
    """What is held of every row while all rows are linked: (n,) each."""

    sizes: NDArray[np.int32]  # tokens
    name: NDArray[np.uint64]  # hash of listing_id
    posted: NDArray[np.int64]  # UTC microseconds, the least integer where unknown
    digest: NDArray[np.uint64]  # hash of all columns
    account: NDArray[np.uint64]  # hash of account_id, 0 where unknown
    topic: NDArray[np.uint64]  # hash of language and category, 0 where neither is known


@dataclass(frozen=True)
class Signals:
    """What one batch says; `row` columns count from the batch's first row."""

    numbers: RowNumbers
    tokens: NDArray[np.uint32]
    #: IDENTIFIER_SCHEMA and `key` (uint64), a hash of kind and value.
    identifiers: pa.Table
    indicators: pa.Table
    #: A row for each listing: listing_id, account_id, language; PLACE_SCHEMA; EVASION_SCHEMA.
    facts: pa.Table
    images: pa.Table
    image_problems: list[tuple[int, str]]


def read_signals(
    batch: pa.RecordBatch, lexicon: Lexicon, region: str, images: Path | None
) -> Signals:
    """The signals of a batch of LISTING_SCHEMA: a function of its rows, each by itself."""
    column = batch.column
    names = LISTING_SCHEMA.get_field_index
    title, text = column(names("title")), column(names("text"))
    joined, title_bytes = join_fields(title, text)
    tokens = tokenise(joined)
    offsets, words = thinned(tokens)
    found = hash_images(column(names("images")), folder(images) if images else None)
    given = column(names("language"))
    language = pc.coalesce(given, detect(tokens, joined).cast(_TEXT))
    category, account = column(names("category")), column(names("account_id"))
    places = resolve(
        *(column(names(name)) for name in ("city", "region", "country", "latitude", "longitude"))
    )
    evasion = count_evasion(tokens, joined)
    facts = pa.Table.from_arrays(
        [column(names("listing_id")), account, language, *places.columns, *evasion.columns],
        names=["listing_id", "account_id", "language", *places.column_names,
               *evasion.column_names],
    )  # fmt: skip
    posted = column(names("posted_at")).cast(pa.int64()).fill_null(np.iinfo(np.int64).min)
    identifiers = extract(
        title, text, *(column(names(name)) for name in ("phone", "email", "url", "country")),
        default_region=region,
    )  # fmt: skip
    return Signals(
        numbers=RowNumbers(
            sizes=np.diff(offsets).astype(np.int32),
            name=hash_strings(column(names("listing_id"))),
            posted=posted.to_numpy(zero_copy_only=False),
            digest=row_digest(batch),
            account=_hashed(account),
            topic=_topics(language, category),
        ),
        tokens=words,
        identifiers=identifiers.append_column("key", pa.array(_keys(identifiers))),
        indicators=find(tokens, joined, lexicon, category, title_bytes),
        facts=facts,
        images=found.table,
        image_problems=[(problem.row, problem.reason) for problem in found.problems],
    )


def _hashed(column: pa.Array) -> NDArray[np.uint64]:
    """Hashes, 0 for null and for no other value."""
    hashes = hash_strings(column)
    hashes[hashes == 0] = 1
    if column.null_count:
        hashes[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashes


def _topics(language: pa.Array, category: pa.Array) -> NDArray[np.uint64]:
    one, two = _hashed(language), _hashed(category)
    both = (one * np.uint64(0x9DDFEA08EB382D69)) ^ two
    both[(both == 0) & ((one != 0) | (two != 0))] = 1
    return both


def _keys(identifiers: pa.Table) -> NDArray[np.uint64]:
    kinds = identifiers["kind"].combine_chunks()
    kind = kinds.chunk(0) if isinstance(kinds, pa.ChunkedArray) else kinds
    code = kind.indices.to_numpy(zero_copy_only=False).astype(np.uint64)
    keys: NDArray[np.uint64] = hash_strings(identifiers["value"])
    keys += (code + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return keys
