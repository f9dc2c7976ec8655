"""Filing what was released, taking it back, and keeping what a finished report concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.holds.read import holds_of
from lamplighter.evidence.two_people import account
from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.jobs.custody.holds import place_hold
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.service import service_of
from lamplighter.reporting.cybertipline import submission
from lamplighter.reporting.cybertipline.client import Client, ServiceError
from lamplighter.reporting.cybertipline.codes import Remedy
from lamplighter.reporting.cybertipline.steps import Step, StepKind

RULE = "us/cybertipline"
#: Times in a report are worth nothing if our clock is further off than that.
_SKEW = timedelta(minutes=10)


def file(
    desk: TipDesk, report: str, pause: Callable[[float], None],
    interrupted: Callable[[], bool] = lambda: False,
) -> Overview:  # fmt: skip
    """Bring a released report to its end from wherever it stands, then keep what it concerns.

    Returns with `stopped` where a person must look. LamplighterError if it was not released, a file
    is gone, or a clock is wrong.
    """
    with desk.filing:
        draft = desk.drafts.read(report)
        package = draft.package(desk.workspace.ledger)
        history = desk.history(report)
        state = desk.overview(report).standing.state
        opened = [name for name, untrue in desk.opened_since(draft) if untrue]
        if state == "released" and opened:
            raise LamplighterError(
                f"{opened[0]} was opened in the console since this was drafted: the report would "
                "not say the truth about who viewed it.",
                where=report, hint="Draft it again and have it released again. Nothing was filed.",
            )  # fmt: skip
        if state != "finished":
            _same_service(desk, report)
            with service_of(desk.workspace.config.report).client() as client:
                check_clock(client)
                submission.file_report(
                    client, history, package, pause, lambda: desk.wanted.is_set() or interrupted()
                )
        _keep(desk, report)
    return desk.overview(report)


def stop(desk: TipDesk, report: str, error: LamplighterError) -> None:
    """Note that a report cannot go on, for a person to look at."""
    said = {"reason": " ".join(filter(None, (error.what, error.where, error.hint))),
            "code": None, "request_id": None, "remedy": Remedy.DRAFTER.value}  # fmt: skip
    desk.history(report).add(Step(StepKind.STOPPED, said))


def resume(desk: TipDesk, report: str, *, by: str, note: str) -> None:
    """Somebody looked at why it stopped, and says what was done. Then it can be filed on."""
    if desk.overview(report).standing.stopped is not None:
        submission.resume(desk.history(report), by=account(by), note=note)


def go_on(
    desk: TipDesk, report: str | None, *, by: str, note: str, pause: Callable[[float], None]
) -> Iterator[Overview]:
    """Resume one report, or every one that is under way; UsageError if nothing was said of a stop."""
    if report is not None:
        if desk.overview(report).standing.stopped is not None and not note.strip():
            raise UsageError("This report stopped: say what was done about it.",
                             where=desk.overview(report).standing.stopped, hint="--note")  # fmt: skip
        resume(desk, report, by=by, note=note)
        yield file(desk, report, pause)
        return
    for found in desk.under_way():
        yield file(desk, found.draft.report, pause)


def retract(desk: TipDesk, report: str, *, by: str, reason: str) -> Overview:
    """Take back a report that is open at NCMEC. UsageError without a reason, LamplighterError
    once it is finished.
    """
    if not reason.strip():
        raise UsageError("A retraction needs a reason.", hint="--reason")
    desk.wanted.set()
    with desk.filing:
        desk.wanted.clear()
        package = desk.drafts.read(report).package(desk.workspace.ledger)
        _same_service(desk, report)
        with service_of(desk.workspace.config.report).client() as client:
            submission.retract(client, desk.history(report), package, by=account(by), reason=reason)
    return desk.overview(report)


def _same_service(desk: TipDesk, report: str) -> None:
    """What two people released for a trial must not become a real report by a change of settings."""
    released = [one.step.data for one in desk.overview(report).steps
                if one.step.kind is StepKind.RELEASED]  # fmt: skip
    now = desk.workspace.config.report.environment
    meant = released[-1].get("service", now) if released else now
    if meant != now:
        raise LamplighterError(
            f"This report was released for {meant}, and the workspace now files with {now}.",
            where="lamplighter.toml, [report]",
            hint="Set it back; or draft and release the report again. Nothing was sent.",
        )


def check_clock(client: Client) -> None:
    """LamplighterError if our clock and the service's differ by more than ten minutes."""
    try:
        client.status()
    except ServiceError:
        return  # filing meets it too, and keeps it
    if client.server_time is None:
        return
    off = datetime.now(UTC) - parsedate_to_datetime(client.server_time)
    if abs(off) > _SKEW:
        raise LamplighterError(
            f"This machine's clock is {abs(off).total_seconds() / 60:,.0f} minutes "
            f"{'ahead of' if off > timedelta(0) else 'behind'} the service's.",
            hint="Set the clock. Nothing was filed.",
        )


def _keep(desk: TipDesk, report: str) -> None:
    """Place the hold that a finished report asks for, once, whatever crashed in between."""
    found = desk.overview(report)
    if found.standing.state != "finished" or found.standing.hold is not None:
        return
    held = next((hold.hold_id for hold in holds_of(desk.workspace.ledger).values()
                 if hold.details.get("report") == report), None)  # fmt: skip
    if held is None:
        held = _place(desk, found)
    until = holds_of(desk.workspace.ledger)[held].until
    said = {"hold": held, "rule": RULE, "until": until.isoformat() if until else None}
    desk.history(report).add(Step(StepKind.HELD, said))


def _place(desk: TipDesk, found: Overview) -> str:
    finished = next(one.at for one in found.steps if one.step.kind is StepKind.FINISHED)
    people = found.standing.released_by
    assert people is not None
    number = str(found.standing.report_id)

    def place(scope: Scope) -> str:
        made = place_hold(
            desk.workspace, scope, rule=RULE, by=people[1], starts=finished,
            reason=f"CyberTipline report {number} is finished; placed by itself.",
            details={"report": found.draft.report, "cybertipline": number},
        )  # fmt: skip
        return str(made["hold"])

    try:
        return place(Scope("operation", (found.draft.operation,)))
    except UsageError:  # linked otherwise since: keep the listings that were reported
        return place(Scope("listing", found.draft.listings))
