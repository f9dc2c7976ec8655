"""A blind sample, step by step: each step is an act in the ledger, durable before it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow.compute as pc

from lamplighter.evidence.act import Act
from lamplighter.evidence.public_log import PublicLog
from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.transparency.audits import (
    Audit,
    announced,
    closed_parts,
    drawn_parts,
    read_audits,
)
from lamplighter.reporting.transparency.sample import Draw, Plan, draw, seed_of
from lamplighter.reporting.transparency.states import States

#: Listings of one sample at most: what an act of drawing and people's hours hold.
MOST = 20_000


@dataclass(frozen=True)
class Desk:
    """Where acts go, and the log they stand in afterwards. `log` opens it anew at each call.

    `entries`: all entries about a sample, where somebody keeps track of them; else the log is read.
    """

    record: Callable[[Sequence[Act]], range]
    log: Callable[[], PublicLog]
    entries: Callable[[int], Sequence[int]] | None = None

    def announce(
        self, actor: str, since: datetime, until: datetime, shown: int, acted: int, *,
        outside: str | None = None, simulated: bool = False,
    ) -> int:  # fmt: skip
        """Commit to a sample of a period that is over; the entry that does. UsageError otherwise.

        `outside` names a source of chance that nobody here controls and that speaks after this
        entry is public: a round of a beacon, a drawing of a lottery.
        """
        now = datetime.now(UTC)
        if not since < until <= now:
            raise UsageError("The period of a sample must be over, and have begun before its end.")
        if min(shown, acted) < 0 or not 0 < shown + acted <= MOST:
            raise UsageError(f"A sample has 1 to {MOST:,} listings.")
        plan = Plan(since, until, self.log().size, shown, acted)
        return self.record([Act("audit", now, actor, announced(plan, outside, simulated))])[0]

    def draw(
        self, actor: str, of: int, value: str | None = None,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Draw:  # fmt: skip
        """Draw the announced sample. `value` is what the source outside said, if one was named;
        `progress` hears how many entries were read, of how many.

        UsageError if it was drawn before, there is nothing to draw, or a value is missing.
        """
        log = self.log()
        audit = self.read(of)
        if audit.drawn is not None:
            raise UsageError("This sample was drawn already; it is drawn once.")
        if bool(audit.outside) != bool(value):
            raise UsageError(
                "The announcement and the draw must agree whether a source outside speaks."
            )
        states = States()
        read = 0
        for table in log.tables(0, audit.plan.size):
            states.add(table)
            read += len(table)
            progress(read, audit.plan.size)
        found = draw(states, audit.plan, seed_of(log.root_at(of + 1), value))
        if not found.items:
            raise UsageError(
                "The log knows of no listing in this period that was published or acted on."
            )
        now = datetime.now(UTC)
        self.record([Act("audit", now, actor, part) for part in drawn_parts(of, found, value)])
        return found

    def close(
        self, actor: str, of: int,
        results: Sequence[tuple[str | None, str | None, str | None]], known: Mapping[str, int],
    ) -> None:  # fmt: skip
        """Make the answers public, by item. UsageError if that was done before."""
        audit = self.read(of)
        if audit.drawn is None or audit.closed is not None:
            raise UsageError("A sample is closed once, after it was drawn.")
        now = datetime.now(UTC)
        self.record([Act("audit", now, actor, part) for part in closed_parts(of, results, known)])

    def read(self, of: int) -> Audit:
        """A sample as the log tells of it. UsageError if the entry announces none."""
        log = self.log()
        found = list(self.entries(of)) if self.entries else []
        if not found:
            for table in log.tables(min(of, log.size)):
                found += table.filter(pc.equal(table["kind"], "audit"))["index"].to_pylist()
        for audit in read_audits(log.entry(index) for index in found):
            if audit.announced == of:
                return audit
        raise UsageError("This entry announces no sample.", where=f"entry {of}")
