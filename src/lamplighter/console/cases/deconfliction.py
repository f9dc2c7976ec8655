"""Deconfliction of a case: hand out its digest list, or compare another organisation's with it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from lamplighter.console.cases.digests import Identifier, Secret, common, list_lines, read_list
from lamplighter.console.cases.models import Case
from lamplighter.console.leads.models import Generation
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act
from lamplighter.evidence.confirmed import Confirmed, confirmed_deed
from lamplighter.evidence.two_people import Deed, SecondPersonError
from lamplighter.foundation.errors import LamplighterError

#: Compared in one request; each takes some 20 ms.
_MOST = 2_000


def deconflict(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a list would hold and whether two confirmed it; hand it out; compare one."""
    case = get_object_or_404(Case, pk=number)
    confirmed, missing = _confirmed(case)
    identifiers = _identifiers([lead.pk for lead in case.leads.all()])
    facts: dict[str, Any] = {
        "case": case, "missing": missing, "count": len(identifiers),
        "leaving": len(_identifiers([one.subject for one in confirmed])),
        "offered": secrets.token_urlsafe(24),
    }  # fmt: skip
    if request.method == "POST":
        try:
            secret = Secret.agreed(request.POST.get("secret", ""))
            if request.POST.get("what") == "export":
                return _export(request, case, secret, confirmed, missing)
            facts["both"] = _compare(request, case, secret, identifiers)
        except LamplighterError as error:
            said = " ".join(part for part in (error.what, error.where, error.hint) if part)
            messages.error(request, said)
    return render(request, "cases/deconflict.html", facts)


def _confirmed(case: Case) -> tuple[list[Confirmed], list[str]]:
    """The confirmed exports of its operations, and operations that have none."""
    found, missing = [], []
    for lead in case.leads.order_by("rank"):
        try:
            found.append(
                confirmed_deed(deployment().workspace.ledger, Deed.EXPORT, lead.pk, once=False)
            )
        except SecondPersonError:
            missing.append(lead.pk)
    return found, missing


def _identifiers(operations: list[str]) -> list[Identifier]:
    """What names a contact of these operations; what half the site uses is left out."""
    newest = Generation.newest()
    if newest is None or not operations:
        return []
    marks = ", ".join("?" * len(operations))
    rows = deployment().layout(Path(newest.folder)).execute(
        "SELECT DISTINCT i.kind, i.value FROM (SELECT unnest(identifiers) AS i FROM members "  # noqa: S608 - marks
        f"WHERE operation_id IN ({marks})) WHERE NOT i.hub AND i.kind <> 'domain' ORDER BY ALL",
        operations,
    ).fetchall()  # fmt: skip
    return [(kind, value) for kind, value in rows]


def _export(
    request: HttpRequest, case: Case, secret: Secret, confirmed: list[Confirmed], missing: list[str]
) -> StreamingHttpResponse:
    if missing or not confirmed:
        raise SecondPersonError(
            "A digest list leaves the house: an export of each operation takes two persons.",
            where=", ".join(missing[:5]),
            hint="Ask for it on the operation page.",
        )
    identifiers = _identifiers([one.subject for one in confirmed])
    private = {"identifiers": [f"{kind}:{value}" for kind, value in identifiers]}
    public = {"about": "deconfliction", "case": case.pk, "digests": len(identifiers),
              "confirmations": [one.confirmed for one in confirmed]}  # fmt: skip
    deployment().record(
        [Act("export", datetime.now(UTC), request.user.actor, public, orjson.dumps(private))]
    )
    answer = StreamingHttpResponse(list_lines(secret, identifiers), content_type="text/plain")
    answer["Content-Disposition"] = f'attachment; filename="case-{case.pk}-digests.txt"'
    return answer


def _compare(
    request: HttpRequest, case: Case, secret: Secret, identifiers: list[Identifier]
) -> list[Identifier]:
    """Ours that are in the uploaded list. Logged: how many, and in private which."""
    file = request.FILES.get("list")
    if file is None:
        raise LamplighterError("Choose the other organisation's list.")
    if len(identifiers) > _MOST:
        raise LamplighterError(
            f"The case has {len(identifiers):,} identifiers; {_MOST:,} are compared at once.",
            hint="Make a case of fewer operations.",
        )
    theirs = read_list(file.read(8_000_001), secret)
    both = common(secret, theirs, identifiers)
    note_read(request, "identifier", [f"{kind}:{value}" for kind, value in both])
    private = {"both": [f"{kind}:{value}" for kind, value in both]}
    public = {"about": "case", "event": "compared", "case": case.pk, "theirs": len(theirs),
              "ours": len(identifiers), "both": len(both)}  # fmt: skip
    deployment().record(
        [Act("note", datetime.now(UTC), request.user.actor, public, orjson.dumps(private))]
    )
    return both
