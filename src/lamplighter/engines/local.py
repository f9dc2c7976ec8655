"""The engine of one machine: numba kernels over Arrow buffers, threads over ranges of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lamplighter.engines.base import TextCorpus, TextLinks
from lamplighter.foundation.progress import Steps
from lamplighter.linking.boilerplate import learn_boilerplate, mask_boilerplate
from lamplighter.linking.candidates import candidate_pairs
from lamplighter.linking.components import join_groups, settle_roots
from lamplighter.linking.keys import keys_of, shared_phrases
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.verify import count_pairs, distinct_pairs, similarities, working_set

T = TypeVar("T")
#: Hash parts of the phrase counts. Fixed, not the number of threads: the result must not depend
#: on the machine.
PARTS = 2
#: Keys handled at a time (12 bytes each, four times that while sorting).
KEYS_AT_ONCE = 24_000_000


class LocalEngine:
    """Runs in this process on `threads` threads."""

    def __init__(self, threads: int) -> None:
        self.threads = max(1, threads)

    def _each(self, work: Callable[[tuple[int, int]], T], count: int) -> Iterator[T]:
        """Run over ranges of [0, count) on all threads; results in the order of the ranges."""
        step = max(1, min(65_536, -(-count // (self.threads * 4))))
        ranges = [(first, min(count, first + step)) for first in range(0, count, step)]
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(work, ranges)

    def link_texts(self, corpus: TextCorpus, parameters: LinkParameters, steps: Steps) -> TextLinks:
        """Boilerplate, keys, candidates, verification, groups (see `LinkEngine`)."""
        offsets, tokens, order = corpus
        rows = len(offsets) - 1
        with steps.step("boilerplate"):
            learned = learn_boilerplate(offsets, tokens, order, parameters)
            masked = sum(
                self._each(
                    lambda part: mask_boilerplate(offsets, tokens, part, learned, parameters), rows
                )
            )
        with steps.step("keys"):
            keys = self._keys(offsets, tokens, order, parameters)
        with steps.step("candidates"):
            pairs = self._candidates(keys, len(order), parameters)
            del keys
        with steps.step("verification"):
            sizes = self._sizes(offsets, tokens, order)
            weights = self._weights(corpus, sizes, pairs, parameters)
            found = weights > 0
            linked, strength = pairs[found], weights[found]
        with steps.step("groups"):
            return self._groups(corpus, sizes, linked, strength, parameters, (masked, len(pairs)))

    def _keys(
        self,
        offsets: NDArray[np.int64],
        tokens: NDArray[np.uint32],
        order: NDArray[np.int64],
        parameters: LinkParameters,
    ) -> NDArray[np.uint64]:
        with ThreadPoolExecutor(self.threads) as pool:
            parts = pool.map(
                lambda part: shared_phrases(offsets, tokens, part, PARTS), range(PARTS)
            )
            seen = np.stack(list(parts))
        rows = len(offsets) - 1
        out = np.zeros(rows * (parameters.keys + 1), dtype=np.uint64)
        list(
            self._each(
                lambda part: keys_of(offsets, tokens, part, seen, parameters.keys, out), rows
            )
        )
        return out.reshape(rows, parameters.keys + 1)[order]

    def _candidates(
        self, keys: NDArray[np.uint64], listings: int, parameters: LinkParameters
    ) -> NDArray[np.uint64]:
        width = parameters.keys + 1
        flat = keys.reshape(-1)
        partitions = 1 + flat.size // KEYS_AT_ONCE
        bound = (1 << 63) // partitions + 1

        def of_partition(number: int) -> NDArray[np.uint64]:
            low, high = np.uint64(number * bound), np.uint64(min((number + 1) * bound, 1 << 63))
            chosen = np.flatnonzero((flat > 0) & (flat >= low) & (flat < high))
            return candidate_pairs(flat[chosen], (chosen // width).astype(np.int32))

        with ThreadPoolExecutor(self.threads) as pool:
            found = list(pool.map(of_partition, range(partitions)))
        return np.unique(np.concatenate(found)) if len(found) > 1 else found[0]

    def _sizes(
        self, offsets: NDArray[np.int64], tokens: NDArray[np.uint32], order: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        out = np.zeros(len(order), dtype=np.int32)
        widest = int(np.diff(offsets).max(initial=0))

        def work(part: tuple[int, int]) -> None:
            first, stop = part
            distinct_pairs(
                offsets, tokens, np.ascontiguousarray(order[first:stop]), *working_set(widest),
                out[first:stop],
            )  # fmt: skip

        list(self._each(work, len(order)))
        return out

    def _weights(
        self,
        corpus: TextCorpus,
        sizes: NDArray[np.int32],
        pairs: NDArray[np.uint64],
        parameters: LinkParameters,
    ) -> NDArray[np.float32]:
        out = np.zeros(len(pairs), dtype=np.float32)
        widest = int(np.diff(corpus.offsets).max(initial=0))
        sample = np.ascontiguousarray(corpus.order[: parameters.learn_from])
        words = int((corpus.offsets[sample + 1] - corpus.offsets[sample]).sum())
        size = 1 << max(16, min(26, (2 * words).bit_length()))
        counts = np.zeros(size, dtype=np.uint32)
        count_pairs(
            corpus.offsets, corpus.tokens, sample, counts, np.full(size, -1, dtype=np.int32)
        )

        def work(part: tuple[int, int]) -> None:
            first, stop = part
            similarities(
                *corpus, sizes, pairs[first:stop], parameters.jaccard, parameters.containment,
                parameters.shared, parameters.sure, parameters.bits, counts, float(len(sample)),
                *working_set(widest), out[first:stop],
            )  # fmt: skip

        list(self._each(work, len(pairs)))
        return out

    def _groups(
        self,
        corpus: TextCorpus,
        sizes: NDArray[np.int32],
        pairs: NDArray[np.uint64],
        weights: NDArray[np.float32],
        parameters: LinkParameters,
        counts: tuple[int, int],
    ) -> TextLinks:
        by_weight = np.argsort(-weights, kind="stable")  # pairs ascend: ties keep canonical order
        sources = (pairs[by_weight] >> np.uint64(32)).astype(np.int32)
        targets = (pairs[by_weight] & np.uint64(0xFFFFFFFF)).astype(np.int32)
        weights = weights[by_weight]
        parents = np.arange(len(corpus.order), dtype=np.int32)
        fate = np.zeros(len(pairs), dtype=np.uint8)
        alike = np.ones(len(pairs), dtype=np.float32)
        widest = int(np.diff(corpus.offsets).max(initial=0))
        join_groups(
            *corpus, sizes, sources, targets, weights, parameters.jaccard, parameters.containment,
            parameters.shared, parameters.sure, parameters.cohesion, *working_set(widest),
            parents, fate, alike,
        )  # fmt: skip
        settle_roots(parents)
        return TextLinks(sources, targets, weights, fate, alike, parents, *counts)
