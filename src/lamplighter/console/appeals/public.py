"""The poster's pages: a statement, and a form to object. No account, no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from lamplighter.console.appeals.finding import TooManyError, find
from lamplighter.console.appeals.following import statement_settings
from lamplighter.console.appeals.hearing import (
    MOST_CONTACT,
    MOST_TEXT,
    HearingError,
    appeal_until,
    receive,
)
from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.reporting.statement.words import sections, title


class AppealForm(forms.Form):
    """What the poster says, and where to be told, if they like."""

    text = forms.CharField(max_length=MOST_TEXT, label="Why is the decision wrong?",
                           widget=forms.Textarea({"rows": 9}),
                           error_messages={"required": "Say why the decision is wrong."})  # fmt: skip
    contact = forms.CharField(
        max_length=MOST_CONTACT, required=False,
        label="Where should we tell you the outcome? (if you like)",
        help_text="An e-mail address, for instance. The outcome is shown at this address, too.",
    )  # fmt: skip


@require_GET
def statement(request: HttpRequest, secret: str) -> HttpResponse:
    """The statement, and what became of an appeal."""
    return _answer(request, secret, None)


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, secret: str) -> HttpResponse:
    """Take an appeal; sent twice it is the same one."""
    if request.method == "GET":
        return redirect("statement", secret)
    return _answer(request, secret, AppealForm(request.POST))


def _answer(request: HttpRequest, secret: str, form: AppealForm | None) -> HttpResponse:
    try:
        found = find(request, secret)
    except TooManyError as error:
        return too_many(request, error.seconds, "Wait, then open your link again.")
    if found is None:
        return page(request, "public/fault.html", 404, title="There is nothing here",
                     words="Check that the whole link was copied. It ends after 43 characters.")  # fmt: skip
    status = 200
    if form is not None and form.is_valid():
        try:
            receive(found, form.cleaned_data["text"], form.cleaned_data["contact"])
        except HearingError as error:
            form.add_error(None, f"{error.what} {error.hint or ''}")
        else:
            return redirect("statement", secret)
    if form is not None:
        status = 422
    return page(request, "public/statement.html", status, secret=secret, **facts_of(found),
                 form=form or AppealForm())  # fmt: skip


def facts_of(found: Issued) -> dict[str, Any]:
    """What page and API show."""
    read, until = found.read, appeal_until(found)
    held = Appeal.objects.filter(issued=found).first()
    return {
        "issued": found, "title": title(read), "until": until,
        "sections": sections(read, statement_settings(), until), "appeal": held,
        "open": held is None and until >= timezone.now(), "settings": statement_settings(),
    }  # fmt: skip


def too_many(request: HttpRequest, seconds: int, words: str) -> HttpResponse:
    """429, and how long to wait."""
    minutes = f"In {seconds // 60 + 1} minutes it works again."
    answer = page(
        request, "public/fault.html", 429, title="Too many tries", words=f"{words} {minutes}"
    )
    answer["Retry-After"] = str(seconds)
    return answer


def page(request: HttpRequest, name: str, status: int, **facts: Any) -> HttpResponse:
    """A page for somebody outside: cached by nobody, indexed by nobody, no Referer."""
    answer: HttpResponse = render(request, name, facts, status=status)
    # The address is the key: it goes into no cache, no search engine, and no Referer of others.
    # (Trap: `no-referrer` lets browsers send `Origin: null` with a form, which is then refused.)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
