"""What the committer's thread does with a group: the ledger, the store, decisions, the answers.

After a crash the ledger says what was taken. A submission without a decision gets one when the
service opens again, and a key that comes back finds its entry: there is never a second one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.evidence.entry import Entry
from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.acts import (
    VIA,
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
from lamplighter.screening.requests import About, Commit, Logged, Outcome, Request, Submit, Take
from lamplighter.screening.submission import SubmissionError, rows_of
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.act_rows import ALONE, KINDS, act_row, content_of
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.receiver import Receipt, Receiver
from lamplighter.workspace.workspace import Workspace

_log = logging.getLogger(__name__)
#: Rows not committed to the store after which it is, and seconds of rest after which it is.
COMMIT_ROWS = 50_000
COMMIT_REST = 1.0
_ALL = 1 << 62


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
        self._receiver = Receiver(workspace.ledger, workspace.listings, clock)
        self._uncommitted = 0

    def recover(self) -> None:
        """Take over what the ledger has and the answers lack, decide what is undecided."""
        ledger, scanned = self.workspace.ledger, self.answers.scanned
        for start in range(scanned, ledger.size, 10_000):
            stop = min(start + 10_000, ledger.size)
            self._take_over([e for e in ledger.entries(start, stop)
                             if e.public.get("via") == VIA], stop)  # fmt: skip
        waiting = self.answers.undecided()
        for start in range(0, len(waiting), 1000):
            self._decide_late(waiting[start : start + 1000])
        self._undelivered = [each.decision for each in self.answers.unlogged() if each.decision]
        self._announce_policy()
        self.flush()

    def _take_over(self, entries: list[Entry], scanned: int) -> None:
        received, decided, logged, acts, facts = [], [], [], [], []
        for entry in entries:
            private = self.workspace.ledger.opening(entry.index) if entry.commitment else b""
            at, key = entry.time.isoformat(), entry.public.get("key")
            if entry.kind == "policy":
                facts.append(("policy", str(entry.public.get("digest", ""))))
            elif private is None:
                continue  # erased: there is nothing to answer with
            elif entry.kind == "listing.received":
                name = str(orjson.loads(private)["row"]["listing_id"])
                request = sha256(private).hexdigest()
                received.append(Received(entry.index, name, key, request, at, None, None))
            elif entry.kind == "decision":
                decision = Decision.from_dict(orjson.loads(private))
                decided.append(decision)
                logged.append((entry.index, decision.log_index))
            else:
                name = str(orjson.loads(private)["listing_id"])
                kind = str(entry.public.get("topic") or entry.kind)
                acts.append(ActLogged(entry.index, name, kind, key, at, entry.actor))
        self.answers.record(
            scanned, received=received, decided=decided, logged=logged, acts=acts, facts=facts
        )

    def _decide_late(self, waiting: list[Received]) -> None:
        """Decide what a crash left without a decision."""
        found, rows = [], []
        for each in waiting:
            private = self.workspace.ledger.opening(each.entry)
            if private is not None:
                found.append(each)
                rows.append(orjson.loads(private)["row"])
        if not rows:
            return
        batch, _, _ = coerce(as_part(rows), _ALL, True)
        decisions = self._decisions(batch, [each.entry for each in found], found[0].received_at)
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
                    self._commit_store()
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
        works = [job.work for job in jobs if isinstance(job.work, Submit)]
        if not works:
            return
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
        entries = self._append(acts)
        at = now.astimezone(UTC).isoformat()
        received = [
            Received(entry, work.submission.listing_id, work.key, sha256(private).hexdigest(), at,
                     None, None)
            for entry, work, private in zip(entries, works, privates, strict=True)
        ]  # fmt: skip
        self._keep(batch, entries, now)
        decisions = self._decisions(batch, list(entries), at)
        self.answers.record(self.workspace.ledger.size, received=received, decided=decisions)
        self._undelivered += decisions
        for job, decision in zip(jobs, decisions, strict=True):
            job.future.set_result(decision)

    def _take(self, work: Take) -> Receipt:
        """Rows of an intake: logged, kept and known as if the intake had the workspace to itself."""
        receipt = self._receiver.take(work.batch, work.part, work.media)
        self._uncommitted += receipt.new
        batch, said, new = work.batch, work.said, receipt.index >= 0
        if new.any():
            if not new.all():
                batch = batch.filter(pa.array(new))
                said = self.decider.read(batch)
            self.decider.learn(batch, said, pa.array(receipt.index[new]))
        if self._uncommitted >= COMMIT_ROWS:
            self._commit_store()
        return receipt

    def _append(self, acts: Sequence[Act]) -> range:
        """Log these acts, and before them the decisions that wait, in one commit."""
        decisions, now = self._undelivered, self.clock()
        before = [decision_act(decision, now) for decision in decisions]
        logged = self.workspace.ledger.append([*before, *acts])
        self._undelivered = []
        pairs = [(at, d.log_index) for at, d in zip(logged, decisions, strict=False)]
        if pairs:
            # Nothing of the acts is in the answers yet: only the decisions before them are.
            self.answers.record(logged.start + len(decisions), logged=pairs)
        return logged[len(decisions) :]

    def _keep(self, batch: pa.RecordBatch, entries: Sequence[int], now: datetime) -> None:
        """Into the listing store, which commits them in time; the ledger has them already."""
        # The store's rows ascend by entry; a group's listings are written before its acts.
        store = self.workspace.listings
        when = pa.array([now] * len(entries), pa.timestamp("us", "UTC"))
        index = pa.array(np.array(entries, np.int64))
        columns = [*batch.columns, pa.array(content_of(batch)), index, when]
        store.add(pa.table(columns, schema=STORE_SCHEMA), self.workspace.ledger.size)
        self._uncommitted += len(entries)
        if self._uncommitted >= COMMIT_ROWS:
            self._commit_store()

    def _commit_store(self) -> None:
        self.workspace.listings.commit()
        self._uncommitted = 0

    def _decisions(self, batch: pa.RecordBatch, log: list[int], at: str) -> list[Decision]:
        """Decide on a batch; where one listing breaks the reading of all, each by itself."""
        ids = batch.column(LISTING_SCHEMA.get_field_index("listing_id")).to_pylist()
        try:
            said = self.decider.read(batch)
            weighed = self.decider.weigh(batch, said)
            self.decider.learn(batch, said, pa.array(log, pa.int64()))
            return self.decider.decide(ids, weighed, log, at)
        except Exception as error:
            if batch.num_rows == 1:
                _log.exception("a listing could not be read: entry %d", log[0])
                kind = type(error).__name__
                return [self.decider.unreadable(ids[0], log[0], at, kind)]
        return [
            decision
            for row in range(batch.num_rows)
            for decision in self._decisions(batch.slice(row, 1), log[row : row + 1], at)
        ]

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
            entries = self._append(acts)
            self._keep_acts([work for _, work, _ in fresh], entries, now)
            at = now.astimezone(UTC).isoformat()
            logged = [
                ActLogged(entry, w.listing_id, w.topic or w.kind, w.key, at, w.actor)
                for entry, (_, w, _) in zip(entries, fresh, strict=True)
            ]
            self.answers.record(self.workspace.ledger.size, acts=logged)
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

    def _keep_acts(self, works: Sequence[About], entries: range, now: datetime) -> None:
        rows = [
            (act_row(work.listing_id, work.row), entry)
            for work, entry in zip(works, entries, strict=True)
            if work.kind in KINDS
        ]
        if rows:
            batch, _, _ = coerce(as_part([row for row, _ in rows]), _ALL, True)
            self._keep(batch, [entry for _, entry in rows], now)

    def rest(self, idle: float) -> bool:
        """Nothing has come for a while: log what waits, commit the store. Whether more is to do."""
        if self._undelivered:
            self.flush()
        if self._uncommitted and idle >= COMMIT_REST:
            self._commit_store()
        return bool(self._uncommitted or self._undelivered)

    def flush(self) -> None:
        """Log the decisions that wait."""
        if self._undelivered:
            self._append([])

    def close(self) -> None:
        """Log and keep everything."""
        self.flush()
        if self._uncommitted:
            self._commit_store()
        self.decider.index.close()


def _answer_again(job: Job[Request, Outcome], work: Submit, known: Received) -> None:
    if known.request != sha256(original(work.submission)).hexdigest():
        job.future.set_exception(_other_request())
    elif known.decision is None:
        job.future.set_exception(RuntimeError(f"entry {known.entry} has no decision yet"))
    else:
        job.future.set_result(known.decision.again())


def _other_request() -> SubmissionError:
    return SubmissionError(
        "This idempotency key was used for another request.", "idempotency_key",
        "give every request a key of its own, and the same key when you send it again",
    )  # fmt: skip
