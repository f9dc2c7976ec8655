"""Notices through the API: from anybody, or from a trusted flagger with a key."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from lamplighter.console.api.endpoints import api
from lamplighter.console.api.keys import calling
from lamplighter.console.api.models import ApiKey, Scope
from lamplighter.console.api.problems import Problem
from lamplighter.console.api.reading import object_body
from lamplighter.console.api.schemas import ProblemOut, body
from lamplighter.console.appeals.hearing import clean
from lamplighter.console.appeals.limits import address_of
from lamplighter.console.notices.taking import SlowError, link_of, take
from lamplighter.reporting.notice.notice import Channel, Kind, Notice, lacks

_MOST = 100_000
_TEXTS = ("kind", "listing", "explanation", "name", "email")
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "listing", "explanation", "good_faith"],
    "properties": {
        "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
        **{name: {"type": "string"} for name in _TEXTS[1:]},
        "good_faith": {"type": "boolean"},
    },
    "additionalProperties": False,
}


class ReceiptOut(Schema):
    """That a notice was received, and where to read what became of it."""

    log_index: int
    received_at: str
    due: str
    link: str
    new: bool


@api.post(
    "/notices", auth=None, url_name="tell",
    response={200: ReceiptOut, 201: ReceiptOut,
              **dict.fromkeys((400, 401, 403, 413, 415, 422, 429, 503), ProblemOut)},
    openapi_extra={**body(_SCHEMA), "security": [{}, {"key": []}]},
)  # fmt: skip
def told(request: HttpRequest) -> HttpResponse:
    """Tell of a listing (DSA art. 16). Without a key as the public; with scope `flag` as a flagger.

    201: received; 200: the same was received before. For kind `child` nobody has to say who they
    are.
    """
    flagger = None
    if "Authorization" in request.headers:
        flagger = ApiKey.objects.get(pk=calling(Scope.FLAG.value)(request)["pk"])
    notice = _read(object_body(request, _MOST), flagger is not None)
    try:
        held, new = take(notice, address_of(request), flagger)
    except SlowError as error:
        raise Problem(429, "Too many notices from this address.", "Nothing was taken.",
                      headers={"Retry-After": str(error.seconds)}) from error  # fmt: skip
    answer = {"log_index": held.ledger_index, "received_at": held.made.isoformat(),
              "due": held.due.isoformat(), "link": link_of(held), "new": new}  # fmt: skip
    return HttpResponse(orjson.dumps(answer), status=201 if new else 200,
                        content_type="application/json")  # fmt: skip


def _read(given: dict[str, Any], flagger: bool) -> Notice:
    for name, value in given.items():
        if name not in (*_TEXTS, "good_faith"):
            raise Problem(422, f"There is no {name[:60]!r} here.", column=name[:60])
        if not isinstance(value, bool if name == "good_faith" else str):
            raise Problem(422, f"{name} is of another type.", column=name)
    if given.get("kind") not in set(Kind):
        raise Problem(422, "kind is missing or not known.", ", ".join(Kind), column="kind")
    words = {name: clean(given.get(name, ""), _MOST) for name in _TEXTS[1:]}
    made = Notice(
        kind=Kind(given["kind"]), channel=Channel.FLAGGER if flagger else Channel.PUBLIC,
        good_faith=given.get("good_faith", False), **words,
    )  # fmt: skip
    for name, wrong in lacks(made).items():
        raise Problem(422, wrong, column=name)
    return made
