"""Decisions on batches of listings: signals, matches, facts, policy. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.decision import Compared, Decision, Reason
from lamplighter.screening.index.asked import asked_of
from lamplighter.screening.index.known import KnownIndex
from lamplighter.screening.judge import judge
from lamplighter.screening.listing import Listing, listings_of
from lamplighter.screening.lists import Lists
from lamplighter.screening.policy import ScreeningPolicy
from lamplighter.screening.said import Said, read_said
from lamplighter.screening.settings import Settings
from lamplighter.screening.spoken import Spoken, read_alone, spoken_of
from lamplighter.screening.weigh import Weighed, weigh
from lamplighter.signals.lexicon import Lexicon

_ID, _ACCOUNT = (LISTING_SCHEMA.get_field_index(name) for name in ("listing_id", "account_id"))


@dataclass
class Decider:
    """What a decision rests on. Any thread may call `weigh` and `decide`."""

    index: KnownIndex
    lexicon: Lexicon
    lists: Lists
    settings: Settings
    region: str
    images: Path | None

    def read(self, batch: pa.RecordBatch) -> Said:
        """What the listings of a batch (LISTING_SCHEMA) say."""
        return read_said(batch, self.lexicon, self.region, self.images)

    def weigh(self, batch: pa.RecordBatch, said: Said) -> list[Weighed]:
        """Facts of each listing, its own earlier versions aside."""
        return self._weigh(listings_of(batch), spoken_of(said))

    def learn(self, batch: pa.RecordBatch, said: Said, ledger: pa.Array) -> None:
        """From now on these listings are known."""
        self.index.add(said, batch.column(_ID), batch.column(_ACCOUNT), ledger)

    def read_alone(self, listing: Listing) -> Spoken:
        """As `read`, of one listing."""
        return read_alone(listing, self.lexicon, self.region, self.images)

    def weigh_alone(self, listing: Listing, spoken: Spoken) -> Weighed:
        """As `weigh`, of one listing."""
        return self._weigh([listing], [spoken])[0]

    def learn_alone(self, listing: Listing, spoken: Spoken, ledger: int) -> None:
        """As `learn`, of one listing."""
        self.index.add_alone(listing, spoken, ledger)

    def _weigh(self, listings: Sequence[Listing], spoken: Sequence[Spoken]) -> list[Weighed]:
        matches = self.index.match(asked_of(listings, spoken))
        entries, belonging = self.lists.entries, self.index.belonging
        return [
            weigh(listing, said, match, self.lists.ask(listing, said), entries, belonging)
            for listing, said, match in zip(listings, spoken, matches, strict=True)
        ]

    def decide(
        self, ids: Sequence[str], weighed: Sequence[Weighed], log: Sequence[int], at: str
    ) -> list[Decision]:
        """One decision for each listing, received `at` as the entries `log` of the ledger."""
        return [
            self._decide(*each, at) for each in zip(ids, weighed, log, strict=True)
        ]  # fmt: skip

    def _decide(self, listing_id: str, weighed: Weighed, log: int, at: str) -> Decision:
        settings = self.settings
        verdict = judge(settings.policy, weighed.facts)
        return Decision(
            listing_id=listing_id,
            outcome="publish" if settings.mode == "shadow" else verdict.outcome,
            policy_outcome=verdict.outcome,
            reasons=verdict.reasons,
            resembles=weighed.resembles,
            indicators=weighed.indicators,
            policy=settings.policy.label,
            compared=_compared(settings.shadow, weighed),
            log_index=log,
            received_at=at,
            problems=weighed.problems,
        )

    def unreadable(self, listing_id: str, log: int, at: str) -> Decision:
        """A listing that breaks the reader is for a person."""
        error = "it breaks the reader"
        sentence = f"The listing could not be read by the machine ({error}); a person must look."
        reason = Reason("unreadable", "hold", sentence, "observation", "Lamplighter")
        outcome = "publish" if self.settings.mode == "shadow" else "hold"
        return Decision(
            listing_id, outcome, "hold", (reason,), None, (), self.settings.policy.label, None,
            log, at, (error,),
        )  # fmt: skip


def _compared(policy: ScreeningPolicy | None, weighed: Weighed) -> Compared | None:
    if policy is None:
        return None
    verdict = judge(policy, weighed.facts)
    return Compared(policy.label, verdict.outcome, tuple(each.rule for each in verdict.reasons))
