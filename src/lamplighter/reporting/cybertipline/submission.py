"""Filing a released report: a state machine that may be killed anywhere and never files twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.cybertipline.client import Client, ServiceError
from lamplighter.reporting.cybertipline.codes import (
    ALREADY_FINISHED,
    OPENED_BUT_RETRACTED,
    Remedy,
    wait_before,
)
from lamplighter.reporting.cybertipline.file_details import FileDetails
from lamplighter.reporting.cybertipline.steps import Standing, Step, StepKind, standing
from lamplighter.reporting.cybertipline.xml import to_xml


class History(Protocol):
    """Where steps are kept. `add` returns only when the step is durable."""

    def add(self, step: Step) -> None:
        """Keep a step."""
        ...

    def steps(self) -> Sequence[Step]:
        """All steps kept, in order."""
        ...


@dataclass(frozen=True)
class Attachment:
    """A file to send. `details` lacks the two numbers that NCMEC gives."""

    path: Path
    details: FileDetails

    @property
    def name(self) -> str:
        """The name it is sent under."""
        return self.details.original_file_name or self.path.name


@dataclass(frozen=True)
class Package:
    """What was released: the document, and the files in order."""

    document: bytes
    attachments: tuple[Attachment, ...]

    def digest(self) -> str:
        """SHA-256 over all that two people agreed to send."""
        whole = hashlib.sha256(hashlib.sha256(self.document).digest())
        for attachment in self.attachments:
            with attachment.path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
            whole.update(hashlib.sha256(to_xml(attachment.details)).digest())
        return whole.hexdigest()


def draft(history: History, package: Package, *, by: str) -> None:
    """Keep a draft; it takes the place of an earlier one, and of its release.

    Raises LamplighterError while an earlier one is with NCMEC.
    """
    now = _now(history, package)
    if now.state in ("submitted", "uploaded"):
        raise LamplighterError(
            "An earlier draft of this report is open at NCMEC.",
            hint="Let it be finished, or retract it first.",
        )
    if now.state == "finished":
        raise LamplighterError("This report is finished.", hint="Make a new report.")
    history.add(Step(StepKind.DRAFTED, {"by": by, "digest": package.digest()}))


def resume(history: History, *, by: str, note: str) -> None:
    """Go on after a stop: somebody looked, and says what was done about it."""
    history.add(Step(StepKind.RESUMED, {"by": by, "note": note}))


def release(history: History, package: Package, *, requested_by: str, approved_by: str) -> None:
    """Two people let a draft go. Raises SecondPersonError where they are one."""
    asker, other = check_second_person(Deed.REPORT, requested_by, approved_by)
    if _now(history, package).state != "draft":
        raise LamplighterError("There is no draft to release.", hint="Make a draft first.")
    people = {"requested_by": asker, "approved_by": other}
    history.add(Step(StepKind.RELEASED, people | {"digest": package.digest()}))


def file_report(
    client: Client, history: History, package: Package, pause: Callable[[float], None]
) -> Standing:
    """Bring a released report to its end from wherever it stands, and say where that is.

    `pause` is given the seconds to wait before the next try. Returns with `stopped` set where a
    person must look. Raises LamplighterError if nothing was released, or if what would be sent is
    not what was released.
    """
    now = _now(history, package)
    if now.state in ("new", "draft"):
        raise LamplighterError(
            "This report is not released.", hint="Two people must release it first."
        )
    if now.state not in ("finished", "retracted") and now.released_digest != package.digest():
        raise LamplighterError(
            "The report or one of its files is not what was released.",
            hint="Restore the files, or make a new draft and have it released again.",
        )
    while now.state not in ("finished", "retracted") and now.stopped is None:
        try:
            _advance(client, history, package, now)
        except ServiceError as error:
            _note(history, now, error, pause)
        now = _now(history, package)
    return now


def retract(client: Client, history: History, package: Package, *, by: str, reason: str) -> None:
    """Take back a report that is open at NCMEC. Raises LamplighterError once it is finished."""
    now = _now(history, package)
    if now.state not in ("submitted", "uploaded") or now.report_id is None:
        raise LamplighterError(
            f"A report that is {now.state} cannot be retracted.",
            hint="Only an open report can; write to NCMEC about a finished one.",
        )
    try:
        client.retract(now.report_id)
    except ServiceError as error:
        if error.code != OPENED_BUT_RETRACTED:
            raise LamplighterError(f"NCMEC did not retract: {error.description}") from error
    history.add(Step(StepKind.RETRACTED, {"by": by, "reason": reason}))


def _now(history: History, package: Package) -> Standing:
    return standing(history.steps(), len(package.attachments))


def _advance(client: Client, history: History, package: Package, now: Standing) -> None:
    """One call, its intent noted before and its answer after."""
    if now.report_id is None:
        history.add(Step(StepKind.OPENING))
        number = client.submit(package.document)
        history.add(Step(StepKind.OPENED, {"report_id": number}))
        return
    for place, attachment in enumerate(package.attachments):
        sent = now.sent.get(place)
        if sent is None:
            history.add(Step(StepKind.UPLOADING, {"file": place}))
            file_id, md5 = client.upload(now.report_id, attachment.path, attachment.name)
            _compare(attachment.path, md5)
            history.add(Step(StepKind.UPLOADED, {"file": place, "file_id": file_id}))
            return
        if not sent.described:
            details = replace(attachment.details, report_id=now.report_id, file_id=sent.file_id)
            client.describe(to_xml(details))
            history.add(Step(StepKind.DESCRIBED, {"file": place}))
            return
    history.add(Step(StepKind.FINISHING))
    try:
        receipt = client.finish(now.report_id)
    except ServiceError as error:
        if error.code != ALREADY_FINISHED:
            raise
        history.add(Step(StepKind.FINISHED, {"answer_lost": True}))
        return
    files = list(receipt.files.file_id) if receipt.files else []
    history.add(Step(StepKind.FINISHED, {"receipt": receipt.report_id, "files": files}))


def _compare(path: Path, md5: str) -> None:
    with path.open("rb") as file:
        ours = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if md5 != ours:
        raise ServiceError(
            f"the file arrived damaged: MD5 {md5}, not {ours}", remedy=Remedy.TRY_AGAIN
        )


def _note(
    history: History, now: Standing, error: ServiceError, pause: Callable[[float], None]
) -> None:
    """Keep a failure; wait, or stop for a person."""
    said = {"reason": error.description, "code": error.code, "request_id": error.request_id,
            "remedy": error.remedy.value}  # fmt: skip
    history.add(Step(StepKind.FAILED, said))
    wait = wait_before(now.failures + 1) if error.remedy is Remedy.TRY_AGAIN else None
    if wait is None:
        history.add(Step(StepKind.STOPPED, said))
    else:
        pause(wait.total_seconds())
