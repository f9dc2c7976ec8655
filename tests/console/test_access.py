"""Every role on every route, from the URL map itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lamplighter.console.people.roles import Role
from lamplighter.console.project.access import ROUTES, allowed

#: A value for each argument of a route.
SAMPLES = {"operation": "op-0000000000000000", "number": 999_999, "secret": "x", "pk": 999_999,
           "digest": "0" * 64, "report": "tip-x-1", "listing_id": "L1", "token": "x",
           "channel": "form", "kind": "trafficking"}  # fmt: skip


def _routes(patterns: list[Any]) -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            for name, arguments in _routes(pattern.url_patterns):
                yield space + name, [*pattern.pattern.converters, *arguments]
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", list(pattern.pattern.converters)


#: Programs come with keys; test_api.py tries them.
ALL = sorted(dict(_routes(get_resolver().url_patterns)).items())


def test_every_route_has_a_name_and_stands_in_the_table() -> None:
    assert len(ALL) > 30
    optional = {name for name in ROUTES if name.startswith(("openid_connect", "socialaccount"))}
    assert {name for name, _ in ALL} == set(ROUTES) - optional


@pytest.mark.parametrize("roles", [[], *([role.value] for role in Role)], ids=str)
def test_each_role_opens_its_routes_and_no_others(
    roles: list[str], desk: Path, sign_in: Any
) -> None:
    for name, arguments in ALL:
        if name.startswith("api:"):
            continue
        client = sign_in(*roles)
        address = reverse(name, kwargs={one: SAMPLES[one] for one in arguments})
        for send in (client.get, client.post):
            status = send(address).status_code
            if allowed(name, roles):
                assert status not in (401, 403) and status < 500, (name, roles, status)
            else:
                assert status == 403, (name, roles, status)


def test_who_is_not_signed_in_gets_to_the_door_only(desk: Path) -> None:
    for name, arguments in ALL:
        address = reverse(name, kwargs={one: SAMPLES[one] for one in arguments})
        got, posted = Client().get(address), Client().post(address)
        if ROUTES[name] is None:
            assert got.status_code != 403, name
        else:
            assert (got.status_code, posted.status_code) == (302, 403), name
            assert got["Location"].startswith("/account/login/?next="), name


def test_administrators_and_auditors_see_no_listing() -> None:
    for name in ("queue", "operation", "medium"):
        assert not allowed(name, [Role.ADMINISTRATOR]), name
        assert not allowed(name, [Role.AUDITOR]), name


def test_a_route_that_is_in_no_table_stays_shut() -> None:
    assert not allowed("new-page-of-tomorrow", [role.value for role in Role])


def test_what_is_open_to_everybody_is_named_here() -> None:
    """A page that anybody may open is a decision; a new one is written down in this test."""
    door = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "account_inactive",
            "invitation", "alive", "openid_connect_login", "openid_connect_callback",
            "socialaccount_login_cancelled", "socialaccount_login_error"}  # fmt: skip
    posters = {"statement", "statement_appeal"}
    public = {"notice_form", "notice_receipt", "help"}
    signed = {
        "coop_action",
        "coop_information",
        "coop_preservation",
    }  # each request carries a signature
    open_ = {name for name, roles in ROUTES.items() if roles is None}
    assert {
        name for name in open_ if not name.startswith("api:")
    } == door | posters | public | signed
