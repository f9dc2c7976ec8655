"""What happened to a report so far, one step after the other, and what that makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any


class StepKind(Enum):
    """A step is noted before a call (`…ING`: in doubt until the next) and after its answer."""

    DRAFTED = "drafted"
    ASKED = "asked"  # the first person asks for its release
    DECLINED = "declined"  # the second person says no
    RELEASED = "released"
    OPENING = "opening"
    OPENED = "opened"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    DESCRIBED = "described"
    FINISHING = "finishing"
    FINISHED = "finished"
    RETRACTED = "retracted"
    FAILED = "failed"  # the service refused, or gave no answer
    STOPPED = "stopped"  # … for good: a person must look
    RESUMED = "resumed"  # … and did
    HELD = "held"  # what it concerns is kept


@dataclass(frozen=True)
class Step:
    """One line of a report's history. `data` is JSON."""

    kind: StepKind
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A file that NCMEC has."""

    file_id: str
    described: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a report stands."""

    state: str = "new"  # new, draft, released, submitted, uploaded, finished, retracted
    report_id: int | None = None
    sent: dict[int, Sent] = field(default_factory=dict)  # by the file's place in the draft
    tries: dict[int, int] = field(default_factory=dict)  # uploads begun, by the file's place
    copies: int | None = None  # files that NCMEC has twice; None: its receipt was lost
    failures: int = 0  # in a row
    stopped: str | None = None
    released_by: tuple[str, str] | None = None
    released_digest: str | None = None
    draft_digest: str | None = None
    asked_by: str | None = None
    asked_digest: str | None = None
    hold: str | None = None

    @property
    def doubtful(self) -> int:
        """Files of which an earlier upload had no answer: NCMEC may have them twice."""
        return sum(count > 1 for count in self.tries.values())


def standing(steps: Sequence[Step], files: int) -> Standing:
    """Fold the steps of a report that has `files` files.

    Trap: an opening without an answer may have opened a report whose number is lost. That one is
    never finished, and a report that is not finished is none, so opening again files nothing twice.
    """
    now = Standing()
    for step in steps:
        now = _after(now, step)
    if now.state == "submitted" and sum(sent.described for sent in now.sent.values()) == files:
        now = replace(now, state="uploaded")
    return now


def _after(now: Standing, step: Step) -> Standing:
    kind, data = step.kind, step.data
    if kind is StepKind.FAILED:
        return replace(now, failures=now.failures + 1)
    if kind is StepKind.STOPPED:
        return replace(now, stopped=data["reason"])
    if kind is StepKind.RESUMED:
        return replace(now, stopped=None, failures=0)
    if kind in (StepKind.OPENING, StepKind.FINISHING):
        return now  # says only that an answer may have been lost
    if kind is StepKind.UPLOADING:
        place = data["file"]
        return replace(now, tries=now.tries | {place: now.tries.get(place, 0) + 1})
    if kind is StepKind.DRAFTED:  # a new draft takes back the release of the old
        return Standing(state="draft", draft_digest=data["digest"])
    if kind is StepKind.ASKED:
        return replace(now, asked_by=data["by"], asked_digest=data["digest"])
    if kind is StepKind.DECLINED:
        return replace(now, asked_by=None, asked_digest=None)
    if kind is StepKind.HELD:
        return replace(now, hold=data["hold"])
    if kind is StepKind.RELEASED:
        people = (data["requested_by"], data["approved_by"])
        digest = data["digest"]
        return Standing(
            state="released", released_by=people, released_digest=digest, draft_digest=digest
        )
    now = replace(now, failures=0)
    if kind is StepKind.OPENED:
        return replace(now, state="submitted", report_id=data["report_id"], sent={}, tries={})
    if kind is StepKind.UPLOADED:
        return replace(now, sent=now.sent | {data["file"]: Sent(data["file_id"])})
    if kind is StepKind.DESCRIBED:
        described = replace(now.sent[data["file"]], described=True)
        return replace(now, sent=now.sent | {data["file"]: described})
    if kind is StepKind.FINISHED:
        ours = {one.file_id for one in now.sent.values()}
        extra = None if data.get("answer_lost") else len(set(data["files"]) - ours)
        return replace(now, state="finished", copies=extra)
    return replace(now, state=kind.value)  # retracted
