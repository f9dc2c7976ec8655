"""A text's wording as a bottom-k sketch of its word triples: comparable, and not readable.

Source: Broder, "On the resemblance and containment of documents" (1997). Words are folded as
Lamplighter's linking folds them, so disguised letters and spacing change nothing. Short texts can
be guessed from their sketch; exchange sketches of texts with at least `_FEWEST` triples only.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
import pyarrow as pa
from threatexchange.content_type.content_base import ContentType
from threatexchange.content_type.text import TextContent
from threatexchange.signal_type import index, signal_base

from lamplighter.text.tokens import tokenise

SIZE = 64
#: Share of triples in common from which two texts are likely of one template.
THRESHOLD = 0.4
_FEWEST = 8
_WIDTH = 16
_SKETCH = re.compile(rf"w1:(?:[0-9a-f]{{{_WIDTH}}}){{{_FEWEST},{SIZE}}}")


def sketch(text: str) -> str:
    """`w1:` and the smallest digests of its word triples; empty for a text that is too short."""
    words = tokenise(pa.array([text], pa.large_string())).hashes.astype("<u4")
    if len(words) < _FEWEST + 2:
        return ""
    triples = {np.ascontiguousarray(words[at : at + 3]).tobytes() for at in range(len(words) - 2)}
    if len(triples) < _FEWEST:
        return ""
    digests = sorted(hashlib.sha256(one).hexdigest()[:_WIDTH] for one in triples)
    return "w1:" + "".join(digests[:SIZE])


def resemblance(one: str, other: str) -> float:
    """Estimated share of triples in common, 0 to 1, from two sketches."""
    a, b = _parts(one), _parts(other)
    smallest = sorted(a | b)[: min(SIZE, max(len(a), len(b)))]
    return sum(digest in a and digest in b for digest in smallest) / len(smallest)


def _parts(signal: str) -> set[str]:
    body = signal[3:]
    return {body[at : at + _WIDTH] for at in range(0, len(body), _WIDTH)}


class WordingSignal(signal_base.SignalType, signal_base.TextHasher):
    """A sketch of a text."""

    @classmethod
    def get_name(cls) -> str:
        """As configured and stored."""
        return "wording"

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        """Texts."""
        return [TextContent]

    @classmethod
    def get_index_cls(cls) -> type[index.SignalTypeIndex[Any]]:
        """Compares with every sketch: for lists of templates, which are thousands, not millions."""
        return WordingIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The signal; ValueError unless it is a sketch."""
        signal = super().validate_signal_str(signal_str)
        if not _SKETCH.fullmatch(signal):
            raise ValueError("not a sketch: w1: and 8 to 64 digests")
        return signal

    @classmethod
    def hash_from_str(cls, text: str) -> str:
        """The sketch; empty where the text is too short to be told apart."""
        return sketch(text)

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str) -> signal_base.SignalComparisonResult:
        """A match from THRESHOLD on; the distance is the share that differs."""
        apart = 1 - resemblance(hash1, hash2)
        return signal_base.SignalComparisonResult.from_simple_dist(apart, 1 - THRESHOLD)

    @staticmethod
    def get_examples() -> list[str]:
        """Of a bland text."""
        return [sketch("Oak table with six chairs, used but sound, to collect in Denver by Sunday")]


class WordingIndex(signal_base.TrivialLinearSearchHashIndex[Any]):
    """Linear, with WordingSignal's comparison."""

    _SIGNAL_TYPE = WordingSignal
