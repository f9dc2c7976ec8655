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
from typing import NamedTuple

import orjson
import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError
from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.acts import (
    about_act,
    decision_act,
    original,
    policy_act,
    received_act,
)
from lamplighter.screening.answers import ActLogged, Answers, Received
from lamplighter.screening.committer import Job
from lamplighter.screening.decide import Decider
from lamplighter.screening.decision import Decision
from lamplighter.screening.keeping import ALL, Keeper
from lamplighter.screening.recovery import take_over
from lamplighter.screening.requests import About, Commit, Logged, Outcome, Request, Submit, Take
from lamplighter.screening.said import Said
from lamplighter.screening.submission import SubmissionError, rows_of
from lamplighter.screening.weigh import Weighed
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.act_rows import ALONE
from lamplighter.workspace.receiver import Receipt, Receiver
from lamplighter.workspace.workspace import Workspace

_log = logging.getLogger(__name__)


class _Read(NamedTuple):
    """A batch as read, and each of its listings as weighed."""

    said: Said
    weighed: list[Weighed]


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
        self._undelivered: list[Decision] = []  # decided, answered, not in the ledger yet
        self._keeper = Keeper(workspace)
        self._broken: BaseException | None = None
        self._logger = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._receiver = Receiver(workspace.ledger, workspace.listings, clock)

    def recover(self) -> None:
        """Take over what the ledger has and the answers lack, decide what is undecided."""
        take_over(self.workspace.ledger, self.answers)
        waiting = self.answers.undecided()
        # The index read the store when it was opened: what it has must not be learned twice.
        known = self.decider.index.upto
        for learn in (False, True):
            some = [each for each in waiting if (each.entry > known) is learn]
            for start in range(0, len(some), 1000):
                self._decide_late(some[start : start + 1000], learn)
        self._undelivered = [each.decision for each in self.answers.unlogged() if each.decision]
        self._announce_policy()
        self.flush()

    def _decide_late(self, waiting: list[Received], learn: bool) -> None:
        """Decide what a crash left without a decision; `learn` what the index has not."""
        found, rows = [], []
        for each in waiting:
            private = self.workspace.ledger.opening(each.entry)
            if private is not None:
                found.append(each)
                rows.append(orjson.loads(private)["row"])
        if not rows:
            return
        batch, _, _ = coerce(as_part(rows), ALL, True)
        entries, read = [each.entry for each in found], self._read(batch)
        decisions = self._decisions(batch, entries, found[0].received_at, read, learn)
        if read is not None and learn:
            self.decider.learn(batch, read.said, pa.array(entries, pa.int64()))
        self.answers.record(self.answers.scanned, decided=decisions)

    def _announce_policy(self) -> None:
        """A policy, mode or list that was not in force before enters the ledger first."""
        settings, lists = self.decider.settings, self.decider.lists
        shadow = settings.shadow
        public = {
            "policy": settings.policy.label,
            "mode": settings.mode,
            "shadow": shadow.label if shadow else None,
            "lists": {
                e.name: {"use": e.use, "sha256": lists.digests[e.name]} for e in settings.lists
            },
        }
        digest = sha256(orjson.dumps(public, option=orjson.OPT_SORT_KEYS)).hexdigest()
        if self.answers.fact("policy") == digest:
            return
        ledger = self.workspace.ledger
        texts = [settings.policy.text] + ([shadow.text] if shadow else [])
        objects = [ledger.put_object(text.encode()) for text in texts]
        ledger.append([policy_act({**public, "digest": digest}, objects, self.clock())])
        self.answers.record(ledger.size, facts=[("policy", digest)])

    def handle(self, group: Sequence[Job[Request, Outcome]]) -> None:
        """Settle the future of every job."""
        try:
            submits = [job for job in group if isinstance(job.work, Submit)]
            self._submit(self._fresh(submits))
            for job in group:
                if isinstance(job.work, Take):
                    job.future.set_result(self._take(job.work))
            self._about([(job, job.work) for job in group if isinstance(job.work, About)])
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
        works = [job.work for job in jobs if isinstance(job.work, Submit)]
        if not works:
            return
        if self._broken is not None:
            raise _stopped() from self._broken
        batch, refused = rows_of([work.submission for work in works])
        if refused:
            for row, error in refused.items():
                jobs[row].future.set_exception(error)
            taken = [row for row in range(len(jobs)) if row not in refused]
            jobs, works = [jobs[row] for row in taken], [works[row] for row in taken]
            batch = batch.take(pa.array(taken, pa.int64()))
            if not works:
                return
        now = self.clock()
        privates = [original(work.submission) for work in works]
        acts = [received_act(p, work.key, now) for p, work in zip(privates, works, strict=True)]
        logging = self._logger.submit(self._append, acts)
        try:
            read = self._read(batch)
        finally:
            entries, logged = logging.result()
        at = now.astimezone(UTC).isoformat()
        decisions = self._decisions(batch, list(entries), at, read)
        received = [
            Received(entry, work.submission.listing_id, work.key, sha256(private).hexdigest(), at,
                     decision, None)
            for entry, work, private, decision in zip(
                entries, works, privates, decisions, strict=True
            )
        ]  # fmt: skip
        self.answers.record(self.workspace.ledger.size, received=received, logged=logged)
        self._undelivered += decisions
        for job, decision in zip(jobs, decisions, strict=True):
            job.future.set_result(decision)
        self._after(batch, entries, now, read)

    def _after(
        self, batch: pa.RecordBatch, entries: Sequence[int], now: datetime, read: _Read | None
    ) -> None:
        """Let what was decided be known, and keep it. An error stops the service: what it would
        answer from then on would not be what it promises."""
        try:
            if read is not None:
                self.decider.learn(batch, read.said, pa.array(entries, pa.int64()))
            self._keeper.keep(batch, entries, now)
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

    def _append(self, acts: Sequence[Act]) -> tuple[range, list[tuple[int, int]]]:
        """Log these acts, and before them the decisions that wait, in one commit. Their entries, and
        those of the decisions with the submissions they are on."""
        decisions, now = self._undelivered, self.clock()
        before = [decision_act(decision, now) for decision in decisions]
        logged = self.workspace.ledger.append([*before, *acts])
        self._undelivered = []
        pairs = [(at, d.log_index) for at, d in zip(logged, decisions, strict=False)]
        return logged[len(decisions) :], pairs

    def _read(self, batch: pa.RecordBatch) -> _Read | None:
        """What the listings say and are like; None where one of them breaks the reading of all."""
        try:
            said = self.decider.read(batch)
            return _Read(said, self.decider.weigh(batch, said))
        except Exception:
            if batch.num_rows == 1:
                _log.exception("a listing could not be read")
            return None

    def _decisions(
        self, batch: pa.RecordBatch, log: list[int], at: str, read: _Read | None, learn: bool = True
    ) -> list[Decision]:
        """Decide on a batch; where one listing breaks the reading of all, each by itself, and then
        `learn` what could be read.
        """
        ids = batch.column(LISTING_SCHEMA.get_field_index("listing_id")).to_pylist()
        if read is not None:
            return self.decider.decide(ids, read.weighed, log, at)
        if batch.num_rows == 1:
            return [self.decider.unreadable(ids[0], log[0], at, "it breaks the reader")]
        made = []
        for row in range(batch.num_rows):
            one = batch.slice(row, 1)
            alone = self._read(one)
            made += self._decisions(one, log[row : row + 1], at, alone, learn)
            if alone is not None and learn:
                self.decider.learn(one, alone.said, pa.array(log[row : row + 1], pa.int64()))
        return made

    def _about(self, group: list[tuple[Job[Request, Outcome], About]]) -> None:
        """Log acts about listings in one commit; what was published or moderated is a row of the
        listing store too, so that audits and pages see it."""
        now = self.clock()
        fresh: list[tuple[Job[Request, Outcome], About, int | None]] = []
        acts: list[Act] = []
        keys: set[str] = set()
        again = []
        for job, work in group:
            if work.key and (work.key in keys or self.answers.act_by_key(work.key)):
                again.append((job, work))
                continue
            keys.update([work.key] if work.key else [])
            received = self._received(work.listing_id)
            fresh.append((job, work, received))
            acts.append(about_act(work, received, now))
        if fresh:
            entries, pairs = self._append(acts)
            self._keeper.keep_acts([work for _, work, _ in fresh], entries, now)
            at = now.astimezone(UTC).isoformat()
            logged = [
                ActLogged(entry, w.listing_id, w.topic or w.kind, w.key, at, w.actor)
                for entry, (_, w, _) in zip(entries, fresh, strict=True)
            ]
            self.answers.record(self.workspace.ledger.size, acts=logged, logged=pairs)
            for entry, (job, _, received) in zip(entries, fresh, strict=True):
                job.future.set_result(Logged(entry, received, False))
        for job, work in again:
            self._about_again(job, work)

    def _about_again(self, job: Job[Request, Outcome], work: About) -> None:
        used = self.answers.act_by_key(work.key or "")
        assert used is not None
        entry = self.workspace.ledger.entry(used.entry)
        received = entry.public.get("received")
        same = about_act(work, None, entry.time).private == self.workspace.ledger.opening(
            used.entry
        )
        if same and used.kind == (work.topic or work.kind) and used.actor == work.actor:
            known = received if isinstance(received, int) else None
            job.future.set_result(Logged(used.entry, known, True))
        else:
            job.future.set_exception(_other_request())

    def _received(self, listing_id: str) -> int | None:
        """The entry of the latest version of a listing, submitted here or taken in from a file."""
        latest = self.answers.latest(listing_id)
        ids = hash_strings(pa.array([listing_id], pa.large_string()))
        held = self.workspace.listings.versions_of_ids(ids)
        known = held.at[held.content >= ALONE]
        return max([*([] if latest is None else [latest]), *known.tolist()], default=None)

    def rest(self, idle: float) -> bool:
        """Nothing has come for a while: log what waits, commit the store. Whether more is to do."""
        if self._undelivered:
            self.flush()
        self._keeper.rest(idle)
        return bool(self._keeper.uncommitted or self._undelivered)

    def flush(self) -> None:
        """Log the decisions that wait."""
        if self._undelivered:
            _, pairs = self._append([])
            self.answers.record(self.workspace.ledger.size, logged=pairs)

    def close(self) -> None:
        """Log and keep everything."""
        try:
            self.flush()
            if self._keeper.uncommitted and self._broken is None:
                self._keeper.commit()
        finally:
            self._logger.shutdown()
            self.decider.index.close()


def _answer_again(job: Job[Request, Outcome], work: Submit, known: Received) -> None:
    if known.request != sha256(original(work.submission)).hexdigest():
        job.future.set_exception(_other_request())
    elif known.decision is None:
        job.future.set_exception(RuntimeError(f"entry {known.entry} has no decision yet"))
    else:
        job.future.set_result(known.decision.again())


def _stopped() -> LamplighterError:
    return LamplighterError(
        "The service could not keep what it decided, and takes nothing more.",
        hint="Its log says why. Nothing is lost: the ledger has it. Start the service again.",
    )


def _other_request() -> SubmissionError:
    return SubmissionError(
        "This idempotency key was used for another request.", "idempotency_key",
        "give every request a key of its own, and the same key when you send it again",
    )  # fmt: skip
