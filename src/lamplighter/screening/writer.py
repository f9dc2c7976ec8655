"""What the committer's thread does with a group: the ledger, the store, decisions, the answers.

After a crash the ledger says what was taken. A submission without a decision gets one when the
service opens again, and a key that comes back finds its entry: there is never a second one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError
from lamplighter.screening.about import AboutListings
from lamplighter.screening.acts import original, received_act
from lamplighter.screening.answers import Answers, Received
from lamplighter.screening.committer import Job
from lamplighter.screening.decide import Decider
from lamplighter.screening.keeping import Keeper, Rows
from lamplighter.screening.listing import listing_alone
from lamplighter.screening.logbook import Logbook, Pairs
from lamplighter.screening.reading import Alone, Reading, Together
from lamplighter.screening.recovery import recover
from lamplighter.screening.requests import (
    About,
    Commit,
    Outcome,
    Request,
    Submit,
    Take,
    other_request,
)
from lamplighter.screening.submission import rows_of
from lamplighter.workspace.receiver import Receipt, Receiver
from lamplighter.workspace.workspace import Workspace

_log = logging.getLogger(__name__)


class Writer:
    """Used by one thread at a time."""

    def __init__(
        self,
        workspace: Workspace,
        decider: Decider,
        answers: Answers,
        clock: Callable[[], datetime],
    ) -> None:
        self.workspace, self.decider, self.answers, self.clock = workspace, decider, answers, clock
        self._logbook = Logbook(workspace.ledger, answers, clock)
        self._keeper = Keeper(workspace)
        self._about = AboutListings(workspace, answers, self._logbook, self._keeper, clock)
        self._broken: BaseException | None = None
        self._left: tuple[Reading, Rows, Sequence[int], datetime] | None = None
        self._logger = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._receiver = Receiver(workspace.ledger, workspace.listings, clock)

    def recover(self) -> None:
        """Take over what the ledger has and the answers lack, decide what is undecided."""
        recover(self.workspace.ledger, self.answers, self.decider, self._logbook, self.clock())

    def handle(self, group: Sequence[Job[Request, Outcome]]) -> None:
        """Settle the future of every job."""
        self.after()
        try:
            submits = [job for job in group if isinstance(job.work, Submit)]
            if submits:
                self._submit(self._fresh(submits))
                if len(submits) < len(group):
                    self.after()
            for job in group:
                if isinstance(job.work, Take):
                    job.future.set_result(self._take(job.work))
            about = [(job, job.work) for job in group if isinstance(job.work, About)]
            if about:
                self._about.settle(about)
            for job in group:
                if isinstance(job.work, Commit):
                    self._keeper.commit()
                    job.future.set_result(None)
        finally:
            self._repeat_late(group)

    def _fresh(self, jobs: Sequence[Job[Request, Outcome]]) -> list[Job[Request, Outcome]]:
        """Those whose key was not used before; the others get their answer again."""
        keys = [work.key for job in jobs if isinstance(work := job.work, Submit) and work.key]
        known = self.answers.by_keys(keys) if keys else {}
        fresh, here = [], set()
        for job in jobs:
            work = job.work
            assert isinstance(work, Submit)
            if work.key in known:
                _answer_again(job, work, known[work.key])
            elif work.key is None or work.key not in here:
                here.add(work.key)
                fresh.append(job)
        return fresh

    def _repeat_late(self, group: Sequence[Job[Request, Outcome]]) -> None:
        """Answer those whose key came twice in one group."""
        for job in group:
            if isinstance(job.work, Submit) and not job.future.done() and job.work.key:
                found = self.answers.by_keys([job.work.key])
                if found:
                    _answer_again(job, job.work, found[job.work.key])

    def _submit(self, jobs: list[Job[Request, Outcome]]) -> None:
        """The ledger's commit waits for the disk; meanwhile the listings are read. No answer is
        given before both are done. What the answer does not need comes after it."""
        if not jobs:
            return
        if self._broken is not None:
            raise _stopped() from self._broken
        jobs, reading, rows = self._taken(jobs)
        if not jobs:
            return
        works = [job.work for job in jobs if isinstance(job.work, Submit)]
        now = self.clock()
        privates = [original(work.submission) for work in works]
        acts = [received_act(p, work.key, now) for p, work in zip(privates, works, strict=True)]
        entries, logged = self._log(acts, reading)
        at = now.astimezone(UTC).isoformat()
        decisions = reading.decide(entries, at)
        received = [
            Received(entry, work.submission.listing_id, work.key, sha256(private).hexdigest(), at,
                     decision, None)
            for entry, work, private, decision in zip(
                entries, works, privates, decisions, strict=True
            )
        ]  # fmt: skip
        self.answers.record(self.workspace.ledger.size, received=received, logged=logged)
        self._logbook.later(decisions)
        for job, decision in zip(jobs, decisions, strict=True):
            job.future.set_result(decision)
        self._left = reading, rows, entries, now

    def _log(self, acts: Sequence[Act], reading: Reading) -> tuple[Sequence[int], Pairs]:
        """Log the acts while the listings are read. One listing stays with this thread, which another
        one would only be in the way of; many are logged by another thread.
        """
        if len(acts) == 1:
            with self._logbook.appending(acts) as found:
                reading.read()
            return found
        logging = self._logger.submit(self._logbook.append, acts)
        try:
            reading.read()
        finally:
            logged = logging.result()
        return logged

    def _taken(
        self, jobs: list[Job[Request, Outcome]]
    ) -> tuple[list[Job[Request, Outcome]], Reading, Rows]:
        """Those that can be taken, ready to be read, and as rows to be kept; the others are told."""
        submissions = [job.work.submission for job in jobs if isinstance(job.work, Submit)]
        if len(submissions) == 1 and (listing := listing_alone(submissions[0])) is not None:
            return jobs, Alone(self.decider, listing), submissions[0]
        batch, refused = rows_of(submissions)
        if refused:
            for row, error in refused.items():
                jobs[row].future.set_exception(error)
            taken = [row for row in range(len(jobs)) if row not in refused]
            jobs, batch = [jobs[row] for row in taken], batch.take(pa.array(taken, pa.int64()))
        return jobs, Together(self.decider, batch), batch

    def after(self) -> None:
        """Let what was decided last be known, and keep it. An error stops the service: what it would
        answer from then on would not be what it promises."""
        if self._left is None:
            return
        (reading, rows, entries, now), self._left = self._left, None
        try:
            reading.learn(entries)
            self._keeper.keep(rows, entries, now)
            self._logger.submit(self.answers.tidy)
        except Exception as error:
            _log.exception("what was decided could not be kept; the ledger has it")
            self._broken = error

    def _take(self, work: Take) -> Receipt:
        """Rows of an intake: logged, kept and known as if the intake had the workspace to itself."""
        self._keeper.flush()
        receipt = self._receiver.take(work.batch, work.part, work.media)
        batch, said, new = work.batch, work.said, receipt.index >= 0
        if new.any():
            if not new.all():
                batch = batch.filter(pa.array(new))
                said = self.decider.read(batch)
            self.decider.learn(batch, said, pa.array(receipt.index[new]))
        self._keeper.kept(receipt.new)
        return receipt

    def rest(self, idle: float) -> bool:
        """Nothing has come for a while: log what waits, commit the store. Whether more is to do."""
        self.after()
        self._logbook.flush()
        self._keeper.rest(idle)
        self._logger.submit(self.answers.tidy)
        return bool(self._keeper.uncommitted or self._logbook.waiting)

    def close(self) -> None:
        """Log and keep everything."""
        try:
            self.after()
            self._logbook.flush()
            if self._keeper.uncommitted and self._broken is None:
                self._keeper.commit()
        finally:
            self._logger.shutdown()
            self.decider.index.close()


def _answer_again(job: Job[Request, Outcome], work: Submit, known: Received) -> None:
    if known.request != sha256(original(work.submission)).hexdigest():
        job.future.set_exception(other_request())
    elif known.decision is None:
        job.future.set_exception(RuntimeError(f"entry {known.entry} has no decision yet"))
    else:
        job.future.set_result(known.decision.again())


def _stopped() -> LamplighterError:
    return LamplighterError(
        "The service could not keep what it decided, and takes nothing more.",
        hint="Its log says why. Nothing is lost: the ledger has it. Start the service again.",
    )
