"""Linking of texts alone, in this process: what the study of thresholds calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.engines.base import TextCorpus
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.progress import Steps
from lamplighter.linking.parameters import LinkParameters
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise

Linker = Callable[[Sequence[str], Sequence[str]], NDArray[np.int64]]


def factory(**values: float) -> Linker:
    """A linker with other parameters than the defaults."""
    parameters = LinkParameters(**values)  # type: ignore[arg-type]

    def link(ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.int64]:
        offsets, tokens = thinned(tokenise(pa.array(texts, pa.large_string())))
        unknown = np.full(len(texts), -1, dtype=np.int32)
        corpus = TextCorpus(offsets, tokens, np.arange(len(texts), dtype=np.int64), unknown)
        links = LocalEngine(2).link_texts(corpus, parameters, Steps(quiet=True))
        counts = np.bincount(links.groups, minlength=len(texts))
        return np.where(counts[links.groups] > 1, links.groups, -1).astype(np.int64)

    return link
