"""Version pairs read: what was submitted, what was published, and what is different."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.align import align
from lamplighter.concealment.hunks import (
    CONTACT,
    INSERTED,
    LONGEST_TERM,
    PASSAGE,
    RESPELT,
    SAME,
    hunk_kinds,
    plain_contacts,
)
from lamplighter.concealment.markup import without_markup
from lamplighter.concealment.stretches import span_tokens, words_of
from lamplighter.concealment.terms import sequence_keys
from lamplighter.concealment.token_state import GONE, KEPT, UNCLEAR, mark_tokens, token_states
from lamplighter.listings.actions import read_actions
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.signals.identifiers import extract
from lamplighter.signals.indicators import find
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.spans import join_fields
from lamplighter.text.tokens import Tokens, tokenise

#: How a pair stands. NO_VERSION: nothing published is known; UNSAVED: published, and no original.
NO_VERSION, EQUAL, FORMATTED, CHANGED, UNSAVED = range(5)

#: One row per pair, in the order of the input. Times are microseconds, null where unknown.
#: `state` is one of the above; `action` of `actions.ACTIONS`; `by_poster` where the account itself
#: acted; `indicators` the lexicon's entries that went (only of changed pairs); `shown_length` the
#: characters of the published text and `shown_ascii` whether it has ASCII alone.
PAIR_SCHEMA = pa.schema(
    [
        pa.field("listing_id", pa.large_string(), nullable=False),
        pa.field("account_id", pa.large_string()),
        pa.field("category", pa.large_string()),
        pa.field("actor", pa.large_string()),
        pa.field("action", pa.uint8(), nullable=False),
        pa.field("posted_at", pa.int64()),
        pa.field("published_at", pa.int64()),
        pa.field("state", pa.uint8(), nullable=False),
        pa.field("by_poster", pa.bool_(), nullable=False),
        pa.field("indicators", pa.large_list(pa.large_string())),
        pa.field("shown_length", pa.int32()),
        pa.field("shown_ascii", pa.bool_()),
    ]
)

#: One row per stretch that differs. `pair` is a row of the pairs; `kind` one of `hunks`; `low`
#: and `high` tokens of the submitted text (in all tokens); `key` of the sequence, 0 where it is
#: none that could be a term; `removed` and `added` are the words as written.
HUNK_SCHEMA = pa.schema(
    [
        pa.field("pair", pa.int64(), nullable=False),
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("low", pa.int64(), nullable=False),
        pa.field("high", pa.int64(), nullable=False),
        pa.field("key", pa.uint64(), nullable=False),
        pa.field("removed", pa.large_string()),
        pa.field("added", pa.large_string()),
    ]
)


class PairPart(NamedTuple):
    """A batch of pairs; `pair`, `low` and `high` of `hunks` count from its first pair and token."""

    pairs: pa.RecordBatch
    hunks: pa.Table
    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint32]
    states: NDArray[np.uint8]


class _Changes(NamedTuple):
    state: NDArray[np.uint8]
    hunks: pa.Table
    indicators: pa.Array


def read_pairs(batch: pa.RecordBatch, lexicon: Lexicon, region: str) -> PairPart:
    """Align the pairs of a batch of LISTING_SCHEMA. Each row is read by itself. Thread-safe.

    A published title without a published text says nothing; a published text without a title is
    read as if the title had stayed. `region` dials phones without a calling code.
    """
    column = {
        name: batch.column(LISTING_SCHEMA.get_field_index(name)) for name in batch.schema.names
    }
    published = column["published_text"]
    titles = pc.coalesce(column["published_title"], column["title"])
    known = pc.is_valid(published).to_numpy(zero_copy_only=False)
    written, _ = join_fields(column["title"], column["text"])
    bare = pc.equal(pc.utf8_trim_whitespace(written), "").to_numpy(zero_copy_only=False)
    shown, _ = join_fields(titles, published)
    equal = pc.fill_null(pc.equal(written, shown), False).to_numpy(zero_copy_only=False)
    before, title_bytes = join_fields(
        without_markup(column["title"]), without_markup(column["text"])
    )
    tokens = tokenise(before)
    states = token_states(tokens, before, title_bytes)
    state = np.where(known, np.where(bare, UNSAVED, EQUAL), NO_VERSION).astype(np.uint8)
    rows = np.flatnonzero(known & ~bare & ~equal)
    changes = _changes(
        rows, before, tokens, states, without_markup(shown.take(pa.array(rows))),
        column["country"], column["category"], lexicon, region,
    )  # fmt: skip
    state[rows] = changes.state
    indicators = np.full(batch.num_rows, -1, np.int64)
    indicators[rows] = np.arange(len(rows))
    actor, account = column["moderated_by"], column["account_id"]
    pairs = pa.RecordBatch.from_arrays(
        [
            column["listing_id"], account, column["category"], actor,
            read_actions(column["moderation_action"]),
            column["posted_at"].cast(pa.int64()), column["published_at"].cast(pa.int64()),
            pa.array(state), pc.fill_null(pc.equal(actor, account), False),
            changes.indicators.take(pa.array(indicators, mask=indicators < 0)),
            pc.utf8_length(published).cast(pa.int32()), pc.string_is_ascii(published),
        ],
        schema=PAIR_SCHEMA,
    )  # fmt: skip
    return PairPart(pairs, changes.hunks, tokens.offsets, tokens.hashes.copy(), states)


def _changes(
    rows: NDArray[np.int64], before: pa.Array, tokens: Tokens, states: NDArray[np.uint8],
    after: pa.Array, country: pa.Array, category: pa.Array, lexicon: Lexicon, region: str,
) -> _Changes:  # fmt: skip
    """What differs in the rows whose bytes do; writes what became of the tokens to `states`."""
    shown = tokenise(after)
    hunks = align(tokens, rows, shown)
    # Identifiers and indicators are looked for only where words went.
    lost = np.unique(hunks.pair[hunks.a1 > hunks.a0])
    in_contact = np.zeros(len(tokens.hashes), np.uint8)
    lost_rows = rows[plain_contacts(hunks, rows, tokens, before, in_contact)]
    texts = before.take(pa.array(lost_rows))
    nothing = pa.nulls(len(lost_rows), pa.large_string())
    identifiers = extract(
        nothing, texts, nothing, nothing, nothing, country.take(pa.array(lost_rows)),
        default_region=region,
    )  # fmt: skip
    for low, high in zip(*span_tokens(tokens, before, lost_rows, identifiers), strict=True):
        in_contact[low:high] = 1
    kinds = hunk_kinds(hunks, rows, tokens, before, shown, after, in_contact)
    becomes = np.full(len(kinds), GONE, np.uint8)
    becomes[(kinds == SAME) | (kinds == INSERTED)] = KEPT
    becomes[(kinds == CONTACT) | (kinds == PASSAGE) | (kinds == RESPELT)] = UNCLEAR
    mark_tokens(hunks.a0, hunks.a1, becomes, states)
    size = hunks.a1 - hunks.a0
    short = (becomes == GONE) & (size <= LONGEST_TERM)
    keys = np.where(short, sequence_keys(tokens.hashes, hunks.a0, hunks.a1), np.uint64(0))
    pair = rows[hunks.pair]
    told = kinds != SAME
    table = pa.Table.from_arrays(
        [
            pa.array(pair), pa.array(kinds), pa.array(hunks.a0), pa.array(hunks.a1),
            pa.array(keys), words_of(tokens, before, pair, hunks.a0, hunks.a1),
            words_of(shown, after, hunks.pair, hunks.b0, hunks.b1),
        ],
        schema=HUNK_SCHEMA,
    ).filter(pa.array(told))  # fmt: skip
    state = np.full(len(rows), FORMATTED, np.uint8)
    state[hunks.pair[told]] = CHANGED
    return _Changes(
        state, table, _indicators(rows, lost, before, category, tokens, states, lexicon)
    )


def _indicators(
    rows: NDArray[np.int64], lost: NDArray[np.int64], before: pa.Array, category: pa.Array,
    tokens: Tokens, states: NDArray[np.uint8], lexicon: Lexicon,
) -> pa.Array:  # fmt: skip
    """(rows,) entries of the lexicon, judged in context, all of whose words went; or null."""
    texts = before.take(pa.array(rows[lost]))
    found = find(tokenise(texts), texts, lexicon, category.take(pa.array(rows[lost])))
    found = found.filter(found["counts"])
    out: list[list[str] | None] = [None] * len(rows)
    lows, highs = span_tokens(tokens, before, rows[lost], found)
    entries = found["entry"].cast(pa.large_string()).to_pylist()
    pair = lost[found["row"].to_numpy()]
    for at, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if high > low and ((states[low:high] & 3) != KEPT).all():
            out[pair[at]] = sorted({*(out[pair[at]] or ()), entries[at]})
    return pa.array(out, pa.large_list(pa.large_string()))
