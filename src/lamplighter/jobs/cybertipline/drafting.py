"""From an operation and what a person says to a draft."""

from __future__ import annotations

import secrets

from lamplighter.evidence.two_people import account
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.drafts import Draft
from lamplighter.jobs.cybertipline.facts import Facts, read_facts
from lamplighter.jobs.cybertipline.files import files_of, holders
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.reporting.cybertipline.case import Case, Evidence, Filer
from lamplighter.reporting.cybertipline.draft import draft_report
from lamplighter.reporting.cybertipline.submission import draft as keep_draft
from lamplighter.reporting.cybertipline.xml import to_xml
from lamplighter.workspace.report_settings import ReportConfig


def draft(desk: TipDesk, operation: str, request: DraftRequest, by: str) -> Overview:
    """Fill a draft from the newest linking and keep it; an unfinished one of the operation is
    replaced. UsageError if listings of it are in a finished report already and `again` is not said;
    LamplighterError while an earlier draft is open at NCMEC.
    """
    who = account(by)
    facts = read_facts(desk.workspace, operation)
    name, prior = _name(desk, operation, facts, request.again)
    ledger = desk.workspace.ledger
    files, record = files_of(ledger, facts, request, who)
    case = _case(desk.workspace.config.report, operation, facts, request, files, prior)
    held = holders(ledger, facts.rows)
    texts = [one.sha256 for one in files if one.supplemental]
    made = Draft(
        report=name, operation=operation, headline=facts.headline, made_by=who,
        listings=facts.listings, document=to_xml(draft_report(case)).decode(), case=case,
        holders={one.sha256: tuple(held.get(one.sha256, ())) for one in files},
        record=record,
    )  # fmt: skip
    package = made.package(ledger)
    digest = package.digest()  # a file that is gone is better told before anything is replaced
    _refuse_open(desk, name)
    desk.drafts.write(made)
    assert desk.histories is not None
    keep_draft(desk.histories.of(name), package, by=who, objects=texts)
    found = desk.overview(name)
    assert found.standing.draft_digest == digest
    return found


def _case(
    config: ReportConfig, operation: str, facts: Facts, request: DraftRequest,
    files: list[Evidence], prior: tuple[int, ...],
) -> Case:  # fmt: skip
    handles = [
        f"{kind}: {value}"
        for kind, values in facts.contacts.items()
        if kind not in ("phone", "email")
        for value in values
    ]
    return Case(
        operation_id=operation, incident=request.incident, platform=config.platform,
        first_seen=facts.first_seen, last_seen=facts.last_seen, listing_urls=facts.urls,
        listings=len(facts.listings),
        filer=Filer(config.first_name, config.last_name, config.email, config.phone or None,
                    config.terms_url or None),
        accounts=facts.accounts, phones=facts.contacts.get("phone", ()),
        emails=facts.contacts.get("email", ()), handles=tuple(handles), legs=facts.legs,
        reasons=facts.reasons, children=request.victims, evidence=tuple(files),
        urgent_because=request.urgent or None, known_agency=request.agency or None,
        known_case_number=request.case_number or None, note=request.note or None,
        shared=facts.shared, prior_reports=prior,
    )  # fmt: skip


def _name(desk: TipDesk, operation: str, facts: Facts, again: bool) -> tuple[str, tuple[int, ...]]:
    """The report's name, and the numbers of finished reports that have some of its listings.

    An operation's id changes when it grows, so that ids alone do not tell that it was reported. The
    name stands in the public part of entries, and tells nothing of the operation.
    """
    listings = set(facts.listings)
    finished: list[str] = []
    numbers: list[int] = []
    for one in desk.overviews():
        done = one.standing.state == "finished"
        if one.draft.operation == operation and not done:
            return one.draft.report, tuple(numbers)
        if done and listings & set(one.draft.listings):
            finished.append(one.draft.report)
            numbers.append(one.standing.report_id or 0)
    if finished and not again:
        raise UsageError(
            "Listings of this operation are in a finished report already.",
            where=f"{finished[-1]}, CyberTipline report {numbers[-1]}",
            hint="If there is more to tell, make a further report: --again",
        )
    return f"tip-{secrets.token_hex(5)}", tuple(number for number in numbers if number)


def _refuse_open(desk: TipDesk, name: str) -> None:
    open_now = [
        one for one in desk.overviews()
        if one.draft.report == name and one.standing.state in ("submitted", "uploaded")
    ]  # fmt: skip
    if open_now:
        raise UsageError(
            "An earlier draft of this report is open at NCMEC.", where=name,
            hint="Let it be finished, or retract it first.",
        )  # fmt: skip
