"""Who calls: keys, scopes, limits."""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from lamplighter.console.api.models import ApiKey, digest
from lamplighter.console.api.problems import Problem

_KEY = re.compile(r"Bearer lamp_([0-9]{1,15})_([A-Za-z0-9_-]{43})")
#: Seconds for which a key that was looked up is believed: a revoked one works no longer than this.
_BELIEVED = 5
_counts: dict[int, tuple[int, int]] = {}
_lock = threading.Lock()


def calling(scope: str) -> Callable[[HttpRequest], dict[str, Any]]:
    """An authenticator for one scope; its answer is the key as a mapping."""

    def check(request: HttpRequest) -> dict[str, Any]:
        found = _KEY.fullmatch(request.headers.get("Authorization", ""))
        key = _key(int(found[1])) if found else None
        if found is None or key is None or not hmac.compare_digest(key["digest"], digest(found[2])):
            raise Problem(401, "No valid key.", "Send it as Authorization: Bearer lamp_…",
                          headers={"WWW-Authenticate": "Bearer"})  # fmt: skip
        if scope not in key["scopes"]:
            raise Problem(403, f"This key does not have the scope {scope!r}.")
        _count(key)
        return key

    return check


def _key(number: int) -> dict[str, Any] | None:
    name = f"api_key_{number}"
    held: dict[str, Any] | None = cache.get(name)
    if held is None:
        held = (
            ApiKey.objects.filter(pk=number, revoked=None)
            .values("pk", "digest", "scopes", "per_minute")
            .first()
        )
        if held is not None:
            cache.set(name, held, _BELIEVED)
    return held


def _count(key: dict[str, Any]) -> None:
    minute = int(time.time() // 60)
    with _lock:
        began, count = _counts.get(key["pk"], (minute, 0))
        count = count + 1 if began == minute else 1
        _counts[key["pk"]] = (minute, count)
    if count > key["per_minute"]:
        wait = 60 - int(time.time() % 60)
        raise Problem(429, "Too many requests for this key.", f"Try again in {wait} s.",
                      headers={"Retry-After": str(wait)})  # fmt: skip
