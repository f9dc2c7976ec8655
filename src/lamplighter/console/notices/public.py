"""Pages for the public: a notice, its receipt, and help. No account, no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from lamplighter.console.appeals.following import statement_settings
from lamplighter.console.appeals.hearing import clean
from lamplighter.console.appeals.limits import address_of, note_miss, wait_after_misses
from lamplighter.console.appeals.public import page, too_many
from lamplighter.console.appeals.tokens import digest_of
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import SlowError, take, token_for
from lamplighter.reporting.notice.notice import (
    MOST_EMAIL,
    MOST_EXPLANATION,
    MOST_LISTING,
    MOST_NAME,
    WORDS,
    Channel,
    Kind,
    Notice,
    lacks,
)
from lamplighter.reporting.notice.referral import of_country


class _Words(forms.Form):
    """Fields that both forms have. What is needed is said by `lacks`, not by the fields."""

    listing = forms.CharField(required=False, max_length=MOST_LISTING)
    explanation = forms.CharField(required=False, max_length=MOST_EXPLANATION,
                                  widget=forms.Textarea({"rows": 8}))  # fmt: skip
    name = forms.CharField(required=False, max_length=MOST_NAME, label="Your name",
                           widget=forms.TextInput({"autocomplete": "name"}))  # fmt: skip
    email = forms.CharField(required=False, max_length=MOST_EMAIL, label="Your e-mail address",
                            widget=forms.EmailInput({"autocomplete": "email"}))  # fmt: skip

    channel = Channel.PUBLIC

    def clean(self) -> dict[str, Any]:
        """Say what is missing, where it is missing."""
        said = super().clean()
        if not self.errors:
            for name, words in lacks(self.notice(said)).items():
                self.add_error(name, words)
        return dict(self.cleaned_data)

    def notice(self, said: dict[str, Any]) -> Notice:
        """As the form says."""
        words = {
            name: clean(said.get(name, ""), 100_000)
            for name in ("listing", "explanation", "name", "email")
        }
        return Notice(
            kind=Kind(said.get("kind") or Kind.CONTROL), channel=self.channel,
            good_faith=bool(said.get("good_faith")), **words,
        )  # fmt: skip


class NoticeForm(_Words):
    """DSA art. 16(2)."""

    kind = forms.ChoiceField(
        choices=[("", "choose"), *WORDS.items()], label="What is it?",
        error_messages={"required": "Choose what it is."},
    )  # fmt: skip
    good_faith = forms.BooleanField(
        required=False,
        label="I believe in good faith that what I say here is accurate and complete.",
    )
    field_order = ("kind", "listing", "explanation", "name", "email", "good_faith")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["listing"].label = "Where is it?"
        self.fields["listing"].help_text = "The exact address of the listing, or its number."
        self.fields["explanation"].label = "What is wrong, and why do you think so?"
        self.fields["name"].help_text = self.fields["email"].help_text = (
            "Not needed where a child may be abused."
        )


class HelpForm(_Words):
    """For victims and families: nothing has to be said but what one wants to say."""

    field_order = ("explanation", "listing", "name", "email")
    channel = Channel.HELP

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["explanation"].label = "What would you like to tell us?"
        self.fields["listing"].label = "If there is a listing: its address or number"
        self.fields["name"].label = "What may we call you? (if you like)"
        self.fields["email"].label = "How can we reach you safely by e-mail? (if you like)"
        self.fields["email"].help_text = "Leave it empty if somebody else may read your mail."


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """The form of the public."""
    first = {"listing": request.GET.get("listing", "")[:MOST_LISTING]}
    form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm(initial=first)
    return _taken(request, form, "public/notice.html", {})


@require_http_methods(["GET", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    """Lines that help first, then a form."""
    form = HelpForm(request.POST) if request.method == "POST" else HelpForm()
    code = request.GET.get("country", "").upper()[:2]
    return _taken(request, form, "public/help.html", {"countries": of_country(code)})


def _taken(request: HttpRequest, form: _Words, name: str, facts: dict[str, Any]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            told, _ = take(form.notice(form.cleaned_data), address_of(request))
        except SlowError as error:
            form.add_error(None, "Many messages came from your network, so this one was not taken yet. "
                           "Your words are below: send them again in a minute.")  # fmt: skip
            answer = _form(request, form, name, 429, facts)
            answer["Retry-After"] = str(error.seconds)
            return answer
        return redirect("notice_receipt", token_for(told))
    return _form(request, form, name, 422 if request.method == "POST" else 200, facts)


def _form(request: HttpRequest, form: _Words, name: str, status: int, facts: dict[str, Any]) -> HttpResponse:  # fmt: skip
    platform = statement_settings().platform
    return page(request, name, status, form=form, platform=platform, **facts)


@require_GET
def receipt(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of a notice."""
    address = address_of(request)
    if wait := wait_after_misses(address):
        return too_many(request, wait, "Wait, then open your link again.")
    told = Told.objects.filter(digest=digest_of(secret)).first()
    if told is None:
        note_miss(address)
        return page(request, "public/fault.html", 404, title="There is nothing here",
                    words="Check that the whole link was copied.")  # fmt: skip
    settings = statement_settings()
    return page(request, "public/receipt.html", 200, told=told, platform=settings.platform,
                elsewhere=settings.clocks.elsewhere, help=told.channel == Channel.HELP,
                clock=settings.clocks["notice"], countries=of_country(""))  # fmt: skip
