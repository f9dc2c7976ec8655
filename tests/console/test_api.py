"""The HTTP API: answers, problems, keys, a fuzzer, webhooks and the example client."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from django.core.cache import cache as kept
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from schemathesis.core.result import Ok

from lamplighter.console.api.direct import Direct
from lamplighter.console.api.models import ApiKey, Delivery, Scope
from lamplighter.console.api.webhooks import deliver, tell
from lamplighter.console.people.models import Person
from lamplighter.console.project.configuration import Webhook
from lamplighter.console.record.deployment import deployment

ROOT = Path(__file__).parents[2]
SOFA = {"listing_id": "api-1", "title": "Sofa", "text": "A sofa, as new, to collect in Denver"}


def _key(*scopes: str) -> str:
    by, _ = Person.objects.get_or_create(username="keeper", defaults={"roles": ["administrator"]})
    _, text = ApiKey.issue("test", list(scopes or [scope.value for scope in Scope]), by)
    kept.clear()
    return text


def _post(path: str, body: Any, key: str, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(f"/api/v1{path}", data, content_type="application/json",
                         headers={"Authorization": f"Bearer {key}", **headers})  # fmt: skip


def test_a_listing_is_in_the_ledger_and_has_a_decision(desk: Path) -> None:
    key = _key()
    answer = _post("/listings", SOFA | {"listing_id": "api-first"}, key)
    decision = answer.json()
    assert answer.status_code == 200 and decision["outcome"] == "publish"
    entry = deployment().workspace.ledger.entry(decision["log_index"])
    assert entry.kind == "listing.received"
    shown = _post("/listings/api-first/published", {"text": "A sofa"}, key).json()
    assert shown["received"] == decision["log_index"]
    acted = _post("/listings/api-first/moderation", {"action": "edited", "by": "m1"}, key).json()
    assert acted["log_index"] > shown["log_index"]
    found = Client().get("/api/v1/listings/api-first", headers={"Authorization": f"Bearer {key}"})
    assert [act["kind"] for act in found.json()["acts"]] == ["listing.published", "moderation"]


def test_the_same_key_gets_the_same_answer(desk: Path) -> None:
    key, again = _key(), {"Idempotency-Key": "once"}
    one, two = (_post("/listings", SOFA | {"listing_id": "same"}, key, **again) for _ in range(2))
    assert one.json()["log_index"] == two.json()["log_index"] and two.json()["replayed"]
    other = _post("/listings", SOFA | {"listing_id": "different"}, key, **again)
    assert other.status_code == 409 and other["Content-Type"] == "application/problem+json"


def test_the_short_way_says_the_same(desk: Path) -> None:
    """Submissions go past Django's middleware; what is answered must not depend on it."""
    key, other = _key(), _key(Scope.READ.value)
    short = httpx.Client(
        transport=httpx.WSGITransport(app=Direct(get_wsgi_application())),
        base_url="http://testserver/api/v1",
    )
    deep = b'{"listing_id": "x", "text": "x", "a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    asked: list[tuple[str, bytes, dict[str, str]]] = [
        ("/listings", json.dumps(SOFA).encode(), {"Idempotency-Key": "short-1"}),
        ("/listings", json.dumps(SOFA | {"text": "other"}).encode(), {"Idempotency-Key": "short-1"}),
        ("/listings", b"[]", {}), ("/listings", b"{", {}), ("/listings", deep, {}),
        ("/listings", b'{"listing_id": "x", "text": "' + b"x" * 4_200_000 + b'"}', {}),
        ("/listings", json.dumps({"listing_id": "x"}).encode(), {}),
        ("/listings", json.dumps(SOFA).encode(), {"Content-Type": "text/xml"}),
        ("/listings", json.dumps(SOFA).encode(), {"Authorization": "Bearer lamp_1_x"}),
        ("/listings", json.dumps(SOFA).encode(), {"Authorization": f"Bearer {other}"}),
        ("/batches", b'{"listings": [{}, 3, null]}', {}), ("/batches", b'{"listing": []}', {}),
        ("/listings", json.dumps(SOFA).encode(), {"Host": "elsewhere.example"}),
    ]  # fmt: skip
    for path, body, headers in asked:
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers
        kind = sent.pop("Content-Type")
        usual = Client().post(f"/api/v1{path}", body, content_type=kind, headers=sent)
        found = short.post(path, content=body, headers=sent | {"Content-Type": kind})
        assert (found.status_code, found.headers["content-type"]) == (
            usual.status_code, usual["Content-Type"],
        ), (path, body[:60])  # fmt: skip
        if usual.status_code != 400 or "json" in usual["Content-Type"]:
            assert {**found.json(), "replayed": 0} == {**usual.json(), "replayed": 0}
    assert (
        short.get("/listings/api-1", headers={"Authorization": f"Bearer {key}"}).json()["acts"]
        == []
    )
    assert short.put("/listings").status_code == 405


def test_a_batch_answers_in_its_order(desk: Path) -> None:
    batch = [SOFA | {"listing_id": "b-1"}, {"text": "no id"}, SOFA | {"listing_id": "b-3"}]
    answers = _post("/batches", {"listings": batch}, _key()).json()["answers"]
    assert [a.get("listing_id") for a in answers] == ["b-1", None, "b-3"]
    assert answers[1]["status"] == 422 and answers[1]["column"] == "listing_id"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"listing_id": 1e400}', 400), (b"[" * 100_000, 400),
     (b'{"listing_id": "x", "text": "\\u0000"}', 422), (b'{"listing_id": "x", "text": "\\ud800"}', 400),
     (b'{"a":' * 200 + b"1" + b"}" * 200, 422), (b"x" * 4_200_000, 413), (b"\xff\xfe", 400)],
)  # fmt: skip
def test_what_is_no_listing_is_a_problem_not_a_failure(
    body: bytes, status: int, desk: Path
) -> None:
    answer = _post("/listings", body, _key())
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["title"]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "image/svg+xml",
                                  "application/x-www-form-urlencoded", "application/json-seq"])  # fmt: skip
def test_a_lying_content_type_is_refused(kind: str, desk: Path) -> None:
    answer = Client().post("/api/v1/listings", json.dumps(SOFA).encode(), content_type=kind,
                           headers={"Authorization": f"Bearer {_key()}"})  # fmt: skip
    assert answer.status_code == 415


def test_one_hostile_listing_does_not_harm_its_batch(desk: Path) -> None:
    bad = [{"listing_id": "big", "text": "x" * 10_000_000}, {"listing_id": "\u202e", "text": " "},
           {"listing_id": "deep", "text": "x", "a": json.loads("[" * 100 + "]" * 100)}, "<svg/>"]  # fmt: skip
    good = [SOFA | {"listing_id": f"good-{n}"} for n in range(2)]
    answers = _post("/batches", {"listings": [good[0], *bad, good[1]]}, _key()).json()["answers"]
    assert [one.get("outcome") for one in answers] == ["publish", *[None] * 4, "publish"]
    assert [one.get("status") for one in answers[1:-1]] == [422] * 4


def test_keys_are_needed_and_have_scopes_and_can_be_revoked(desk: Path) -> None:
    assert _post("/listings", SOFA, "lamp_1_" + "x" * 43).status_code == 401
    assert _post("/listings", SOFA, _key("read")).status_code == 403
    key = _key("submit")
    assert _post("/listings", SOFA, key).status_code == 200
    assert key.split("_", 2)[2] not in str(list(ApiKey.objects.values()))
    ApiKey.objects.update(revoked="2026-01-01T00:00:00Z")
    kept.clear()
    assert _post("/listings", SOFA, key).status_code == 401


def test_a_key_has_a_limit(desk: Path) -> None:
    key = _key("read")
    ApiKey.objects.update(per_minute=2)
    kept.clear()
    head = {"Authorization": f"Bearer {key}"}
    answers = [Client().get("/api/v1/listings/none", headers=head) for _ in range(4)]
    assert [a.status_code for a in answers][-1] == 429 and int(answers[-1]["Retry-After"]) > 0


def test_a_person_signed_in_has_no_key(desk: Path, sign_in: Any) -> None:
    answer = sign_in("administrator", "reviewer").post("/api/v1/listings", SOFA)
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_not_there(method: str, desk: Path) -> None:
    assert getattr(Client(), method)("/api/v1/batches").status_code == 405


def test_a_fuzzer_finds_no_failure_and_no_answer_that_is_not_documented(desk: Path) -> None:
    from django.core.wsgi import get_wsgi_application

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    headers, tried = {"Authorization": f"Bearer {_key()}"}, []
    quick = hypothesis_settings(
        max_examples=12, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    checks = [
        schemathesis.checks.not_a_server_error,
        *schemathesis.checks.CHECKS.get_by_names(
            ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
        ),
    ]
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        tried.append(_fuzz(operation, headers, checks, quick))
    assert len(tried) >= 6 and min(tried) >= 5


def _fuzz(operation: Any, headers: dict[str, str], checks: list[Any], quick: Any) -> int:
    from hypothesis import given

    count = 0

    @quick
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        nonlocal count
        count += 1
        case.call_and_validate(headers=headers, checks=checks)

    run()
    return count


class _Hook(BaseHTTPRequestHandler):
    status = 204
    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.headers["Lamplighter-Signature"], body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def hook() -> Iterator[tuple[str, type[_Hook]]]:
    handler = type("Hook", (_Hook,), {"got": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", handler
    server.shutdown()


@cache
def _client_module() -> Any:
    spec = spec_from_file_location("client_example", ROOT / "examples" / "lamplighter_client.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_webhook_is_signed_and_tried_again(
    hook: tuple[str, type[_Hook]], db: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    address, handler = hook
    monkeypatch.setenv("HOOK_SECRET", "s3cret")
    settings.CONSOLE = replace(settings.CONSOLE, webhooks=(Webhook(address, "HOOK_SECRET"),))
    tell("listing.hold", {"listing_id": "7"})
    handler.status = 500
    with httpx.Client() as client:
        assert deliver(client) == 0
        kept = Delivery.objects.get()
        assert not kept.done and kept.failed == "answered 500" and kept.due > kept.made
        Delivery.objects.update(due=kept.made)
        handler.status = 204
        assert deliver(client) == 1 and deliver(client) == 0
    check = _client_module().webhook_is_ours
    sent, body = handler.got[-1]
    assert check(sent, body, "s3cret") and json.loads(body)["data"] == {"listing_id": "7"}
    assert not check(sent, body + b" ", "s3cret") and not check(sent, body, "other")
    assert not check(sent.replace("t=", "t=1"), body, "s3cret")
    # The same bytes again, later or from a clock that is ahead, are refused.
    moment = int(sent.split(",")[0].removeprefix("t="))
    for clock in (moment + 301, moment - 301):
        monkeypatch.setattr("time.time", lambda clock=clock: float(clock))
        assert not check(sent, body, "s3cret")
    monkeypatch.setattr("time.time", lambda: moment + 299.0)
    assert check(sent, body, "s3cret")
    assert json.loads(body)["id"] and json.loads(body)["at"]  # told apart, and put in order


def test_the_example_client_works(desk: Path, live_server: Any) -> None:
    client = _client_module().Client(live_server.url, _key())
    assert client.submit(SOFA | {"listing_id": "client-1"}).outcome == "publish"
    one, two = client.submit_batch([SOFA | {"listing_id": "client-2"}, {"text": "no id"}])
    assert one.listing_id == "client-2" and two.column == "listing_id"
    assert client.published("client-1", "A sofa").received is not None
    assert client.status("client-1")["acts"][0]["kind"] == "listing.published"
    with pytest.raises(_client_module().ApiError, match="id"):
        client.submit({"text": "no id"})
