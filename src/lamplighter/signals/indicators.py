"""The indicators of each listing: phrases of the lexicon, where they are, whether they count."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.signals.context import judge
from lamplighter.signals.contexts import contexts
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.phrase_compile import compile_lexicon
from lamplighter.signals.phrase_match import find_phrases
from lamplighter.signals.spans import FIELDS, TitleBytes, locate
from lamplighter.text.tokens import Tokens

_WORD = pa.dictionary(pa.int32(), pa.large_string())

#: `row`: the listing; `entry`, `category`: of the lexicon; `field`: "title" or "text", and the
#: span in it in code points; `counts`: whether it does, judged in context, and `why` (a sentence
#: that goes on from the term: "goes with “bedroom”: a home or a room").
INDICATOR_SCHEMA = pa.schema(
    [
        pa.field("row", pa.uint32(), nullable=False),
        pa.field("entry", _WORD, nullable=False),
        pa.field("category", _WORD, nullable=False),
        pa.field("field", _WORD, nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("counts", pa.bool_(), nullable=False),
        pa.field("why", _WORD, nullable=False),
    ]
)


def find(
    tokens: Tokens,
    texts: pa.Array,
    lexicon: Lexicon,
    categories: pa.Array | None = None,
    title_bytes: TitleBytes | None = None,
) -> pa.Table:
    """INDICATOR_SCHEMA of n texts, sorted by row, entry and start.

    `tokens` are those of `texts` (large_string, no nulls); `categories` (n,) the listings' own,
    null where unknown; `title_bytes` (n,) tells where a text joined by `spans.join_fields` has
    its title. A phrase that begins in the title and ends in the text is none.
    """
    hits = find_phrases(tokens, texts, compile_lexicon(lexicon, contexts().barred))
    judged = judge(hits, tokens, texts, lexicon, categories)
    spans = locate(
        texts,
        hits.row,
        tokens.starts[hits.first].astype(np.int64),
        tokens.ends[hits.last].astype(np.int64),
        title_bytes,
    )
    names = pa.array([entry.id for entry in lexicon.entries], pa.large_string())
    classes = sorted({entry.category for entry in lexicon.entries})
    group = np.array([classes.index(entry.category) for entry in lexicon.entries], np.int32)
    return pa.Table.from_arrays(
        [
            pa.array(hits.row.astype(np.uint32)),
            _coded(hits.entry.astype(np.int32), names),
            _coded(group[hits.entry], pa.array(classes, pa.large_string())),
            _coded(spans.field.astype(np.int32), FIELDS),
            pa.array(spans.start),
            pa.array(spans.end),
            pa.array(judged.counts),
            judged.why,
        ],
        schema=INDICATOR_SCHEMA,
    )


def _coded(codes: NDArray[np.int32], words: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), words)
