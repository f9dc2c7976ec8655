"""A client of Lamplighter's HTTP API in one file, with the standard library only.

    client = Client("http://127.0.0.1:8080", "lamp_1_…")
    decision = client.submit({"listing_id": "7", "text": "Sofa, as new"})
    if decision.outcome == "publish":
        ...

Copy it into your project. A failed connection is tried again with the same idempotency key, so
that a listing is logged once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen


class ApiError(Exception):
    """A problem as the service describes it (RFC 9457)."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem.get('title')} {problem.get('detail', '')}".strip())
        self.status = int(problem.get("status", 0))
        self.column = problem.get("column")


@dataclass(frozen=True)
class Decision:
    """What to do with a listing, and why. `log_index` is its entry in the ledger."""

    listing_id: str
    outcome: str  # publish, hold or refuse
    policy_outcome: str
    reasons: list[dict[str, Any]]
    policy: str
    log_index: int
    received_at: str
    resembles: dict[str, Any] | None = None
    indicators: list[dict[str, Any]] = field(default_factory=list)
    compared: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)
    replayed: bool = False


@dataclass(frozen=True)
class Logged:
    """An act that is in the ledger."""

    log_index: int
    received: int | None
    replayed: bool


class Client:
    """One service and one key. Safe to use from several threads."""

    def __init__(self, address: str, key: str, *, timeout: float = 10.0, tries: int = 3) -> None:
        self._base = address.rstrip("/") + "/api/v1"
        self._key, self._timeout, self._tries = key, timeout, tries

    def submit(self, listing: Mapping[str, Any], idempotency_key: str | None = None) -> Decision:
        """Submit a listing before it is published; the answer says whether it may be."""
        return Decision(**self._call("POST", "/listings", listing, idempotency_key))

    def submit_batch(self, listings: Iterable[Mapping[str, Any]]) -> list[Decision | ApiError]:
        """Submit up to 10,000; in their order a decision each, or what is wrong with it."""
        found = self._call("POST", "/batches", {"listings": list(listings)})
        return [Decision(**a) if "outcome" in a else ApiError(a) for a in found["answers"]]

    def published(self, listing_id: str, text: str, title: str | None = None) -> Logged:
        """Say what was shown."""
        body = {"text": text} | ({"title": title} if title is not None else {})
        return self._act(listing_id, "published", body)

    def moderated(self, listing_id: str, action: str, by: str, reason: str = "") -> Logged:
        """Say what a moderator did; `by` is a pseudonym."""
        return self._act(listing_id, "moderation", {"action": action, "by": by, "reason": reason})

    def notice(self, listing_id: str, reason: str, idempotency_key: str | None = None) -> Logged:
        """Say that a user reported it."""
        return self._act(listing_id, "notices", {"reason": reason}, idempotency_key)

    def status(self, listing_id: str) -> dict[str, Any]:
        """What is known of a listing."""
        return self._call("GET", f"/listings/{quote(listing_id, safe='')}")

    def _act(
        self, listing_id: str, what: str, body: Mapping[str, str], key: str | None = None
    ) -> Logged:
        path = f"/listings/{quote(listing_id, safe='')}/{what}"
        return Logged(**self._call("POST", path, body, key))

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        for left in range(self._tries - 1, -1, -1):
            request = Request(self._base + path, data, headers, method=method)  # noqa: S310
            try:
                with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                    found: dict[str, Any] = json.load(answer)
                    return found
            except HTTPError as error:
                if error.code not in (429, 502, 503) or not left:
                    raise ApiError(_problem(error)) from error
                time.sleep(min(float(error.headers.get("Retry-After") or 1), 60))
            except (URLError, TimeoutError):
                if not left:
                    raise
                time.sleep(1)
        raise AssertionError("unreachable")


def _problem(error: HTTPError) -> dict[str, Any]:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": error.reason, "status": error.code}


def webhook_is_ours(header: str, body: bytes, secret: str, *, oldest: float = 300) -> bool:
    """Whether a webhook's `Lamplighter-Signature` is right and at most five minutes old."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    moment = parts.get("t", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > oldest:
        return False
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return hmac.compare_digest(mac.hexdigest(), parts.get("v1", ""))
