"""The engine of one machine: numba kernels over Arrow buffers, threads over ranges of rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from lamplighter.engines.base import TextCorpus, TextLinks
from lamplighter.engines.buckets import Buckets
from lamplighter.foundation.progress import Steps
from lamplighter.linking.boilerplate import read_and_mask
from lamplighter.linking.candidates import PARTITION_BITS, by_partition, candidate_pairs
from lamplighter.linking.components import CUT, each_alone, join_groups, settle_roots
from lamplighter.linking.islands import islands_of
from lamplighter.linking.keys import count_shared, crowded, keys_of, room_for_phrases
from lamplighter.linking.labels import labels_of, lower
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.parties import few_of_each_party
from lamplighter.linking.parts import parts_of_one
from lamplighter.linking.quotes import quotes_of
from lamplighter.linking.rarity import (
    Rarity,
    learn_rarity,
    topic_rarity,
)
from lamplighter.linking.refusal import tag_table
from lamplighter.linking.similarities import similarities
from lamplighter.linking.strangers import of_strangers
from lamplighter.linking.verify import measure, most_common, rules_of, working_set

T = TypeVar("T")
#: Rounds after the first in which a campaign that fills the site counts as one party.
MORE_ROUNDS = 3
#: Share of the listings learned from that may come or go without another round.
STABLE = 0.002
#: Hash parts of the phrase counts. Fixed, not the number of threads: the result must not depend
#: on the machine.
PARTS = 2
#: Keys or pairs (8 bytes each) above which they go to files, if there is a place for these.
IN_MEMORY = 1 << 25
_LOW = np.uint64(0xFFFFFFFF)
#: Pairs that a thread sorts and verifies at a time, at most and on average.
PAIRS_AT_ONCE = 1 << 22
#: … and into how many parts they are cut at least, so that no thread waits long for another.
LEAST_PARTS = 16


class WeighedTexts(NamedTuple):
    """A corpus after masking, with the rarity of every place (`linking.rarity`)."""

    offsets: NDArray[np.int64]
    tokens: NDArray[np.uint32]
    entry: NDArray[np.uint8]
    gain: NDArray[np.uint8]
    apart: NDArray[np.uint8]
    order: NDArray[np.int64]


class FoundPairs(NamedTuple):
    """What a round found, and by which rules."""

    texts: WeighedTexts
    sizes: NDArray[np.float32]  # (n, 2), see `linking.verify.measure`; none of their own
    own: NDArray[np.float32]  # (n,) what was left out there
    pairs: NDArray[np.uint64]  # smaller node << 32 | larger, ascending
    weights: NDArray[np.float32]
    rules: NDArray[np.float64]
    rarity: Rarity
    masked: int
    compared: int


class LocalEngine:
    """Runs in this process on `threads` threads; large inputs put what they sort in `scratch`."""

    def __init__(self, threads: int, scratch: Path | None = None) -> None:
        self.threads = max(1, threads)
        self.scratch = scratch

    def _each(self, work: Callable[[tuple[int, int]], T], count: int) -> Iterator[T]:
        """Run over ranges of [0, count) on all threads; results in the order of the ranges."""
        step = max(1, min(65_536, -(-count // (self.threads * 4))))
        ranges = [(first, min(count, first + step)) for first in range(0, count, step)]
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(work, ranges)

    def _ahead(self, work: Callable[[int], T], items: Iterable[int]) -> Iterator[T]:
        """Run over items on all threads, few results ahead of who takes them; in order."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting: deque[Future[T]] = deque()
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > self.threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def link_texts(self, corpus: TextCorpus, parameters: LinkParameters, steps: Steps) -> TextLinks:
        """Rarity and boilerplate, keys, candidates, verification, groups (see `LinkEngine`)."""
        offsets, tokens, order, _ = corpus
        with steps.step("boilerplate"):
            whole = learn_rarity(offsets, tokens, order, parameters)
        nobody = np.arange(len(order), dtype=np.int32)
        with steps.step("parties"):
            few = few_of_each_party(nobody, offsets, tokens, order, whole, parameters)
        found = self._round(corpus, whole, few, parameters, steps)
        for _ in range(MORE_ROUNDS):
            with steps.step("groups"):
                groups = self._groups(found, parameters).groups
            before = few
            with steps.step("parties"):
                few = few_of_each_party(groups, offsets, tokens, order, whole, parameters)
            if len(np.setxor1d(before, few)) <= STABLE * len(few):
                break
            del found
            found = self._round(corpus, whole, few, parameters, steps)
        with steps.step("groups"):
            found = self._own(found, parameters)
            links = self._groups(found, parameters)
        with steps.step("labels"):
            labels = labels_of(links.groups, offsets, tokens, order, whole, parameters)
            quotes = quotes_of(links.groups, offsets, tokens, order, whole, parameters)
            labels = np.union1d(labels, quotes)
            if len(labels):
                most = most_common(parameters, len(order))
                changed = lower(labels, offsets, tokens, most, found.texts.entry)
                found = self._again(found, changed[order])
                links = self._groups(found, parameters)
        with steps.step("strangers"):
            strangers = of_strangers(
                links.groups, offsets, tokens, order, whole, parameters, self.threads
            )
            links = links.without(strangers)
        with steps.step("parts"):
            cut = links.fate == CUT
            ones = parts_of_one(
                links.groups, links.sources[cut], links.targets[cut],
                offsets, tokens, order, whole, parameters,
            )  # fmt: skip
            return links.joined(ones)

    def _round(
        self,
        corpus: TextCorpus,
        whole: Rarity,
        few: NDArray[np.int64],
        parameters: LinkParameters,
        steps: Steps,
    ) -> FoundPairs:
        """Link by what the listings `few` teach; `whole` is what all of them do."""
        offsets, tokens, order, topics = corpus
        rows = len(offsets) - 1
        entry, gain = np.zeros((2, len(tokens)), dtype=np.uint8)
        with steps.step("boilerplate"):
            every = min(len(order), parameters.learn_from)
            rarity = whole
            if not np.array_equal(few[:every], np.arange(every)):
                rarity = learn_rarity(offsets, tokens, order[few], parameters)

            def prepare(part: tuple[int, int]) -> int:
                return read_and_mask(offsets, tokens, part, rarity, parameters, entry, gain)

            masked = sum(self._each(prepare, rows))
        texts = WeighedTexts(offsets, tokens, entry, gain, topic_rarity(topics, order), order)
        rules = rules_of(parameters, len(order), own=False)
        with ExitStack() as stack:
            with steps.step("keys"):
                keys = self._keys(texts, rarity, parameters, stack)
            with steps.step("candidates"):
                pairs = self._candidates(keys, len(order), stack)
            with steps.step("verification"):
                sizes = self._sizes(texts, rules_of(parameters, len(order)))
                own = sizes[:, 1].copy()
                sizes[:, 1] = 0
                linked, strength, compared = self._verify(texts, sizes, pairs, rules)
        return FoundPairs(texts, sizes, own, linked, strength, rules, rarity, masked, compared)

    def _own(self, found: FoundPairs, parameters: LinkParameters) -> FoundPairs:
        """Of the pairs those that are alike in what is their own, too.

        Not before campaigns that fill the site count as one party each: until then their own words
        are common.
        """
        rules = rules_of(parameters, len(found.texts.order))
        sizes = np.stack([found.sizes[:, 0], found.own], axis=1)
        return self._weighed(found._replace(sizes=sizes, rules=rules), np.arange(len(found.pairs)))

    def _again(self, found: FoundPairs, changed: NDArray[np.bool_]) -> FoundPairs:
        """Of the pairs those that are still alike, where the texts of some nodes weigh less now."""
        nodes = np.flatnonzero(changed)
        sizes = found.sizes.copy()
        sizes[nodes] = self._sizes(found.texts, found.rules, nodes)
        either = changed[found.pairs >> np.uint64(32)] | changed[found.pairs & _LOW]
        return self._weighed(found._replace(sizes=sizes), np.flatnonzero(either))

    def _weighed(self, found: FoundPairs, which: NDArray[np.int64]) -> FoundPairs:
        """Some pairs weighed by what `found` says otherwise; those that are not alike are left out."""
        pairs = (found.pairs[which] & _LOW) << np.uint64(32) | found.pairs[which] >> np.uint64(32)
        ascending = np.argsort(pairs)
        weights = found.weights.copy()
        weights[which[ascending]] = self._weights(
            found.texts, found.sizes, pairs[ascending], found.rules
        )
        held = weights > 0
        return found._replace(pairs=found.pairs[held], weights=weights[held])

    def _buckets(self, count: int, values: int, stack: ExitStack) -> Buckets:
        folder = None
        if self.scratch and values > IN_MEMORY:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=self.scratch)))
        buckets = Buckets(count, folder)
        stack.callback(buckets.close)
        return buckets

    def _keys(
        self, texts: WeighedTexts, rarity: Rarity, parameters: LinkParameters, stack: ExitStack
    ) -> Buckets:
        known = texts.offsets, texts.tokens, texts.entry
        rows = len(texts.offsets) - 1
        node_of = np.full(rows, -1, dtype=np.int32)
        node_of[texts.order] = np.arange(len(texts.order), dtype=np.int32)
        seen = room_for_phrases(int(np.diff(texts.offsets)[texts.order].sum()), PARTS)
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda part: count_shared(*known, node_of, part, seen), range(PARTS)))
        crowd = crowded(rarity, len(texts.order), parameters)

        def work(part: tuple[int, int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
            found = keys_of(*known, part, seen, rarity.phrases, crowd, parameters.keys)
            return by_partition(found, node_of[part[0] : part[1]])

        buckets = self._buckets(1 << PARTITION_BITS, rows * (parameters.keys + 1), stack)
        for values, bounds in self._each(work, rows):
            buckets.add(values, bounds)
        return buckets

    def _candidates(self, keys: Buckets, nodes: int, stack: ExitStack) -> Buckets:
        """Pairs of all keys; sorted into as many buckets as keep one of them small."""
        total = sum(keys.sizes)
        count = max(LEAST_PARTS, 1 + 2 * total // PAIRS_AT_ONCE)
        buckets = self._buckets(count, 2 * total, stack)

        def work(number: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
            return candidate_pairs(keys.take(number), nodes, count)

        for values, bounds in self._ahead(work, range(len(keys.sizes))):
            buckets.add(values, bounds)
        return buckets

    def _verify(
        self,
        texts: WeighedTexts,
        sizes: NDArray[np.float32],
        pairs: Buckets,
        rules: NDArray[np.float64],
    ) -> tuple[NDArray[np.uint64], NDArray[np.float32], int]:
        """Pairs that are alike (smaller << 32 | larger, ascending), weights, how many compared."""
        widest = int(np.diff(texts.offsets).max(initial=0))

        def work(number: int) -> tuple[NDArray[np.uint64], NDArray[np.float32], int]:
            asked = pairs.take(number)
            asked.sort()
            asked = asked[np.diff(asked, prepend=~asked[:1]) != 0]
            weights = np.zeros(len(asked), dtype=np.float32)
            similarities(
                *texts, sizes, asked, rules, *working_set(widest), tag_table(widest), weights
            )
            return asked[weights > 0], weights[weights > 0], len(asked)

        parts = list(self._ahead(work, range(len(pairs.sizes))))
        found = np.concatenate([linked for linked, _, _ in parts])
        found = (found << np.uint64(32)) | (found >> np.uint64(32))
        ascending = np.argsort(found)
        strength = np.concatenate([weights for _, weights, _ in parts])[ascending]
        return found[ascending], strength, sum(compared for _, _, compared in parts)

    def _sizes(
        self,
        texts: WeighedTexts,
        rules: NDArray[np.float64],
        nodes: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        order = texts.order if nodes is None else texts.order[nodes]
        out = np.zeros((len(order), 2), dtype=np.float32)
        widest = int(np.diff(texts.offsets).max(initial=0))

        def work(part: tuple[int, int]) -> None:
            first, stop = part
            measure(
                texts.offsets, texts.tokens, texts.entry,
                np.ascontiguousarray(order[first:stop]), rules, *working_set(widest),
                out[first:stop],
            )  # fmt: skip

        list(self._each(work, len(order)))
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
                *texts, sizes, pairs[first:stop], rules, *working_set(widest), tag_table(widest),
                out[first:stop],
            )  # fmt: skip

        list(self._each(work, len(pairs)))
        return out

    def _groups(self, found: FoundPairs, parameters: LinkParameters) -> TextLinks:
        texts, sizes, pairs, weights = found.texts, found.sizes, found.pairs, found.weights
        sources = (pairs >> np.uint64(32)).astype(np.int32)
        targets = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)
        islands = islands_of(len(texts.order), sources, targets)
        members, weight_of, parents = each_alone(len(texts.order))
        fate = np.zeros(len(pairs), dtype=np.uint8)
        alike = np.ones(len(pairs), dtype=np.float32)
        widest = int(np.diff(texts.offsets).max(initial=0))

        def work(part: tuple[int, int]) -> None:
            bounds = islands.bounds[part[0] : part[1] + 1]
            join_groups(
                *texts, sizes, sources, targets, weights, found.rules, parameters.cohesion,
                islands.links, bounds, *working_set(widest), members, weight_of, parents, fate,
                alike,
            )  # fmt: skip

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(work, islands.ranges(16 * self.threads)))
        settle_roots(parents)
        return TextLinks(
            sources, targets, weights, fate, alike, parents, found.masked, found.compared
        )
