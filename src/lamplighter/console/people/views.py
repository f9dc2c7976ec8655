"""Accounts: invitations used by anyone who holds one, people managed by administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lamplighter.console.people.models import VALID, Invitation, Person
from lamplighter.console.people.roles import DUTIES, Role
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act

_CHOICES = [(role.value, f"{name}: {duty}") for role, (name, duty) in DUTIES.items()]


class AccountForm(forms.Form):
    """A name to sign in with, and a password twice."""

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{2,40}\Z", label="Name to sign in with",
        error_messages={"invalid": "Two to forty letters, digits, dots or dashes."},
    )  # fmt: skip
    password1 = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Twelve characters or more.",
    )
    password2 = forms.CharField(
        label="Password again", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both alike, good enough, and a name that is free."""
        data: dict[str, Any] = super().clean()
        name, one = data.get("username"), data.get("password1")
        if name and Person.objects.filter(username__iexact=name).exists():
            self.add_error("username", "This name is taken.")
        if one and one != data.get("password2"):
            self.add_error("password2", "The two passwords differ.")
        elif one:
            try:
                validate_password(one, Person(username=name or ""))
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class RolesForm(forms.Form):
    """Which roles."""

    roles = forms.MultipleChoiceField(
        choices=_CHOICES, widget=forms.CheckboxSelectMultiple, label="Roles"
    )
    active = forms.BooleanField(required=False, initial=True, label="May sign in")


def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Make the account that an invitation is for, and sign it in."""
    found = Invitation.find(secret)
    if found is None:
        return render(request, "people/invitation_spent.html", {"hours": VALID}, status=404)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            held = Invitation.objects.select_for_update().get(pk=found.pk)
            if held.used_by_id is not None:
                return redirect("account_login")
            person = Person(username=form.cleaned_data["username"], roles=held.roles)
            person.set_password(form.cleaned_data["password1"])
            person.save()
            held.used_by = person
            held.save()
            _log(person.actor, "joined", person, held.roles)
        return perform_login(request, Login(user=person))
    duties = [DUTIES[Role(role)] for role in found.roles]
    return render(request, "people/invitation.html", {"form": form, "duties": duties})


def people(request: HttpRequest) -> HttpResponse:
    """Everyone with an account, and a form to invite."""
    return render(
        request,
        "people/people.html",
        {"people": Person.objects.order_by("username"), "form": RolesForm(initial={"roles": []})},
    )


def people_invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation; its link is shown once."""
    form = RolesForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        messages.error(request, "Choose at least one role.")
        return redirect("people")
    made, secret = Invitation.invite(form.cleaned_data["roles"], request.user)
    _log(request.user.actor, "invited", None, made.roles)
    link = request.build_absolute_uri(f"/invitation/{secret}")
    return render(request, "people/invited.html", {"link": link, "made": made, "hours": 72})


def person(request: HttpRequest, number: int) -> HttpResponse:
    """Roles of one person, and whether they may sign in. Nobody changes their own."""
    found = get_object_or_404(Person, pk=number)
    mine = found.pk == request.user.pk
    form = RolesForm(
        request.POST or None, initial={"roles": found.roles, "active": found.is_active}
    )
    if request.method == "POST":
        if mine:
            messages.error(request, "Nobody changes their own roles; another administrator can.")
        elif form.is_valid():
            found.roles = form.cleaned_data["roles"]
            found.is_active = form.cleaned_data["active"]
            found.save()
            event = "roles" if found.is_active else "barred"
            _log(request.user.actor, event, found, found.roles)
            messages.success(request, f"Saved for {found.username}.")
            return redirect("people")
    return render(request, "people/person.html", {"found": found, "form": form, "mine": mine})


def _log(actor: str, event: str, whom: Person | None, roles: list[str]) -> None:
    public = {"event": event, "whom": whom.actor if whom else None, "roles": list(roles)}
    deployment().record(
        [
            Act(
                kind="note",
                time=datetime.now(UTC),
                actor=actor,
                public={"about": "people", **public},
            )
        ]
    )
