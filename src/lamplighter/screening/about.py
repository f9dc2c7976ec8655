"""Acts about listings: logged in one commit, answered, and kept as rows of the listing store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.screening.acts import about_act
from lamplighter.screening.answers import ActLogged, Answers
from lamplighter.screening.committer import Job
from lamplighter.screening.keeping import Keeper
from lamplighter.screening.logbook import Logbook
from lamplighter.screening.requests import About, Logged, Outcome, Request, other_request
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.act_rows import ALONE
from lamplighter.workspace.workspace import Workspace

_Given = tuple[Job[Request, Outcome], About]


class AboutListings:
    """Used by one thread at a time."""

    def __init__(
        self,
        workspace: Workspace,
        answers: Answers,
        logbook: Logbook,
        keeper: Keeper,
        clock: Callable[[], datetime],
    ) -> None:
        self._workspace, self._answers, self._clock = workspace, answers, clock
        self._logbook, self._keeper = logbook, keeper

    def settle(self, group: Sequence[_Given]) -> None:
        """Log acts in one commit; what was published or moderated is a row of the listing store
        too, so that audits and pages see it."""
        now = self._clock()
        fresh: list[tuple[Job[Request, Outcome], About, int | None]] = []
        acts: list[Act] = []
        keys: set[str] = set()
        again: list[_Given] = []
        for job, work in group:
            if work.key and (work.key in keys or self._answers.act_by_key(work.key)):
                again.append((job, work))
                continue
            keys.update([work.key] if work.key else [])
            received = self._received(work.listing_id)
            fresh.append((job, work, received))
            acts.append(about_act(work, received, now))
        if fresh:
            entries, pairs = self._logbook.append(acts)
            self._keeper.keep_acts([work for _, work, _ in fresh], entries, now)
            at = now.astimezone(UTC).isoformat()
            logged = [
                ActLogged(entry, w.listing_id, w.topic or w.kind, w.key, at, w.actor)
                for entry, (_, w, _) in zip(entries, fresh, strict=True)
            ]
            self._answers.record(self._workspace.ledger.size, acts=logged, logged=pairs)
            for entry, (job, _, received) in zip(entries, fresh, strict=True):
                job.future.set_result(Logged(entry, received, False))
        for job, work in again:
            self._again(job, work)

    def _again(self, job: Job[Request, Outcome], work: About) -> None:
        """The answer that this key got before."""
        used = self._answers.act_by_key(work.key or "")
        assert used is not None
        ledger = self._workspace.ledger
        entry = ledger.entry(used.entry)
        received = entry.public.get("received")
        same = about_act(work, None, entry.time).private == ledger.opening(used.entry)
        if same and used.kind == (work.topic or work.kind) and used.actor == work.actor:
            known = received if isinstance(received, int) else None
            job.future.set_result(Logged(used.entry, known, True))
        else:
            job.future.set_exception(other_request())

    def _received(self, listing_id: str) -> int | None:
        """The entry of the latest version of a listing, submitted here or taken in from a file."""
        latest = self._answers.latest(listing_id)
        ids = hash_strings(pa.array([listing_id], pa.large_string()))
        held = self._workspace.listings.versions_of_ids(ids)
        known = held.at[held.content >= ALONE]
        return max([*([] if latest is None else [latest]), *known.tolist()], default=None)
