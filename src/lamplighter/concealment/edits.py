"""What happened to each pair: its class, the words that went and came (`EDIT_SCHEMA`)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.acts import Acts
from lamplighter.concealment.hunks import CONTACT, HABIT, INSERTED, REPLACED, RESPELT
from lamplighter.concealment.pairs import CHANGED, EQUAL, FORMATTED, NO_VERSION, UNSAVED
from lamplighter.concealment.schema import CLASSES, EDIT_SCHEMA
from lamplighter.listings.actions import EDITED, IMAGE, REFUSED, REMOVED, SHOWN

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Losses:
    """Which pair lost which term; `euphemism` tells the pairs where other words took its place."""

    def __init__(self, strip: pa.Table, removed: list[I64], hunks: pa.Table) -> None:
        """`removed` are the pairs that lost each term of `strip` (`STRIP_SCHEMA`)."""
        sizes = np.array([len(pairs) for pairs in removed], np.int64)
        self.term: I64 = np.repeat(np.arange(len(removed)), sizes)
        self.pair: I64 = np.concatenate(removed) if removed else np.zeros(0, np.int64)
        self.unexplained: Mask = np.array(
            [name is None for name in strip["explanation"].to_pylist()], bool
        )
        instead = {
            (term, other)
            for term, other in zip(
                strip["term"].to_pylist(), strip["replaced_by"].to_pylist(), strict=True
            )
            if other
        }
        changed = hunks.filter(pc.equal(hunks["kind"], REPLACED))
        self.euphemism: I64 = np.array(
            [
                pair
                for pair, removed_words, added in zip(
                    changed["pair"].to_pylist(), changed["removed"].to_pylist(),
                    changed["added"].to_pylist(), strict=True,
                )
                if (removed_words.lower(), added.lower()) in instead
            ],
            np.int64,
        )  # fmt: skip

    def pairs(self, explained: bool) -> I64:
        """Distinct pairs that lost a term with, or without, an innocent explanation."""
        if not len(self.term):
            return np.zeros(0, np.int64)
        return np.unique(self.pair[self.unexplained[self.term] != explained])


def classes(pairs: pa.Table, hunks: pa.Table, losses: Losses) -> NDArray[np.uint8]:
    """(n,) index into CLASSES."""
    count = pairs.num_rows
    state, action = pairs["state"].to_numpy(), pairs["action"].to_numpy()
    kinds = np.zeros(count, np.uint8)
    np.bitwise_or.at(kinds, hunks["pair"].to_numpy(), np.uint8(1) << hunks["kind"].to_numpy())
    lost, explained, milder = (np.zeros(count, bool) for _ in range(3))
    lost[losses.pairs(explained=False)] = True
    lost |= pc.is_valid(pairs["indicators"]).to_numpy()
    explained[losses.pairs(explained=True)] = True
    milder[losses.euphemism] = True
    changed = state == CHANGED
    others = 1 << INSERTED | 1 << CONTACT | 1 << RESPELT
    # A mask ("[hidden]") may come with a contact that went.
    contact = (kinds | 1 << INSERTED) == (1 << CONTACT | 1 << INSERTED)
    spelling = kinds == 1 << RESPELT
    habit = (kinds & (1 << HABIT) != 0) & (kinds | others == (1 << HABIT | others))
    out = np.full(count, CLASSES.index("not_published"), np.uint8)

    def put(where: Mask, name: str) -> None:
        out[where] = CLASSES.index(name)

    put(state == EQUAL, "unchanged")
    put(state == FORMATTED, "formatting")
    put(changed, "other_edit")
    put(changed & spelling, "respelt")
    put(changed & explained, "policy_words_removed")
    put(changed & contact, "contact_masked")
    put(changed & habit, "habit_removed")
    put(changed & lost, "indicator_removed_published")
    put(changed & lost & milder, "replaced_by_euphemism")
    put((action == IMAGE) & ((state == EQUAL) | (state == FORMATTED)), "image_removed")
    put(action == REMOVED, "listing_removed")
    put((action == REFUSED) & (state == NO_VERSION), "refused")
    put((action == REFUSED) & changed & lost, "indicator_removed_refused")
    put(changed & pairs["by_poster"].to_numpy(), "poster_edit")
    put(state == UNSAVED, "no_original")
    return out


def published(pairs: pa.Table) -> Mask:
    """(n,) pairs that the public could read."""
    state, action = pairs["state"].to_numpy(), pairs["action"].to_numpy()
    shown: Mask = (state != NO_VERSION) & (action != REFUSED) & (action != REMOVED)
    bare: Mask = (state == NO_VERSION) & ((action == SHOWN) | (action == EDITED))
    return shown | bare


def edit_rows(
    pairs: pa.Table, hunks: pa.Table, acts: Acts, losses: Losses, terms: list[str],
    found: NDArray[np.uint8],
) -> pa.Table:  # fmt: skip
    """`EDIT_SCHEMA`, sorted by listing_id and time; `found` are the classes."""
    count = pairs.num_rows
    order = np.lexsort((losses.term, losses.pair))
    named = pa.array(terms, pa.large_string()).take(pa.array(losses.term[order]))
    names = pa.array([CLASSES[code] for code in range(len(CLASSES))], pa.large_string())
    table = pa.Table.from_arrays(
        [
            pairs["listing_id"],
            names.take(pa.array(found.astype(np.int64))),
            _grouped(hunks, "removed", count),
            _grouped(hunks, "added", count),
            _lists(losses.pair[order], named, count),
            pairs["indicators"],
            pairs["actor"],
            pa.array(acts.automatic),
            pa.array(acts.delay, from_pandas=True),
            pa.array(published(pairs)),
        ],
        schema=EDIT_SCHEMA,
    )
    by = pa.table({"id": pairs["listing_id"], "when": pa.array(acts.when)})
    return table.take(pc.sort_indices(by, [("id", "ascending"), ("when", "ascending")]))


def _grouped(hunks: pa.Table, name: str, count: int) -> pa.Array:
    some = hunks.filter(pc.is_valid(hunks[name]))
    return _lists(some["pair"].to_numpy(), some[name].combine_chunks(), count)


def _lists(pair: I64, values: pa.Array, count: int) -> pa.Array:
    """Lists of values by pair (sorted); null where a pair has none."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    sizes = np.bincount(pair, minlength=count)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return pa.LargeListArray.from_arrays(pa.array(offsets), values, mask=pa.array(sizes == 0))
