"""The first person asks: what, for whom, what for, and why they think it warranted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lamplighter.console.cases.models import Case
from lamplighter.console.exports.models import Export
from lamplighter.console.leads.models import Generation, Lead, State
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.finding import of_search
from lamplighter.console.search.saved import chosen_of
from lamplighter.console.search.value import listings_of
from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.package.recipient import read_recipients
from lamplighter.foundation.errors import LamplighterError

#: Listing ids in the private part of the act that asks; the digest in it is of all.
LISTED = 100_000
_PACKAGE, _LISTINGS = Export.Kind.values
_BEGINS = ("age1", "ssh-")


@dataclass
class Wanted:
    """What an address asks to take out."""

    kind: str
    title: str
    names: list[str]
    case: Case | None = None
    leads: list[Lead] = field(default_factory=list)


class AskForm(forms.Form):
    """For whom, what for; the note is the first person's opinion and is kept from the second."""

    recipient = forms.CharField(max_length=200, label="Who receives it")
    purpose = forms.CharField(max_length=500, label="For what purpose",
                              help_text="With the reference of the warrant or request.")  # fmt: skip
    note = forms.CharField(
        max_length=5_000, label="Why you think it is warranted", widget=forms.Textarea({"rows": 3}),
        help_text="The second person reads this after giving their own opinion.",
    )  # fmt: skip
    keys = forms.CharField(
        max_length=20_000, required=False, label="The recipient's public keys",
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
        help_text="age1… or ssh-ed25519 …, one a line: only they can open the package then.",
    )  # fmt: skip

    def clean_keys(self) -> str:
        """Keys that age can encrypt to; a path is none, whatever stands in the file."""
        lines = [line.strip() for line in self.cleaned_data["keys"].splitlines() if line.strip()]
        try:
            if not all(line.startswith(_BEGINS) for line in lines):
                raise forms.ValidationError("A key begins with age1, ssh-ed25519 or ssh-rsa.")
            read_recipients(lines)
        except LamplighterError as error:
            raise forms.ValidationError(f"{error.what} ({error.where})") from error
        return "\n".join(lines)


def ask(request: HttpRequest) -> HttpResponse:
    """Show what would leave, with a form; posted, the request waits for a second person."""
    wanted = _wanted(request)
    form = AskForm(request.POST or None)
    if wanted.kind == _LISTINGS:
        del form.fields["keys"]
    if request.method == "POST" and form.is_valid():
        if wanted.names:
            return redirect("export", _keep(request, wanted, form.cleaned_data).pk)
        messages.error(request, "There is nothing to export; nothing was recorded.")
    note_read(request, "operation", [lead.pk for lead in wanted.leads])
    facts = {"wanted": wanted, "form": form, "count": len(wanted.names)}
    return render(request, "exports/ask.html", facts)


def _keep(request: HttpRequest, wanted: Wanted, said: dict[str, str]) -> Export:
    kept = Export(
        kind=wanted.kind, title=wanted.title[:600], case=wanted.case, names=wanted.names,
        operations=[lead.pk for lead in wanted.leads], recipient=said["recipient"],
        purpose=said["purpose"], keys=said.get("keys", ""), first=request.user,
        made=datetime.now(UTC), note=said["note"],
    )  # fmt: skip
    what = kept.what()
    kept.subject = subject_of(what)
    private = {**what, "subject": kept.subject, "note": kept.note, "names": kept.names[:LISTED]}
    public: dict[str, Json] = {"asks": "export", "of": kept.kind, "listings": len(kept.names)}
    act = Act("decision", kept.made, request.user.actor, public,
              orjson.dumps(private, option=orjson.OPT_SORT_KEYS))  # fmt: skip
    with transaction.atomic():
        kept.ledger_index = deployment().record([act])[0]
        kept.save()
    messages.success(request, "Asked. Nothing leaves before a second person confirms it.")
    return kept


def subject_of(what: dict[str, Any]) -> str:
    """What two people answer for: another word in any field, or another listing, is another one."""
    return "export:" + sha256(orjson.dumps(what, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _wanted(request: HttpRequest) -> Wanted:
    """From the address: a case, an operation, all about one value, or what a search finds."""
    given = request.GET
    if "case" in given:
        number = given["case"]
        case = get_object_or_404(Case, pk=number if number.isdigit() and len(number) < 10 else 0)
        leads = list(case.leads.exclude(state=State.GONE).order_by("rank"))
        return Wanted(_PACKAGE, f"case {case.pk}", _members(leads), case, leads)
    if "operation" in given:
        lead = get_object_or_404(Lead.objects.exclude(state=State.GONE), pk=given["operation"])
        return Wanted(_PACKAGE, f"operation {lead.pk}", _members([lead]), None, [lead])
    folder = _folder()
    words, chosen = given.get("words", "").replace("\x00", "").strip()[:300], chosen_of(given)
    if words or chosen:
        said = " ".join([words, *(f"{name}={value}" for name, value in chosen.items())])
        rows = of_search(folder, words, chosen)
        return Wanted(_LISTINGS, f"search {said.strip()}", [name for name, _ in rows])
    kind, value = given.get("kind", "")[:20], given.get("value", "")[:500]
    names = sorted({name for name, _ in listings_of(folder, kind, value)})
    if not names:
        raise Http404("no listing has it")
    return Wanted(_LISTINGS, f"{kind} {value}", names)


def _folder() -> Path:
    newest = Generation.newest()
    if newest is None:
        raise Http404("nothing was linked yet")
    return Path(newest.folder)


def _members(leads: list[Lead]) -> list[str]:
    if not leads:
        return []
    marks = ", ".join("?" * len(leads))
    rows = deployment().layout(_folder()).execute(
        f"SELECT listing_id FROM members WHERE operation_id IN ({marks}) ORDER BY 1",  # noqa: S608 - marks
        [lead.pk for lead in leads],
    ).fetchall()  # fmt: skip
    return [name for (name,) in rows]
