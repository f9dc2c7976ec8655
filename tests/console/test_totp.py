"""Sign-in with an authenticator: the password alone opens nothing, and a code is good once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from pathlib import Path

from django.core.cache import cache
from django.test import Client

from lamplighter.console.people.models import Person

from .conftest import PASSWORD


def _code(secret: str) -> str:
    """RFC 6238, written out: SHA-1, thirty seconds, six digits."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    at = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def _door(code: str | None = None) -> Client:
    client = Client()
    client.post("/account/login/", {"login": "tess", "password": PASSWORD})
    if code is not None:
        client.post("/account/2fa/authenticate/", {"code": code})
    return client


def test_the_password_alone_opens_nothing_any_more(desk: Path) -> None:
    Person.objects.create_user("tess", password=PASSWORD, roles=["reviewer"])
    client = _door()
    assert client.get("/queue/").status_code == 200
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    wrong = f"{(int(_code(secret)) + 1) % 10**6:06d}"
    client.post("/account/2fa/totp/activate/", {"code": wrong})
    assert _door().get("/queue/").status_code == 200  # not yet
    client.post("/account/2fa/totp/activate/", {"code": _code(secret)})
    cache.clear()  # the code that began it is spent
    assert _door().get("/queue/").status_code == 302
    assert _door(wrong).get("/queue/").status_code == 302
    good = _code(secret)
    assert _door(good).get("/queue/").status_code == 200
    assert _door(good).get("/queue/").status_code == 302  # seen over a shoulder: too late
