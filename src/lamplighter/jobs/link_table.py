"""All links in a few numbers each; their sentences are written when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LINK_SCHEMA = pa.schema(
    [
        pa.field("source", pa.large_string(), nullable=False),
        pa.field("target", pa.large_string(), nullable=False),
        # text, phone, email, handle, payment, wallet, url, account, image, or judged (by a person)
        pa.field("kind", pa.large_string(), nullable=False),
        # text: similarity; identifiers and accounts: exclusivity; images: share of equal bits;
        # judged: 1
        pa.field("weight", pa.float32(), nullable=False),
        pa.field("reason", pa.large_string(), nullable=False),
        # false: the link was pruned, and the reason says why
        pa.field("kept", pa.bool_(), nullable=False),
    ]
)

# Sentences by number: 101 of texts that are alike, by percent; 101 of texts that were cut; 257 of
# images, by bits that differ; 2 of people's judgements; then one for each shared value.
_ALIKE, _CUT, _IMAGE, _SAME, VALUES = 0, 101, 202, 459, 461
_APART = _SAME + 1
_JUDGED = (
    "A person judged the two to be of the same hand.",
    "A person judged the two to be of different hands.",
)
_PARTED = (
    "",
    "Pruned: a person judged the two to be of different hands.",
    "Pruned: it would join two listings that a person judged to be of different hands.",
)
_TEXT = pa.large_string()


class SharedNames(NamedTuple):
    """Values that two or more listings share: (v,) each."""

    kinds: pa.Array  # large_string
    names: pa.Array  # large_string
    listings: NDArray[np.int64]
    parties: NDArray[np.int64]
    hub: NDArray[np.bool_]


class LinkTable(NamedTuple):
    """Links sorted by source and target; canonical listings, and the number of the sentence."""

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    weight: NDArray[np.float32]
    said: NDArray[np.int32]
    values: SharedNames
    parted: NDArray[np.uint8]  # 1: of a pair judged different; 2: would join such a pair; else 0

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, most: int) -> Iterator[tuple[int, int]]:
        """Bounds of some `most` links; those of one pair of listings lie together."""
        first = 0
        while first < len(self.source):
            stop = min(first + most, len(self.source))
            while stop < len(self.source) and self._same(stop):
                stop += 1
            yield first, stop
            first = stop

    def _same(self, at: int) -> bool:
        return bool(
            self.source[at] == self.source[at - 1] and self.target[at] == self.target[at - 1]
        )

    def rows(self, chosen: NDArray[np.int64]) -> pa.Table:
        """LINK_SCHEMA of some links, source and target as canonical numbers.

        `chosen` ascends. Links of one pair are sorted by kind and reason, so that the order of
        rows of the input changes nothing.
        """
        source, target, said = self.source[chosen], self.target[chosen], self.said[chosen]
        used, number = np.unique(said, return_inverse=True)
        kinds, reasons, kept = _sentences(used, self.values)
        ranked = pc.sort_indices(
            pa.table([kinds, reasons], names=["kind", "reason"]),
            sort_keys=[("kind", "ascending"), ("reason", "ascending")],
        ).to_numpy()
        rank = np.empty(len(used), dtype=np.int64)
        rank[ranked] = np.arange(len(used))
        parted = self.parted[chosen]
        fresh = np.ones(len(said), dtype=bool)
        fresh[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        order = np.argsort(np.cumsum(fresh) << 32 | rank[number])
        sentence = pa.array(number[order])
        reason, holds = reasons.take(sentence), kept.take(sentence)
        if parted.any():
            why = pa.array(_PARTED, _TEXT).take(pa.array(parted[order]))
            whole = pa.array(parted[order] == 0)
            reason, holds = pc.if_else(whole, reason, why), pc.and_(whole, holds)
        return pa.table(
            {
                "source": pa.array(source[order]),
                "target": pa.array(target[order]),
                "kind": kinds.take(sentence),
                "weight": pa.array(self.weight[chosen][order]),
                "reason": reason,
                "kept": holds,
            }
        )

    def kept(self, chosen: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.bool_]:
        """Whether links hold their operation together, or were pruned."""
        said = self.said[chosen]
        kept = (said < _CUT) | ((said >= _IMAGE) & (said != _APART))
        of_value = said >= VALUES
        kept[of_value] = ~self.values.hub[said[of_value] - VALUES]
        whole: NDArray[np.bool_] = kept & (self.parted[chosen] == 0)
        return whole

    def with_judged(
        self, same: NDArray[np.int32], apart: NDArray[np.int32], overruled: NDArray[np.bool_],
        cut: NDArray[np.int64],
    ) -> LinkTable:  # fmt: skip
        """With a link for each judged pair, and without hold what people parted.

        `same` (s, 2) and `apart` (a, 2) are pairs, the smaller number first; `overruled` (s,) says
        which of `same` other judgements forbid, `cut` the links that would join such a pair.
        """
        parted = self.parted.copy()
        parted[cut] = 2
        pair = self.source.astype(np.int64) << 32 | self.target
        held = (self.said < _CUT) | (self.said >= _IMAGE)
        parted[held & np.isin(pair, apart[:, 0].astype(np.int64) << 32 | apart[:, 1])] = 1
        more = np.concatenate([same, apart])
        said = np.repeat([_SAME, _APART], [len(same), len(apart)]).astype(np.int32)
        source = np.concatenate([self.source, more[:, 0]])
        target = np.concatenate([self.target, more[:, 1]])
        order = np.argsort(source.astype(np.int64) << 32 | target, kind="stable")
        flags = np.concatenate([parted, np.where(overruled, 2, 0), np.zeros(len(apart))])
        return LinkTable(
            source[order], target[order],
            np.concatenate([self.weight, np.ones(len(more), np.float32)])[order],
            np.concatenate([self.said, said])[order], self.values,
            flags.astype(np.uint8)[order],
        )  # fmt: skip


def alike(weights: NDArray[np.float32]) -> NDArray[np.int32]:
    """Sentence numbers of texts that are alike."""
    return (_ALIKE + np.clip(np.rint(weights * 100), 0, 100)).astype(np.int32)


def cut(shares: NDArray[np.float32]) -> NDArray[np.int32]:
    """Sentence numbers of text links that were cut, by the share of other texts alike."""
    return (_CUT + np.clip(np.rint(shares * 100), 0, 100)).astype(np.int32)


def image(distances: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Sentence numbers of images."""
    return _IMAGE + distances.astype(np.int32)


def _joined(*parts: object) -> pa.Array:
    texts = [pa.scalar(p, _TEXT) if isinstance(p, str) else p for p in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", _TEXT))


def _words(numbers: NDArray[np.int64]) -> pa.Array:
    return pa.array(numbers).cast(_TEXT)


def _repeat(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), count)


def _sentences(
    numbers: NDArray[np.int32], values: SharedNames
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Kind, reason and whether kept, of ascending sentence numbers."""
    bounds = np.searchsorted(numbers, [_CUT, _IMAGE, _SAME, VALUES])
    percent, shares, bits, judged, shared = np.split(numbers.astype(np.int64), bounds)
    at = shared - VALUES
    chosen = pa.array(at)
    kind, name = values.kinds.take(chosen), values.names.take(chosen)
    listings, parties = _words(values.listings[at]), _words(values.parties[at])
    hub = pa.array(values.hub[at])
    held = _joined("Both give the ", kind, " ", name, ", found in ", listings,
                   " listings with ", parties, " different texts or accounts.")  # fmt: skip
    loose = _joined("Pruned: the ", kind, " ", name, " is shared by ", listings, " listings with ",
                    parties, " different texts or accounts, as a hotline or agency would be.")  # fmt: skip
    kinds = [_repeat("text", len(percent) + len(shares)), _repeat("image", len(bits)),
             _repeat("judged", len(judged)), kind]  # fmt: skip
    reasons = [
        _joined("The texts are alike: weight ", _words(percent), " of 100."),
        _joined("Pruned: the two texts are alike, but only ", _words(shares - _CUT),
                " % of the other texts of the two groups are."),
        _joined("An image of each differs in ", _words(bits - _IMAGE), " of 256 bits (PDQ)."),
        pa.array(_JUDGED, _TEXT).take(pa.array(judged - _SAME)),
        pc.if_else(hub, loose, held),
    ]  # fmt: skip
    kept = np.ones(len(numbers), dtype=bool)
    kept[bounds[0] : bounds[1]] = False
    kept[bounds[2] : bounds[3]] = judged == _SAME
    kept[bounds[3] :] = ~values.hub[at]
    return pa.concat_arrays(kinds), pa.concat_arrays(reasons), pa.array(kept)


def link_table(
    parts: list[
        tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]
    ],
    values: SharedNames,
) -> LinkTable:
    """All parts (source, target, weight, said), sorted by source and target."""
    source, target, weight, said = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(source.astype(np.int64) << 32 | target)
    parted = np.zeros(len(order), np.uint8)
    return LinkTable(source[order], target[order], weight[order], said[order], values, parted)
