"""Filing a released report: a state machine that may be killed anywhere and never files twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any, Protocol

from lamplighter.evidence.two_people import Deed, account, check_second_person
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.cybertipline.client import Client, ServiceError
from lamplighter.reporting.cybertipline.codes import (
    ALREADY_FINISHED,
    NO_SUCH_REPORT,
    OPENED_BUT_RETRACTED,
    Remedy,
    wait_before,
)
from lamplighter.reporting.cybertipline.file_details import FileDetails
from lamplighter.reporting.cybertipline.steps import Standing, Step, StepKind, standing
from lamplighter.reporting.cybertipline.xml import to_xml

#: NCMEC names a file in its answer alone. Where that is lost, what arrived can be neither asked for
#: nor described nor taken back by itself; so whoever reads the report is told.
_TWICE = (
    "The answer to an earlier upload of this file was lost, so that this report may have it twice. "
    "A file without details that has the same hash is this one, and what is said here is true of it."
)


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
        """SHA-256 over all that two people agreed to send. LamplighterError if a file is gone."""
        whole = hashlib.sha256(hashlib.sha256(self.document).digest())
        for attachment in self.attachments:
            with _opened(attachment) as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
            whole.update(hashlib.sha256(to_xml(attachment.details)).digest())
        return whole.hexdigest()


def _opened(attachment: Attachment) -> BufferedReader:
    try:
        return attachment.path.open("rb")
    except OSError as error:
        raise LamplighterError(
            f"A file of this report cannot be read: {error.strerror}.",
            where=f"{attachment.name} ({attachment.path})",
            hint="Restore it from a backup, or draft the report again without it. It was not sent.",
        ) from error


def draft(history: History, package: Package, *, by: str, **facts: Any) -> None:
    """Keep a draft; it takes the place of an earlier one, and of its release.

    `facts` (JSON) are kept with the step. Raises LamplighterError while an earlier one is with NCMEC.
    """
    now = _now(history, package)
    if now.state in ("submitted", "uploaded"):
        raise LamplighterError(
            "An earlier draft of this report is open at NCMEC.",
            hint="Let it be finished, or retract it first.",
        )
    if now.state == "finished":
        raise LamplighterError("This report is finished.", hint="Make a new report.")
    history.add(Step(StepKind.DRAFTED, facts | {"by": by, "digest": package.digest()}))


def ask(history: History, package: Package, *, by: str, note: str) -> None:
    """The first person asks that the draft be released, and says why."""
    _need_draft(history, package)
    facts = {"by": account(by), "digest": package.digest(), "note": note}
    history.add(Step(StepKind.ASKED, facts))


def decline(history: History, package: Package, *, by: str, note: str) -> None:
    """The second person says no: the draft stays one. Raises SecondPersonError for the first."""
    now = _asked(history, package)
    _, other = check_second_person(Deed.REPORT, now.asked_by or "", by)
    history.add(Step(StepKind.DECLINED, {"by": other, "note": note}))


def confirm(history: History, package: Package, *, by: str, **facts: Any) -> None:
    """The second person says yes to what the first one asked for: it is released.

    Raises LamplighterError where it has changed since, SecondPersonError for the first person.
    """
    first = check_asked(history, package, by=by)
    release(history, package, requested_by=first, approved_by=by, **facts)


def check_asked(history: History, package: Package, *, by: str) -> str:
    """Who asked for just this; raises as `confirm` does."""
    now = _asked(history, package)
    first, _ = check_second_person(Deed.REPORT, now.asked_by or "", by)
    if now.asked_digest != package.digest():
        raise LamplighterError(
            "The draft is not what the first person asked for.", hint="Have it asked for again."
        )
    return first


def resume(history: History, *, by: str, note: str) -> None:
    """Go on after a stop: somebody looked, and says what was done about it."""
    history.add(Step(StepKind.RESUMED, {"by": by, "note": note}))


def release(
    history: History, package: Package, *, requested_by: str, approved_by: str, **facts: Any
) -> None:
    """Two people let a draft go. Raises SecondPersonError where they are one."""
    asker, other = check_second_person(Deed.REPORT, requested_by, approved_by)
    _need_draft(history, package)
    people = {"requested_by": asker, "approved_by": other}
    history.add(Step(StepKind.RELEASED, facts | people | {"digest": package.digest()}))


def _need_draft(history: History, package: Package) -> None:
    state = _now(history, package).state
    if state != "draft":
        raise LamplighterError(
            "There is no draft to release.", where=f"the report is {state}",
            hint="Make a draft first.",
        )  # fmt: skip


def _asked(history: History, package: Package) -> Standing:
    now = _now(history, package)
    if now.asked_by is None:
        raise LamplighterError(
            "Nobody asks for the release of this report.",
            hint="One person asks, another confirms.",
        )
    return now


def file_report(
    client: Client, history: History, package: Package, pause: Callable[[float], None],
    interrupted: Callable[[], bool] = lambda: False,
) -> Standing:  # fmt: skip
    """Bring a released report to its end from wherever it stands, and say where that is.

    `pause` is given the seconds to wait before the next try. `interrupted` is asked between calls:
    where it says yes, the report stays as it stands. Returns with `stopped` set where a
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
        if interrupted():
            break
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
        if error.code == ALREADY_FINISHED:  # the answer to finish was lost
            history.add(Step(StepKind.FINISHED, {"answer_lost": True}))
            raise LamplighterError(
                "NCMEC says that this report is finished: it cannot be retracted.",
                hint="Write to NCMEC about it.",
            ) from error
        # A report that NCMEC does not know cannot be finished by anybody either.
        if error.code not in (OPENED_BUT_RETRACTED, NO_SUCH_REPORT):
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
            try:
                file_id, md5 = client.upload(now.report_id, attachment.path, attachment.name)
                _compare(attachment.path, md5)
            except OSError as error:  # it vanished since the release was checked
                raise ServiceError(
                    f"the file {attachment.name} cannot be read: {error.strerror}",
                    remedy=Remedy.DRAFTER,
                ) from error
            history.add(Step(StepKind.UPLOADED, {"file": place, "file_id": file_id}))
            return
        if not sent.described:
            said = attachment.details
            details = replace(said, report_id=now.report_id, file_id=sent.file_id)
            if now.tries.get(place, 0) > 1:
                details = replace(details, additional_info=(*said.additional_info, _TWICE))
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
