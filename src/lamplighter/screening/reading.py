"""The listings of one commit, read and weighed while the ledger waits for the disk.

Several are read by columns; one by itself is read in a tenth of the time. Both say the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.decide import Decider
from lamplighter.screening.decision import Decision
from lamplighter.screening.listing import Listing
from lamplighter.screening.said import Said
from lamplighter.screening.spoken import Spoken
from lamplighter.screening.weigh import Weighed

_log = logging.getLogger(__name__)
_ID = LISTING_SCHEMA.get_field_index("listing_id")


class Reading(Protocol):
    """`read`, then `decide`, then `learn`; a listing that breaks the reader is for a person."""

    def read(self) -> None:
        """Read and weigh. Raises nothing: what breaks the reader is decided as unreadable."""

    def decide(self, entries: Sequence[int], at: str) -> list[Decision]:
        """A decision on each, received `at` as these entries of the ledger."""

    def learn(self, entries: Sequence[int]) -> None:
        """From now on those that could be read are known."""


class Together:
    """Listings of a batch (LISTING_SCHEMA); where one breaks the reading of all, each by itself."""

    def __init__(self, decider: Decider, batch: pa.RecordBatch) -> None:
        self._decider, self._batch = decider, batch
        self._said: Said | None = None
        self._weighed: list[Weighed] = []
        self._each: list[Together] = []

    def read(self) -> None:
        """As `Reading`."""
        rows = self._batch.num_rows
        try:
            said = self._decider.read(self._batch)
            self._weighed, self._said = self._decider.weigh(self._batch, said), said
        except Exception:
            if rows == 1:
                _log.exception("a listing could not be read")
                return
            self._each = [Together(self._decider, self._batch.slice(at, 1)) for at in range(rows)]
            for one in self._each:
                one.read()

    def decide(self, entries: Sequence[int], at: str) -> list[Decision]:
        """As `Reading`."""
        if self._each:
            pairs = zip(self._each, entries, strict=True)
            return [each for one, entry in pairs for each in one.decide([entry], at)]
        ids = self._batch.column(_ID).to_pylist()
        if self._said is None:
            return [self._decider.unreadable(ids[0], entries[0], at)]
        return self._decider.decide(ids, self._weighed, entries, at)

    def learn(self, entries: Sequence[int]) -> None:
        """As `Reading`."""
        for one, entry in zip(self._each, entries if self._each else (), strict=True):
            one.learn([entry])
        if self._said is not None:
            self._decider.learn(self._batch, self._said, pa.array(entries, pa.int64()))


class Alone:
    """One listing."""

    def __init__(self, decider: Decider, listing: Listing) -> None:
        self._decider, self._listing = decider, listing
        self._read: tuple[Spoken, Weighed] | None = None

    def read(self) -> None:
        """As `Reading`."""
        try:
            spoken = self._decider.read_alone(self._listing)
            self._read = spoken, self._decider.weigh_alone(self._listing, spoken)
        except Exception:
            _log.exception("a listing could not be read")

    def decide(self, entries: Sequence[int], at: str) -> list[Decision]:
        """As `Reading`."""
        name = self._listing.listing_id
        if self._read is None:
            return [self._decider.unreadable(name, entries[0], at)]
        return self._decider.decide([name], [self._read[1]], entries, at)

    def learn(self, entries: Sequence[int]) -> None:
        """As `Reading`."""
        if self._read is not None:
            self._decider.learn_alone(self._listing, self._read[0], entries[0])
