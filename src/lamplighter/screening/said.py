"""What listings say by themselves: tokens, contacts, indicators, pictures, language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.digests import FileDigests, without_given
from lamplighter.signals.evasion import count as count_evasion
from lamplighter.signals.identifiers import extract
from lamplighter.signals.images import folder, hash_images
from lamplighter.signals.indicators import find
from lamplighter.signals.language import detect
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.spans import join_fields
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise


@dataclass(frozen=True)
class Said:
    """What n listings say; `row` columns count from the batch's first row."""

    offsets: NDArray[np.int64]  # (n+1,)
    tokens: NDArray[np.uint32]  # (m,) as linking goes by
    identifiers: pa.Table
    indicators: pa.Table
    evasive: NDArray[np.int64]  # (n,) words spelled to escape a filter
    images: pa.Table
    digests: list[tuple[int, str]]  # row and MD5 of the files it shows
    problems: list[tuple[int, str]]
    language: pa.Array
    topics: pa.Array  # (n,) language and category in one text


def read_said(batch: pa.RecordBatch, lexicon: Lexicon, region: str, images: Path | None) -> Said:
    """Read n rows of LISTING_SCHEMA, by the same functions as `link`. Thread-safe."""

    def column(name: str) -> pa.Array:
        return batch.column(LISTING_SCHEMA.get_field_index(name))

    title, text = column("title"), column("text")
    joined, title_bytes = join_fields(title, text)
    tokens = tokenise(joined)
    offsets, words = thinned(tokens)
    files = FileDigests(folder(images) if images else None)
    found = hash_images(without_given(column("images")), files.read)
    language = pc.coalesce(column("language"), detect(tokens, joined).cast(pa.large_string()))
    evasion = count_evasion(tokens, joined)
    return Said(
        offsets=offsets,
        tokens=words,
        identifiers=extract(
            title, text, *(column(name) for name in ("phone", "email", "url", "country")),
            default_region=region,
        ),
        indicators=find(tokens, joined, lexicon, column("category"), title_bytes),
        evasive=np.sum([each.to_numpy() for each in evasion.columns], axis=0, dtype=np.int64),
        images=found.table,
        digests=files.of(column("images")),
        problems=[(each.row, problem_text(each.reason)) for each in found.problems],
        language=language,
        topics=topics_of(language, column("category")),
    )  # fmt: skip


def topics_of(language: pa.Array, category: pa.Array) -> pa.Array:
    """(n,) `language|category`; null where neither is known."""
    both = pc.binary_join_element_wise(
        pc.fill_null(language, ""), pc.fill_null(category, ""), pa.scalar("|", pa.large_string())
    )
    known = pc.or_(pc.is_valid(language), pc.is_valid(category))
    return pc.if_else(known, both, pa.scalar(None, pa.large_string()))


def topic_of(language: str | None, category: str | None) -> str | None:
    """As `topics_of`, of one listing."""
    return None if language is None and category is None else f"{language or ''}|{category or ''}"


def problem_text(reason: str) -> str:
    """How a decision says that a picture has no hash."""
    return f"image not hashed: {reason}"
