"""A policy tried on past listings before it goes live: what it would decide otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from lamplighter.foundation.progress import Progress
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.decide import Decider
from lamplighter.screening.judge import judge
from lamplighter.screening.policy import ScreeningPolicy
from lamplighter.workspace.store import ListingStore

#: Changed listings that are named, of each kind of change.
NAMED = 10


@dataclass(frozen=True)
class Change:
    """A listing that the two policies decide differently."""

    listing_id: str
    was: str
    becomes: str
    why: tuple[str, ...]  #: sentences of the graver of the two decisions


@dataclass
class Difference:
    """`outcomes` counts listings by `was>becomes`; `rules` by rule of the new policy that held."""

    old: str
    new: str
    listings: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Listings decided otherwise."""
        return sum(n for change, n in self.outcomes.items() if len(set(change.split(">"))) > 1)


def replay(
    store: ListingStore,
    decider: Decider,
    policy: ScreeningPolicy,
    progress: Progress,
    *,
    most: int,
) -> Difference:
    """Judge the newest `most` versions in the store by the live policy and by this one.

    Facts are those of today: what has become known since a listing came counts too. Nothing is
    logged, nothing is acted upon.
    """
    live = decider.settings.policy
    difference = Difference(live.label, policy.label)
    total = sum(part.rows for part in store.manifest.parts)
    skip = max(0, total - most)
    for batch in store.batches(LISTING_SCHEMA.names, rows=4096):
        if skip >= batch.num_rows:
            skip -= batch.num_rows
            continue
        _compare(batch.slice(skip), decider, live, policy, difference)
        progress.advance(batch.num_rows - skip)
        skip = 0
    return difference


def _compare(
    batch: pa.RecordBatch,
    decider: Decider,
    live: ScreeningPolicy,
    policy: ScreeningPolicy,
    difference: Difference,
) -> None:
    ids = batch.column(LISTING_SCHEMA.get_field_index("listing_id")).to_pylist()
    for name, weighed in zip(ids, decider.weigh(batch, decider.read(batch)), strict=True):
        old, new = judge(live, weighed.facts), judge(policy, weighed.facts)
        change = f"{old.outcome}>{new.outcome}"
        difference.listings += 1
        difference.outcomes[change] += 1
        difference.rules.update({reason.rule for reason in new.reasons})
        if old.outcome != new.outcome and difference.outcomes[change] <= NAMED:
            graver = new if new.outcome != "publish" else old
            why = tuple(reason.sentence for reason in graver.reasons[:3])
            difference.changes.append(Change(name, old.outcome, new.outcome, why))
