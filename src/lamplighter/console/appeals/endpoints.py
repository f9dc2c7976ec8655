"""The same through the API: a statement by its token, an appeal, an account that is gone."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from lamplighter.console.api.endpoints import api
from lamplighter.console.api.keys import calling
from lamplighter.console.api.models import Scope
from lamplighter.console.api.problems import Problem
from lamplighter.console.api.reading import texts
from lamplighter.console.api.schemas import ProblemOut, act
from lamplighter.console.appeals.finding import TooManyError, find
from lamplighter.console.appeals.hearing import HearingError, account_deleted, receive
from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.console.appeals.public import facts_of

#: An appeal of 8,000 characters, in the longest encoding that JSON has for them.
_MOST = 120_000
_PROBLEMS = dict.fromkeys((400, 404, 413, 415, 422, 429, 503), ProblemOut)


class SectionOut(Schema):
    """A heading and its paragraphs, plain text."""

    heading: str
    paragraphs: list[str]


class AppealOut(Schema):
    """Where an appeal stands."""

    state: str
    received_at: str
    due: str
    decided_at: str | None
    reasons: str | None


class StatementPageOut(Schema):
    """A statement of reasons as its poster reads it."""

    statement: str
    title: str
    sections: list[SectionOut]
    appeal_until: str
    appeal: AppealOut | None


class GoneOut(Schema):
    """What an account that was deleted leaves: statements, and appeals that are still decided."""

    statements: int
    open_appeals: int


def _found(request: HttpRequest, token: str) -> Issued:
    try:
        found = find(request, token)
    except TooManyError as error:
        raise Problem(
            429, "Too many tries.", headers={"Retry-After": str(error.seconds)}
        ) from error
    if found is None:
        raise Problem(404, "There is no such statement.")
    return found


def _page(found: Issued, status: int) -> HttpResponse:
    facts = facts_of(found)
    held: Appeal | None = facts["appeal"]
    body: dict[str, Any] = {
        "statement": found.puid, "title": facts["title"],
        "sections": [{"heading": s.heading, "paragraphs": s.paragraphs} for s in facts["sections"]],
        "appeal_until": facts["until"].isoformat(),
        "appeal": held and {
            "state": held.state, "received_at": held.made.isoformat(), "due": held.due.isoformat(),
            "decided_at": held.decided.isoformat() if held.decided else None,
            "reasons": held.reasons or None,
        },
    }  # fmt: skip
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json",
                        headers={"Cache-Control": "private, no-store"})  # fmt: skip


@api.get("/statements/{token}", auth=None, url_name="statement",
         response={200: StatementPageOut, **_PROBLEMS}, openapi_extra={"security": []})  # fmt: skip
def statement(request: HttpRequest, token: str) -> HttpResponse:
    """The statement of whoever holds its token. No key."""
    return _page(_found(request, token), 200)


@api.post(
    "/statements/{token}/appeal", auth=None, url_name="appeal",
    response={200: StatementPageOut, 201: StatementPageOut, **_PROBLEMS},
    openapi_extra={**act({"text": "why the decision is wrong"}, {"contact": "where to be told"}),
                   "security": []},
)  # fmt: skip
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Object. 201: received; 200: it was there already, and stays as it was. No key."""
    found = _found(request, token)
    given = texts(request, _MOST, {"text"}, {"contact"})
    try:
        _, new = receive(found, given["text"], given.get("contact", ""))
    except HearingError as error:
        raise Problem(422, error.what, error.hint or "", column="text") from error
    return _page(found, 201 if new else 200)


@api.post(
    "/accounts/deleted", auth=calling(Scope.ACT.value), url_name="account_deleted",
    response={200: GoneOut, 401: ProblemOut, 403: ProblemOut, **_PROBLEMS},
    openapi_extra=act({"account_id": "the account that is gone"}, {}),
)  # fmt: skip
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that an account was deleted. Its open appeals are decided all the same."""
    name = texts(request, 10_000, {"account_id"}, set())["account_id"].replace("\x00", "")
    if not name:
        raise Problem(422, "account_id is empty.", column="account_id")
    statements, open_ = account_deleted(name)
    body = {"statements": statements, "open_appeals": open_}
    return HttpResponse(orjson.dumps(body), content_type="application/json")
