"""The endpoints. Everything a caller sends is logged before it is judged."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema

from lamplighter.console.api.keys import calling
from lamplighter.console.api.models import Scope
from lamplighter.console.api.problems import CONTENT_TYPE, Problem
from lamplighter.console.api.reading import idempotency_key, json_body, object_body, texts
from lamplighter.console.api.schemas import (
    LISTING,
    MOST_BATCH,
    MOST_LISTINGS,
    MOST_ONE,
    BatchOut,
    DecisionOut,
    LoggedOut,
    ProblemOut,
    StatusOut,
    act,
    body,
)
from lamplighter.console.api.webhooks import tell
from lamplighter.console.record.deployment import deployment
from lamplighter.foundation.errors import LamplighterError
from lamplighter.screening.decision import Decision
from lamplighter.screening.service import Acknowledged, SubmissionError

_PROBLEMS = dict.fromkeys((400, 401, 403, 413, 415, 422, 429, 503), ProblemOut)


class Api(NinjaAPI):
    """Problems have their own content type, also in the document."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """As ninja makes it, with problem+json where an answer is a problem."""
        made = super().get_openapi_schema(**given)
        for path in made["paths"].values():
            for operation in path.values():
                for status, answer in operation.get("responses", {}).items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[CONTENT_TYPE] = content.pop("application/json")
                operation.setdefault("security", [{"key": []}])
        made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        return made


api = Api(
    title="Lamplighter", version="1", urls_namespace="api", docs_url=None,
    description="Submit listings for a decision; say what was published and moderated.",
)  # fmt: skip


def _json(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/json")


def problem_of(error: Problem | LamplighterError) -> Problem:
    """How an error is told to a program."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, SubmissionError):
        clash = error.column == "idempotency_key" and "another request" in error.what
        return Problem(409 if clash else 422, error.what, error.hint or "", error.column)
    return Problem(503, error.what, error.hint or "", headers={"Retry-After": "5"})


@api.exception_handler(Problem)
@api.exception_handler(LamplighterError)
def _problem(_: HttpRequest, error: Problem | LamplighterError) -> HttpResponse:
    return problem_of(error).response()


@api.exception_handler(HttpError)
def _http(_: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(error.status_code, str(error)).response()


@api.post(
    "/listings", auth=calling(Scope.SUBMIT.value), openapi_extra=body(LISTING),
    response={200: DecisionOut, 409: ProblemOut, **_PROBLEMS}, url_name="submit",
)  # fmt: skip
def submit(request: HttpRequest) -> HttpResponse:
    """Submit a listing: it is logged, then decided. `outcome` is publish, hold or refuse."""
    listing = object_body(request, MOST_ONE)
    decision = deployment().screener.submit(listing, idempotency_key(request))
    _tell(decision)
    return _json(decision)


@api.post(
    "/batches", auth=calling(Scope.SUBMIT.value), url_name="batch",
    response={200: BatchOut, **_PROBLEMS},
    openapi_extra=body({
        "type": "object", "required": ["listings"], "additionalProperties": False,
        "properties": {"listings": {"type": "array", "maxItems": MOST_LISTINGS, "items": LISTING}},
    }),
)  # fmt: skip
def batch(request: HttpRequest) -> HttpResponse:
    """Submit up to 10,000 listings; an `idempotency_key` beside a listing's columns is its key."""
    given = json_body(request, MOST_BATCH)
    listings = given.get("listings") if isinstance(given, dict) and len(given) == 1 else None
    if not isinstance(listings, list):
        raise Problem(422, 'The body is {"listings": [ … ]}.', column="listings")
    if len(listings) > MOST_LISTINGS:
        raise Problem(422, f"A batch has at most {MOST_LISTINGS:,} listings.", column="listings")
    pairs = []
    for one in listings:
        key = one.pop("idempotency_key", None) if isinstance(one, dict) else None
        pairs.append((one, key))
    answers: list[Decision | dict[str, Any]] = []
    for answer in deployment().screener.submit_batch(pairs):
        if isinstance(answer, Decision):
            _tell(answer)
            answers.append(answer)
        else:
            answers.append(problem_of(answer).body())
    return _json({"answers": answers})


_LOGGED = {200: LoggedOut, 409: ProblemOut, **_PROBLEMS}


def _logged(found: Acknowledged) -> HttpResponse:
    return _json(asdict(found))


@api.post(
    "/listings/{listing_id}/published", auth=calling(Scope.ACT.value), response=_LOGGED,
    url_name="published",
    openapi_extra=act({"text": "as shown"}, {"title": "as shown", "at": "ISO 8601"}),
)  # fmt: skip
def published(request: HttpRequest, listing_id: str) -> HttpResponse:
    """Say what the platform showed. It is compared with what was received; nothing is edited."""
    given = texts(request, MOST_ONE, {"text"}, {"title", "at"})
    return _logged(
        deployment().screener.published(
            listing_id, text=given["text"], title=given.get("title"), at=given.get("at"),
            idempotency_key=idempotency_key(request),
        )
    )  # fmt: skip


@api.post(
    "/listings/{listing_id}/moderation", auth=calling(Scope.ACT.value), response=_LOGGED,
    url_name="moderation",
    openapi_extra=act({"action": "what was done", "by": "pseudonym of who did it"},
                      {"at": "ISO 8601", "reason": "why"}),
)  # fmt: skip
def moderation(request: HttpRequest, listing_id: str) -> HttpResponse:
    """Say what a moderator did."""
    given = texts(request, MOST_ONE, {"action", "by"}, {"at", "reason"})
    return _logged(
        deployment().screener.moderated(
            listing_id, action=given["action"], by=given["by"], at=given.get("at"),
            reason=given.get("reason"), idempotency_key=idempotency_key(request),
        )
    )  # fmt: skip


@api.post(
    "/listings/{listing_id}/notices", auth=calling(Scope.ACT.value), response=_LOGGED,
    url_name="notice",
    openapi_extra=act({"reason": "in the user's words"}, {"by": "pseudonym", "at": "ISO 8601"}),
)  # fmt: skip
def notice(request: HttpRequest, listing_id: str) -> HttpResponse:
    """Say that a user reported a listing."""
    given = texts(request, MOST_ONE, {"reason"}, {"by", "at"})
    return _logged(
        deployment().screener.notice(
            listing_id, reason=given["reason"], by=given.get("by", "anonymous"),
            at=given.get("at"), idempotency_key=idempotency_key(request),
        )
    )  # fmt: skip


@api.get(
    "/listings/{listing_id}", auth=calling(Scope.READ.value), url_name="status",
    response={200: StatusOut, 404: ProblemOut, **_PROBLEMS},
)  # fmt: skip
def status(request: HttpRequest, listing_id: str) -> HttpResponse:
    """What is known of a listing: decisions, publications, acts; with entries of the ledger."""
    found = deployment().screener.status(listing_id)
    if found is None:
        raise Problem(404, "No such listing was submitted here.")
    submissions = [
        {"log_index": one.entry, "received_at": one.received_at,
         "decision": one.decision,
         "decision_log_index": one.decision_entry}
        for one in found.submissions
    ]  # fmt: skip
    acts = [
        {"log_index": one.entry, "kind": one.kind, "at": one.at, "actor": one.actor}
        for one in found.acts
    ]
    return _json({"listing_id": listing_id, "submissions": submissions, "acts": acts})


def _tell(decision: Decision) -> None:
    if settings.CONSOLE.webhooks and decision.outcome != "publish" and not decision.replayed:
        tell(f"listing.{decision.outcome}", decision.as_dict())
