"""The screening service: a listing in, a decision out; first the ledger, then the answer.

    with Screener.open(Path("workspace")) as screener:
        decision = screener.submit({"listing_id": "7", "text": "…"}, "key-1")

Every method is safe from any thread. Submissions that come at the same time share one commit of
the ledger. The listing as received is durable before anything else reads it; the decision on it is
durable against the end of the process when the answer is given, and enters the ledger with the
next commit, at most a fraction of a second later.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from lamplighter.foundation.closing import Closing
from lamplighter.foundation.progress import Steps
from lamplighter.listings.part import Part
from lamplighter.screening.answers import ActLogged, Answers, Received
from lamplighter.screening.committer import Committer
from lamplighter.screening.decide import Decider
from lamplighter.screening.decision import Decision
from lamplighter.screening.index.open import open_index
from lamplighter.screening.listing import Listing
from lamplighter.screening.lists import Lists
from lamplighter.screening.requests import (
    About,
    Commit,
    Logged,
    Outcome,
    Request,
    Submit,
    Take,
    check_about,
    check_key,
)
from lamplighter.screening.settings import read_settings
from lamplighter.screening.submission import SubmissionError, check_submission
from lamplighter.screening.writer import Writer
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.workspace.receiver import Receipt
from lamplighter.workspace.workspace import Workspace

__all__ = ["Acknowledged", "Screener", "Status", "SubmissionError"]

#: Submissions that share a commit at most, and that may wait.
GROUP = 1024
WAITING = 20_000
#: Seconds without a submission after which decisions enter the ledger by themselves.
PAUSE = 0.25


@dataclass(frozen=True)
class Acknowledged:
    """An act that is in the ledger. `received` is the listing's entry, None: it is not known."""

    log_index: int
    received: int | None
    replayed: bool = False


@dataclass(frozen=True)
class Status:
    """What is known of a listing: its submissions and what happened since, in order."""

    listing_id: str
    submissions: tuple[Received, ...]
    acts: tuple[ActLogged, ...]

    @property
    def decision(self) -> Decision | None:
        """The latest."""
        decided = [each.decision for each in self.submissions if each.decision]
        return decided[-1] if decided else None


class Screener(Closing):
    """Screening of one workspace, opened for writing; a context manager."""

    def __init__(
        self, workspace: Workspace, writer: Writer, answers: Answers, *, owns: bool
    ) -> None:
        self.workspace = workspace
        self._owns = owns
        self._writer = writer
        self._answers = answers
        self._committer: Committer[Request, Outcome] = Committer(
            writer.handle, writer.rest, writer.after, most=GROUP, pause=PAUSE, waiting=WAITING
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        steps: Steps | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Screener:
        """Open a workspace for screening; `steps` shows the building of the index if need be.

        Takes the workspace's writer lock. LamplighterError if the workspace, its settings or a list
        cannot be used. What a crash left undecided is decided.
        """
        workspace = Workspace.open(folder, write=True)
        try:
            screener = cls.over(workspace, steps=steps, clock=clock)
        except BaseException:
            workspace.close()
            raise
        screener._owns = True
        return screener

    @classmethod
    def over(
        cls,
        workspace: Workspace,
        *,
        steps: Steps | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Screener:
        """Screen in a workspace that the caller opened for writing, and closes afterwards."""
        settings = read_settings(workspace.folder)
        lists = Lists(list(settings.lists), workspace.config.region)
        lexicon = load_lexicon(workspace.config.lexicon)
        index = open_index(workspace, lexicon, steps or Steps(quiet=True))
        decider = Decider(
            index, lexicon, lists, settings, workspace.config.region, workspace.config.images
        )
        answers = Answers(workspace.folder / "screening.sqlite3")
        try:
            writer = Writer(workspace, decider, answers, clock)
            writer.recover()
        except BaseException:
            answers.close()
            raise
        return cls(workspace, writer, answers, owns=False)

    @property
    def decider(self) -> Decider:
        """What decisions rest on: for replays and for pages that explain them."""
        return self._writer.decider

    def submit(self, listing: Mapping[str, Any], idempotency_key: str | None = None) -> Decision:
        """Log a listing and decide on it.

        `listing` has our names of columns (docs/listings.md); further ones are kept. The same key
        with the same listing gets the same answer again; with another listing, SubmissionError with
        `column` "idempotency_key". SubmissionError if it is no listing: nothing is logged then.
        """
        request = Submit(check_submission(listing), check_key(idempotency_key))
        return self._committer.do(request)  # type: ignore[return-value]  # as below

    def submit_later(
        self, listing: Mapping[str, Any], idempotency_key: str | None = None
    ) -> Future[Decision]:
        """As `submit`, without waiting. SubmissionError at once, or from the future."""
        request = Submit(check_submission(listing), check_key(idempotency_key))
        (future,) = self._committer.put([request])
        return future  # type: ignore[return-value]  # a Submit is answered by a Decision

    def submit_batch(
        self, listings: Iterable[tuple[Mapping[str, Any], str | None]]
    ) -> list[Decision | SubmissionError]:
        """Many (listing, key) at once; an error stands where its listing stood."""
        requests: list[Submit | SubmissionError] = []
        for listing, key in listings:
            try:
                requests.append(Submit(check_submission(listing), check_key(key)))
            except SubmissionError as error:
                requests.append(error)
        futures = iter(self._committer.put([r for r in requests if isinstance(r, Submit)]))
        answers: list[Decision | SubmissionError] = []
        for request in requests:
            if isinstance(request, SubmissionError):
                answers.append(request)
                continue
            try:
                answers.append(next(futures).result())  # type: ignore[arg-type]
            except SubmissionError as error:
                answers.append(error)
        return answers

    def published(
        self,
        listing_id: str,
        *,
        text: str,
        title: str | None = None,
        at: str | None = None,
        actor: str = "platform:publisher",
        idempotency_key: str | None = None,
    ) -> Acknowledged:
        """Log what the platform showed. It is compared with what was received; nothing is edited."""
        row = {"published_title": title, "published_text": text, "published_at": at}
        return self._about("listing.published", listing_id, row, actor, idempotency_key)

    def moderated(
        self,
        listing_id: str,
        *,
        action: str,
        by: str,
        at: str | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Acknowledged:
        """Log an act of moderation; `by` is a pseudonymous id (letters, digits, . _ -)."""
        row = {
            "moderation_action": action,
            "moderated_by": by,
            "moderated_at": at,
            "reason": reason,
        }
        return self._about("moderation", listing_id, row, f"platform:{by}", idempotency_key)

    def notice(
        self,
        listing_id: str,
        *,
        reason: str,
        by: str = "anonymous",
        at: str | None = None,
        idempotency_key: str | None = None,
    ) -> Acknowledged:
        """Log that a user reported a listing."""
        row = {"notice": reason, "notified_by": by, "notified_at": at}
        return self._about("note", listing_id, row, f"notifier:{by}", idempotency_key, "notice")

    def _about(
        self,
        kind: str,
        listing_id: str,
        row: Mapping[str, str | None],
        actor: str,
        key: str | None,
        topic: str = "",
    ) -> Acknowledged:
        about = About(kind, listing_id, dict(row), actor, check_key(key), topic)
        check_about(about)
        (future,) = self._committer.put([about])
        outcome = future.result()
        assert isinstance(outcome, Logged)
        return Acknowledged(outcome.log_index, outcome.received, outcome.replayed)

    def take(
        self, batch: pa.RecordBatch, part: Part, media: Sequence[Sequence[str]] | None = None
    ) -> Receipt:
        """Take rows of an intake (LISTING_SCHEMA, and the same rows as they came): they are logged,
        durably, and known; nothing is decided. `media` are digests of stored objects by row."""
        work = Take(batch, part, media, self.decider.read(batch))
        (future,) = self._committer.put([work])
        outcome = future.result()
        assert isinstance(outcome, Receipt)
        return outcome

    def commit(self) -> None:
        """Make what was taken and submitted part of the listing store now."""
        (future,) = self._committer.put([Commit()])
        future.result()

    def status(self, listing_id: str) -> Status | None:
        """What is known of a listing that was submitted here; None: nothing."""
        received, acts = self._answers.of_listing(listing_id)
        if not received and not acts:
            return None
        return Status(listing_id, tuple(received), tuple(acts))

    def counts(self) -> dict[str, int]:
        """How many submissions the policy published, held and refused."""
        return self._answers.counts()

    def refresh(self) -> bool:
        """Take over a newer result of linking; whether there was one."""
        return self.decider.index.follow_links(self.workspace.links_folder)

    def warm(self) -> None:
        """Load what the first answer would wait for, and let the collector of garbage pass over all
        that stays: looking through it would hold up an answer now and then."""
        listing = Listing("", None, "warm", None, None, None, None, None, None, None, None, None)
        self.decider.weigh_alone(listing, self.decider.read_alone(listing))
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Answer what is queued, log and keep everything; release the workspace if `open` opened it."""
        self._committer.close()
        try:
            self._writer.close()
        finally:
            self._answers.close()
            if self._owns:
                self.workspace.close()
