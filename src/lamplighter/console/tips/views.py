"""Pages of reports: all of them, a form, one with everything that goes to NCMEC."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lamplighter.console.leads.models import Lead
from lamplighter.console.people.models import Person
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.cards import Medium
from lamplighter.console.tips.desk import tip_desk
from lamplighter.console.tips.forms import VIEWED, DraftForm, said_before
from lamplighter.console.wellbeing.kinds import media_type
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline import drafting
from lamplighter.jobs.cybertipline.desk import Overview
from lamplighter.jobs.cybertipline.files import LISTINGS
from lamplighter.jobs.cybertipline.service import banner
from lamplighter.jobs.cybertipline.telling import WHO, history_told, remedy, told
from lamplighter.reporting.cybertipline.steps import StepKind

_DEEDS = ("tip_ask", "tip_second", "tip_resume", "tip_retract", "tip_casefile")
_MOST_SHOWN = 50
_FIRST = {"stopped": 0, "release asked": 1}


def found_or_404(report: str) -> Overview:
    """The report, or no page."""
    try:
        return tip_desk().overview(report)
    except LamplighterError as error:  # the list says which one is damaged
        raise Http404(error.what) from error


def names_of(actors: set[str]) -> dict[str, str]:
    """What people are called here, by their name in the ledger."""
    numbers = {one.removeprefix("user:") for one in actors}
    people = Person.objects.filter(pk__in=[one for one in numbers if one.isdigit()])
    return {one.actor: one.username for one in people}


@require_GET
def tips(request: HttpRequest) -> HttpResponse:
    """All reports: what waits for somebody first, then the newest."""
    held = tip_desk().overviews()[::-1]
    held.sort(key=lambda one: _FIRST.get(one.state, 2))
    rows = [(one, told(one)) for one in held]
    for fault in tip_desk().faults.values():
        messages.error(request, fault)
    note_read(request, "operation", [one.draft.operation for one, _ in rows])
    facts = {"rows": rows, "banner": _banner()}
    return render(request, "tips/tips.html", facts)


def draft(request: HttpRequest, operation: str) -> HttpResponse:
    """The form; posted, a draft filled from the operation."""
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.draft(tip_desk(), operation, form.request(), request.user.actor)
        except LamplighterError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Drafted. Nothing is sent before two people release it.")
            return redirect("tip", made.draft.report)
    lead = Lead.objects.filter(pk=operation).first()
    if lead is None:
        raise Http404("no such operation")
    earlier = [(one, told(one)) for one in tip_desk().overviews()
               if one.draft.operation == operation]  # fmt: skip
    note_read(request, "operation", [operation])
    facts = {"lead": lead, "form": form, "earlier": earlier, "banner": _banner()}
    return render(request, "tips/draft.html", facts)


@require_GET
def tip(request: HttpRequest, report: str) -> HttpResponse:
    """Everything that would be sent, what it lacks, where it stands, what this person may do."""
    found = found_or_404(report)
    held, now = found.draft, found.standing
    case = held.case
    note_read(request, "operation", [held.operation])
    note_read(request, "identifier", [f"phone:{one}" for one in case.phones])
    note_read(request, "identifier", [f"email:{one}" for one in case.emails])
    actor = request.user.actor
    waits = found.state == "release asked"
    people = names_of({str(one.step.data.get(key, "")) for one in found.steps
                       for key in ("by", "requested_by", "approved_by")})  # fmt: skip
    advice = tip_desk().advice(held)
    facts: dict[str, Any] = {
        "found": found, "draft": held, "case": case, "now": now, "told": told(found),
        "banner": _banner(), "advice": advice, "blocked": any(one.blocks for one in advice),
        "schema": "NCMEC's own" if tip_desk().schema_path.parent == tip_desk().folder
        else "the reconstruction that ships",
        "accounts": case.accounts[:_MOST_SHOWN], "urls": case.listing_urls[:_MOST_SHOWN],
        "story": _story(held.document), "files": _files(found), "viewed": VIEWED,
        "form": DraftForm(initial=said_before(held)),
        "history": _history(found, people, hide=waits and now.asked_by != actor),
        "people": people, "asker": people.get(now.asked_by or "", now.asked_by),
        "own": now.asked_by == actor, "waits": waits,
        "may": {route: allowed(route, request.user.roles) for route in _DEEDS},
        "changes": found.state in ("draft", "release asked", "released", "retracted", "stopped")
        and now.state not in ("submitted", "uploaded"),
        "moves": now.state in ("released", "submitted", "uploaded") and now.stopped is None,
        "opened": now.state in ("submitted", "uploaded"),
        "two": [people.get(one, one) for one in now.released_by or ()],
        "who": WHO.get(remedy(found), ""), "until": _until(found),
        "lead": Lead.objects.filter(pk=held.operation).first(),
    }  # fmt: skip
    return render(request, "tips/tip.html", facts)


@require_GET
def document(request: HttpRequest, report: str) -> HttpResponse:
    """The XML as it would be sent."""
    found = found_or_404(report)
    note_read(request, "operation", [found.draft.operation])
    answer = HttpResponse(found.draft.document, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{report}.xml"'
    return answer


@require_GET
def listings(request: HttpRequest, report: str) -> HttpResponse:
    """The listings' words, as the text file that goes with the report."""
    found = found_or_404(report)
    files = [one for one in found.draft.case.evidence if one.name == LISTINGS and one.supplemental]
    if not files:
        raise Http404("it does not go with this report")
    path = deployment().workspace.ledger.object_path(files[0].sha256)
    if not path.is_file():
        raise Http404("the file is gone")
    note_read(request, "listing", found.draft.listings)
    note_read(request, "uncovered", [files[0].sha256])
    return HttpResponse(path.read_bytes(), content_type="text/plain; charset=utf-8")


def _banner() -> dict[str, str]:
    config = deployment().workspace.config.report
    return {"environment": config.environment, "words": banner(config)}


def _story(written: str) -> str:
    """What stands in the report's own `additionalInfo`, the last element."""
    from lamplighter.reporting.cybertipline.xml import safe_parse

    return str(safe_parse(written.encode()).findtext("additionalInfo") or "")


def _files(found: Overview) -> list[dict[str, Any]]:
    ledger = deployment().workspace.ledger
    out = []
    for place, one in enumerate(found.draft.case.evidence):
        path = ledger.object_path(one.sha256)
        there = path.is_file()
        kind = media_type(path) if there else ""
        sent = found.standing.sent.get(place)
        out.append({
            "file": one, "there": there, "bytes": path.stat().st_size if there else 0,
            "medium": Medium(one.sha256, kind.startswith("video/")) if kind else None,
            "text": one.supplemental and one.name == LISTINGS,
            "sent": "described" if sent and sent.described else "sent" if sent else "",
        })  # fmt: skip
    return out


def _history(found: Overview, people: dict[str, str], *, hide: bool) -> list[dict[str, Any]]:
    """Steps in words. `hide`: the first person's reasons, until this person has said theirs."""
    out = []
    for one, words in zip(found.steps, history_told(found), strict=True):
        note = str(one.step.data.get("note") or one.step.data.get("reason") or "")
        if one.step.kind in (StepKind.FAILED, StepKind.STOPPED):
            note = ""  # in the words already
        said = words["words"]
        for actor, name in people.items():
            said = said.replace(actor, name)
        hidden = hide and one.step.kind is StepKind.ASKED
        out.append({**words, "words": said, "note": "" if hidden else note})
    return out


def _until(found: Overview) -> str:
    held = [one.step.data for one in found.steps if one.step.kind is StepKind.HELD]
    return str(held[-1].get("until") or "")[:10] if held else ""
