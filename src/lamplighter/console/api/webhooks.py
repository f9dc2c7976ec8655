"""Events told to others: signed, retried, in the database until they are taken."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import time
import uuid
from datetime import timedelta
from typing import Any

import httpx
import orjson
from django.conf import settings
from django.utils import timezone

from lamplighter.console.api.models import Delivery
from lamplighter.console.record.repeating import Repeating

#: Tries, and seconds after each: a day in all.
WAITS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
_LOG = logging.getLogger("lamplighter.console")
_TIMEOUT = 10.0


def tell(event: str, facts: dict[str, Any], later: int = 0) -> None:
    """Put the event down for every webhook that is configured, to be sent in `later` seconds."""
    for hook in settings.CONSOLE.webhooks:
        body = {"id": str(uuid.uuid4()), "event": event, "at": timezone.now().isoformat(),
                "data": facts}  # fmt: skip
        Delivery.objects.create(url=hook.url, event=event, body=orjson.dumps(body).decode(),
                                due=timezone.now() + timedelta(seconds=later))  # fmt: skip


def signature(secret: str, moment: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">`.

    The receiver compares in constant time, refuses a `t` older than five minutes, and remembers
    `id` to do nothing twice.
    """
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def deliver(client: httpx.Client) -> int:
    """Send what is due; how many were taken. Redirects are not followed."""
    secrets = {
        hook.url: os.environ.get(hook.secret_variable, "") for hook in settings.CONSOLE.webhooks
    }
    taken = 0
    for one in Delivery.objects.filter(done=False, due__lte=timezone.now()).order_by("due")[:100]:
        one.tries += 1
        one.failed = _send(client, one, secrets.get(one.url, ""))
        taken += not one.failed
        one.done = not one.failed or one.tries > len(WAITS)
        if not one.done:
            one.due = timezone.now() + timedelta(seconds=WAITS[one.tries - 1])
        one.save()
    Delivery.objects.filter(
        done=True, failed="", made__lt=timezone.now() - timedelta(days=7)
    ).delete()
    return taken


def _send(client: httpx.Client, one: Delivery, secret: str) -> str:
    """Empty where it was taken, else why not."""
    if not secret:
        return "no secret for this webhook: set its environment variable"
    body = one.body.encode()
    headers = {"Content-Type": "application/json",
               "Lamplighter-Signature": signature(secret, int(time.time()), body)}  # fmt: skip
    try:
        answer = client.post(one.url, content=body, headers=headers)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "" if answer.is_success else f"answered {answer.status_code}"


def courier() -> Repeating | None:
    """Delivers; None where no webhook is configured."""
    if not settings.CONSOLE.webhooks:
        return None
    client = httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
    return Repeating("courier", 2.0, lambda _: deliver(client), "deliveries could not be read")
