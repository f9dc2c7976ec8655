"""What people do with a draft: one asks for its release, another says yes or no."""

from __future__ import annotations

from lamplighter.evidence.confirmed import confirmed_deed
from lamplighter.evidence.two_people import Deed, SecondPersonError, check_second_person
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.drafts import Draft
from lamplighter.reporting.cybertipline import submission


def ask(desk: TipDesk, report: str, *, by: str, note: str) -> Overview:
    """The first person asks. LamplighterError where NCMEC would send the draft back."""
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    package = draft.package(desk.workspace.ledger)
    submission.ask(desk.history(report), package, by=by, note=note)
    return desk.overview(report)


def decline(desk: TipDesk, report: str, *, by: str, note: str) -> Overview:
    """The second person says no; it stays a draft. SecondPersonError for the first."""
    package = desk.drafts.read(report).package(desk.workspace.ledger)
    submission.decline(desk.history(report), package, by=by, note=note)
    return desk.overview(report)


def check(desk: TipDesk, report: str, *, by: str) -> None:
    """Raise as `confirm` would, and change nothing."""
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    package = draft.package(desk.workspace.ledger)
    submission.check_asked(desk.history(report), package, by=by)


def confirm(
    desk: TipDesk, report: str, *, by: str, note: str, confirmed: int | None = None
) -> Overview:
    """The second person says yes to what was asked: released. SecondPersonError for the first.

    `confirmed` is the entry in which the two confirmed that the operation is reported, if they did.
    """
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    submission.confirm(
        desk.history(report), draft.package(desk.workspace.ledger), by=by, note=note,
        confirmed=confirmed, objects=[_kept(desk, draft)],
        service=desk.workspace.config.report.environment,
    )  # fmt: skip
    return desk.overview(report)


def release(desk: TipDesk, report: str, *, requested_by: str, approved_by: str) -> Overview:
    """Release from the command line: the second person's own deed must be in the ledger.

    That is a report of this operation that these two confirmed in the console, and that no release
    has used yet. SecondPersonError where there is none.
    """
    people = check_second_person(Deed.REPORT, requested_by, approved_by)
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    deed = confirmed_deed(desk.workspace.ledger, Deed.REPORT, draft.operation)
    if people != (deed.first, deed.second):
        raise SecondPersonError(
            "Other people than these confirmed in the console that it is to be reported.",
            where=f"entries {deed.asked} and {deed.confirmed} of the ledger",
            hint="A name on a command line is nobody's consent; name who asked and who confirmed.",
        )
    submission.release(
        desk.history(report), draft.package(desk.workspace.ledger),
        requested_by=deed.first, approved_by=deed.second, confirmed=deed.confirmed,
        objects=[_kept(desk, draft)],
        service=desk.workspace.config.report.environment,
    )  # fmt: skip
    return desk.overview(report)


def _kept(desk: TipDesk, draft: Draft) -> str:
    """What was released is kept as an object, whatever happens to the draft."""
    return desk.workspace.ledger.put_object(draft.document.encode())


def _need_complete(desk: TipDesk, draft: Draft) -> None:
    blocking = [one.sentence for one in desk.advice(draft) if one.blocks]
    if blocking:
        raise LamplighterError(
            f"NCMEC would send this report back: {blocking[0]}",
            where=draft.report,
            hint="Mend it (settings of the filer: [report] in lamplighter.toml), then draft again.",
        )
