"""The engine of one machine: numba kernels over Arrow buffers, threads over ranges of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from lamplighter.engines.base import TextCorpus, TextLinks
from lamplighter.foundation.progress import Steps
from lamplighter.linking.boilerplate import mask_boilerplate
from lamplighter.linking.candidates import candidate_pairs
from lamplighter.linking.components import join_groups, settle_roots
from lamplighter.linking.keys import keys_of, shared_phrases
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import learn_rarity, one_party_each, read_rarity
from lamplighter.linking.verify import measure, rules_of, similarities, working_set

T = TypeVar("T")
#: Rounds after the first in which a campaign that fills the site counts as one party.
MORE_ROUNDS = 4
#: Hash parts of the phrase counts. Fixed, not the number of threads: the result must not depend
#: on the machine.
PARTS = 2
#: Keys handled at a time (12 bytes each, four times that while sorting).
KEYS_AT_ONCE = 24_000_000


class WeighedTexts(NamedTuple):
    """A corpus after masking, with the rarity of every place (`linking.rarity`)."""

    offsets: NDArray[np.int64]
    tokens: NDArray[np.uint32]
    entry: NDArray[np.uint8]
    gain: NDArray[np.uint8]
    order: NDArray[np.int64]


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
        """Rarity and boilerplate, keys, candidates, verification, groups (see `LinkEngine`)."""
        links = self._round(corpus, corpus.order, parameters, steps)
        sample = corpus.order
        for _ in range(MORE_ROUNDS):
            parties = corpus.order[one_party_each(links.groups, parameters)]
            if len(parties) >= len(sample):
                break
            sample = parties
            links = self._round(corpus, sample, parameters, steps)
        return links

    def _round(
        self,
        corpus: TextCorpus,
        sample: NDArray[np.int64],
        parameters: LinkParameters,
        steps: Steps,
    ) -> TextLinks:
        offsets, tokens, order = corpus
        rows = len(offsets) - 1
        entry, gain = np.zeros((2, len(tokens)), dtype=np.uint8)
        with steps.step("boilerplate"):
            rarity = learn_rarity(offsets, tokens, sample, parameters)

            def prepare(part: tuple[int, int]) -> int:
                read_rarity(offsets, tokens, part, rarity, parameters, entry, gain)
                return mask_boilerplate(offsets, tokens, part, rarity, parameters, entry)

            masked = sum(self._each(prepare, rows))
        texts = WeighedTexts(offsets, tokens, entry, gain, order)
        rules = rules_of(parameters, len(order))
        with steps.step("keys"):
            keys = self._keys(texts, parameters)
        with steps.step("candidates"):
            pairs = self._candidates(keys, len(order), parameters)
            del keys
        with steps.step("verification"):
            sizes = self._sizes(texts)
            weights = self._weights(texts, sizes, pairs, rules)
            found = weights > 0
            linked, strength = pairs[found], weights[found]
        with steps.step("groups"):
            return self._groups(
                texts, sizes, linked, strength, rules, parameters, (masked, len(pairs))
            )

    def _keys(self, texts: WeighedTexts, parameters: LinkParameters) -> NDArray[np.uint64]:
        known = texts.offsets, texts.tokens, texts.entry
        with ThreadPoolExecutor(self.threads) as pool:
            parts = pool.map(lambda part: shared_phrases(*known, part, PARTS), range(PARTS))
            seen = np.stack(list(parts))
        rows = len(texts.offsets) - 1
        out = np.zeros(rows * (parameters.keys + 1), dtype=np.uint64)
        list(self._each(lambda part: keys_of(*known, part, seen, parameters.keys, out), rows))
        return out.reshape(rows, parameters.keys + 1)[texts.order]

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

    def _sizes(self, texts: WeighedTexts) -> NDArray[np.float32]:
        out = np.zeros(len(texts.order), dtype=np.float32)
        widest = int(np.diff(texts.offsets).max(initial=0))

        def work(part: tuple[int, int]) -> None:
            first, stop = part
            measure(
                texts.offsets, texts.tokens, texts.entry,
                np.ascontiguousarray(texts.order[first:stop]), *working_set(widest),
                out[first:stop],
            )  # fmt: skip

        list(self._each(work, len(texts.order)))
        return out

    def _weights(
        self,
        texts: WeighedTexts,
        sizes: NDArray[np.float32],
        pairs: NDArray[np.uint64],
        rules: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        out = np.zeros(len(pairs), dtype=np.float32)
        widest = int(np.diff(texts.offsets).max(initial=0))

        def work(part: tuple[int, int]) -> None:
            first, stop = part
            similarities(
                *texts, sizes, pairs[first:stop], rules, *working_set(widest), out[first:stop]
            )

        list(self._each(work, len(pairs)))
        return out

    def _groups(
        self,
        texts: WeighedTexts,
        sizes: NDArray[np.float32],
        pairs: NDArray[np.uint64],
        weights: NDArray[np.float32],
        rules: NDArray[np.float64],
        parameters: LinkParameters,
        totals: tuple[int, int],
    ) -> TextLinks:
        by_weight = np.argsort(-weights, kind="stable")  # pairs ascend: ties keep canonical order
        sources = (pairs[by_weight] >> np.uint64(32)).astype(np.int32)
        targets = (pairs[by_weight] & np.uint64(0xFFFFFFFF)).astype(np.int32)
        weights = weights[by_weight]
        parents = np.arange(len(texts.order), dtype=np.int32)
        fate = np.zeros(len(pairs), dtype=np.uint8)
        alike = np.ones(len(pairs), dtype=np.float32)
        widest = int(np.diff(texts.offsets).max(initial=0))
        join_groups(
            *texts, sizes, sources, targets, weights, rules, parameters.cohesion,
            *working_set(widest), parents, fate, alike,
        )  # fmt: skip
        settle_roots(parents)
        return TextLinks(sources, targets, weights, fate, alike, parents, *totals)
