"""Coop's webhooks against its recorded contract (roostorg/coop docs, 2026)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.console.api.problems import Problem
from lamplighter.console.neighbours.coop import read_action, read_information, read_preservation
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.holds.read import holds_of
from lamplighter.foundation.errors import UsageError

ACTION = {
    "item": {"id": "coop-1", "typeId": "listing"},
    "action": {"id": "remove"},
    "policies": [{"id": "p1", "name": "Spam", "penalty": "MEDIUM"}],
    "rules": [],
    "custom": {},
    "actorEmail": "Moderator@example.com",
    "creator": {"id": "u1", "typeId": "user"},
}


@pytest.fixture
def coop(desk: Path) -> Iterator[rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    path = desk / "keys" / "coop.pem"
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    held = settings.CONSOLE
    settings.CONSOLE = replace(held, coop_key=path)
    yield key
    settings.CONSOLE = held


def _call(key: rsa.RSAPrivateKey, path: str, body: Any, **headers: str) -> Any:
    data = json.dumps(body).encode()
    signature = base64.b64encode(key.sign(data, PKCS1v15(), SHA256())).decode()
    return Client().post(
        f"/neighbours/coop/{path}", data, content_type="application/json",
        headers={"Coop-Signature": signature} | headers,
    )  # fmt: skip


def test_an_action_is_logged_once_under_a_pseudonym(coop: rsa.RSAPrivateKey) -> None:
    first = _call(coop, "action", ACTION)
    assert first.status_code == 200, first.content
    entry = deployment().workspace.ledger.entry(first.json()["log_index"])
    assert entry.kind == "moderation"
    assert entry.actor.startswith("platform:coop-") and "example" not in entry.actor
    again = _call(coop, "action", ACTION).json()
    assert again == {"log_index": first.json()["log_index"], "replayed": True}
    by_rule = {key: value for key, value in ACTION.items() if key != "actorEmail"}
    ruled = _call(coop, "action", by_rule).json()["log_index"]
    assert deployment().workspace.ledger.entry(ruled).actor == "platform:coop-rule"


def test_what_is_not_signed_by_coop_is_not_read(coop: rsa.RSAPrivateKey) -> None:
    size = deployment().workspace.ledger.size
    other = rsa.generate_private_key(65537, 2048)
    assert _call(other, "action", ACTION).status_code == 401
    for wrong in ("", "%%%", "AAAA"):
        assert _call(coop, "action", ACTION, **{"Coop-Signature": wrong}).status_code == 401
    assert Client().get("/neighbours/coop/action").status_code == 405
    assert deployment().workspace.ledger.size == size


def test_without_a_key_nothing_is_here(desk: Path) -> None:
    for path in ("action", "additional-info", "preservation"):
        assert Client().post(f"/neighbours/coop/{path}").status_code == 404


def test_every_user_and_medium_asked_about_is_answered(coop: rsa.RSAPrivateKey) -> None:
    database = deployment().workspace.duckdb()
    listing, account = database.execute(
        "SELECT l.listing_id, l.account_id FROM listings l JOIN listing_links k USING (listing_id) "
        "WHERE k.operation_id IS NOT NULL AND l.account_id IS NOT NULL ORDER BY 1 LIMIT 1"
    ).fetchone()  # type: ignore[misc]
    asked = {
        "users": [{"id": account, "typeId": "user"}, {"id": "nobody", "typeId": "user"}],
        "media": [{"id": listing, "typeId": "listing"}, {"id": "gone", "typeId": "listing"}],
    }
    size = deployment().workspace.ledger.size
    answer = _call(coop, "additional-info", asked).json()
    assert [(one["id"], one["typeId"]) for one in answer["users"]] == [
        (account, "user"), ("nobody", "user"),
    ]  # fmt: skip
    assert answer["users"][0]["data"]["listings"] > 0
    assert answer["users"][0]["data"]["operations"]
    assert [one["missing"] for one in answer["media"]] == [False, True]
    assert "op-" in answer["media"][0]["additionalInfo"][0]
    entry = deployment().workspace.ledger.entry(size)
    assert (entry.kind, entry.actor) == ("access", "platform:coop")
    assert account not in json.dumps(entry.public)


def test_what_was_filed_is_held_for_a_year_once(coop: rsa.RSAPrivateKey) -> None:
    told = {"user": {"id": "acc-77", "typeId": "user"}, "reportId": "4564654",
            "reportedMedia": [{"id": "L-77", "typeId": "listing"}]}  # fmt: skip
    holds = _call(coop, "preservation", told).json()["holds"]
    assert len(holds) == 2
    assert _call(coop, "preservation", told).json()["holds"] == holds
    known = holds_of(deployment().workspace.ledger)
    for one in holds:
        until = known[one].until
        assert known[one].rule == "us/cybertipline" and until is not None
        assert (until - known[one].placed_at).days in (365, 366)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "typeId", "item", "action", "users", "media", "user", "policies",
                         "rules", "reportId", "reportedMedia", "actorEmail", "name"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(
    st.dictionaries(st.text(max_size=12), JSON, max_size=6)
    | JSON.filter(lambda x: isinstance(x, dict))
)
def test_any_body_is_read_or_refused(body: Any) -> None:
    for read in (read_action, read_information, read_preservation):
        try:
            read(body)
        except Problem as problem:
            assert problem.status == 422


def test_the_key_lies_in_the_workspace(tmp_path: Path) -> None:
    from lamplighter.console.project.configuration import read_console

    (tmp_path / "lamplighter.toml").write_text('name = "shop"\n')
    for text in ('[coop]\nverification_key = "../key.pem"\n', "[coop]\nkey = 1\n"):
        (tmp_path / "console.toml").write_text(text)
        with pytest.raises(UsageError):
            read_console(tmp_path)
