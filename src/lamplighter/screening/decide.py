"""Decisions on batches of listings: signals, matches, facts, policy. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.decision import Compared, Decision, Reason
from lamplighter.screening.index.known import KnownIndex
from lamplighter.screening.judge import judge
from lamplighter.screening.lists import Lists
from lamplighter.screening.policy import ScreeningPolicy
from lamplighter.screening.said import Said, read_said
from lamplighter.screening.settings import Settings
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
        matches = self.index.match(said, batch.column(_ID), batch.column(_ACCOUNT))
        hits = self.lists.ask(batch, said)
        return weigh(batch, said, matches, hits, self.lists.entries, self.index.belonging)

    def learn(self, batch: pa.RecordBatch, said: Said, ledger: pa.Array) -> None:
        """From now on these listings are known."""
        self.index.add(said, batch.column(_ID), batch.column(_ACCOUNT), ledger)

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

    def unreadable(self, listing_id: str, log: int, at: str, error: str) -> Decision:
        """A listing that the machine cannot read is for a person."""
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
