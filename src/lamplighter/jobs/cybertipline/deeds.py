"""What people do with a draft: one asks for its release, another says yes or no."""

from __future__ import annotations

from lamplighter.evidence.two_people import Deed, account, confirmed_deed
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.drafts import Draft
from lamplighter.reporting.cybertipline import submission
from lamplighter.reporting.cybertipline.steps import StepKind


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


def confirm(desk: TipDesk, report: str, *, by: str, note: str) -> Overview:
    """The second person says yes to what was asked: released. SecondPersonError for the first."""
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    submission.confirm(
        desk.history(report), draft.package(desk.workspace.ledger), by=by, note=note,
        objects=[_kept(desk, draft)],
    )  # fmt: skip
    return desk.overview(report)


def release(desk: TipDesk, report: str, *, requested_by: str, approved_by: str) -> Overview:
    """Release from the command line: the second person's own deed must be in the ledger.

    That is a report of this operation confirmed in the console, after it was last reported.
    SecondPersonError where there is none, or the two are one.
    """
    draft = desk.drafts.read(report)
    _need_complete(desk, draft)
    last = max((_finished_at(one) for one in desk.overviews()
                if one.draft.operation == draft.operation), default=-1)  # fmt: skip
    deed = confirmed_deed(
        desk.workspace.ledger, Deed.REPORT, draft.operation, requested_by, approved_by, after=last
    )
    submission.release(
        desk.history(report), draft.package(desk.workspace.ledger),
        requested_by=account(requested_by), approved_by=account(approved_by), deed=deed,
        objects=[_kept(desk, draft)],
    )  # fmt: skip
    return desk.overview(report)


def _kept(desk: TipDesk, draft: Draft) -> str:
    """What was released is kept as an object, whatever happens to the draft."""
    return desk.workspace.ledger.put_object(draft.document.encode())


def _finished_at(one: Overview) -> int:
    entries = [step.entry for step in one.steps if step.step.kind is StepKind.FINISHED]
    return max((entry for entry in entries if entry is not None), default=-1)


def _need_complete(desk: TipDesk, draft: Draft) -> None:
    blocking = [one.sentence for one in desk.advice(draft) if one.blocks]
    if blocking:
        raise LamplighterError(
            f"NCMEC would send this report back: {blocking[0]}",
            where=draft.report,
            hint="Mend it (settings of the filer: [report] in lamplighter.toml), then draft again.",
        )
