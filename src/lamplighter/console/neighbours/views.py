"""Coop's three calls. Each is signed by Coop; without its key in `console.toml` they are not here."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from lamplighter.console.api.problems import Problem
from lamplighter.console.api.reading import parsed_object, raw_body
from lamplighter.console.neighbours import information
from lamplighter.console.neighbours.coop import (
    Named,
    read_action,
    read_information,
    read_preservation,
)
from lamplighter.console.neighbours.signature import read_key, signed_by
from lamplighter.console.project.configuration import secret_key
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act
from lamplighter.evidence.holds.hold import Scope
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.custody.holds import known_holds, place_hold
from lamplighter.screening.service import SubmissionError

_MOST = 1 << 20
#: Who acts in the ledger when Coop does.
_COOP = "coop"
_RULE = "us/cybertipline"

Reader = Callable[[dict[str, Any], bytes], dict[str, Any]]
View = Callable[[HttpRequest], HttpResponse]


def _from_coop(answer: Reader) -> View:
    """A view that answers a body which Coop signed."""

    @wraps(answer)
    def view(request: HttpRequest) -> HttpResponse:
        path = settings.CONSOLE.coop_key
        if path is None:
            raise Http404
        try:
            return _json(answer(*_body(request, path)))
        except Problem as problem:
            return problem.response()
        except SubmissionError as error:
            return Problem(422, error.what, error.hint or "", error.column).response()
        except LamplighterError as error:
            return Problem(503, error.what, error.hint or "").response()

    exempt: View = csrf_exempt(view)
    return exempt


def _body(request: HttpRequest, path: Any) -> tuple[dict[str, Any], bytes]:
    if request.method != "POST":
        raise Problem(405, "Coop posts here.", headers={"Allow": "POST"})
    body = raw_body(request, _MOST)
    if not signed_by(read_key(path), request.headers.get("Coop-Signature", ""), body):
        raise Problem(401, "This is not signed by Coop.", "Compare the key in Coop's settings.",
                      headers={"WWW-Authenticate": "Coop-Signature"})  # fmt: skip
    return parsed_object(body), body


def _json(value: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), content_type="application/json")


@_from_coop
def action(given: dict[str, Any], body: bytes) -> dict[str, Any]:
    """A decision in Coop becomes an act of moderation. Coop tries up to five times: logged once."""
    said = read_action(given)
    found = deployment().screener.moderated(
        said.item.id, action=said.action, by=_pseudonym(said.by), reason=said.reason or None,
        idempotency_key=f"coop-{hashlib.sha256(body).hexdigest()}",
    )  # fmt: skip
    return {"log_index": found.log_index, "replayed": found.replayed}


@_from_coop
def additional_info(given: dict[str, Any], _: bytes) -> dict[str, Any]:
    """What is known of users and media, before Coop files. That it was told is in the ledger."""
    people, items = read_information(given)
    database = deployment().workspace.duckdb()
    try:
        answer = {
            "users": information.users(database, people),
            "media": information.media(database, items),
            "additionalFiles": [],
            "messages": [],
        }
    finally:
        database.close()
    told = {"account": [one.id for one in people], "listing": [one.id for one in items]}
    deployment().record([
        Act("access", datetime.now(UTC), f"platform:{_COOP}",
            {"desk": "coop_information", "reads": {kind: len(ids) for kind, ids in told.items()}},
            orjson.dumps({"reads": told}, option=orjson.OPT_SORT_KEYS)),
    ])  # fmt: skip
    return answer


@_from_coop
def preservation(given: dict[str, Any], _: bytes) -> dict[str, Any]:
    """Coop filed: what it reported is held for the statute's year. A second call changes nothing."""
    user, items, report = read_preservation(given)
    workspace = deployment().workspace
    with workspace.ledger.turn:  # Coop may try again while the first call is under way
        made = {
            hold.scope: hold.hold_id
            for hold in known_holds(workspace).values()
            if hold.details.get("coop_report") == report
        }
        for scope in _scopes(user, items):
            if scope not in made:
                placed = place_hold(
                    workspace, scope, rule=_RULE, by=_COOP,
                    reason=f"CyberTipline report {report}, filed through Coop",
                    details={"coop_report": report},
                )  # fmt: skip
                made[scope] = placed["hold"]
    return {"holds": sorted(made.values())}


def _scopes(user: Named, items: list[Named]) -> list[Scope]:
    scopes = [Scope("account", (user.id,))]
    if items:
        scopes.append(Scope("listing", tuple(sorted({one.id for one in items}))))
    return scopes


def _pseudonym(address: str | None) -> str:
    """A moderator as the ledger may name one: the same address gives the same name, here only."""
    if address is None:
        return "coop-rule"
    key = secret_key(settings.CONSOLE.folder).encode()
    return "coop-" + hmac.new(key, address.strip().lower().encode(), "sha256").hexdigest()[:16]
