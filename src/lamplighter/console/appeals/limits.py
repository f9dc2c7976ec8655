"""How often one address may try: keys are random, so that a miss is a guess."""

from __future__ import annotations

import ipaddress
import time

from django.core.cache import cache
from django.http import HttpRequest

from lamplighter.console.appeals.following import statement_settings
from lamplighter.console.appeals.tokens import hidden_address

#: Tokens that lead nowhere, an address and ten minutes.
MISSES, _WINDOW = 30, 600


def address_of(request: HttpRequest) -> str:
    """A pseudonym of whoever calls. Of IPv6 the network (/64), as one host has the whole of it."""
    header = statement_settings().client_header
    said = request.headers.get(header, "").rpartition(",")[2].strip() if header else ""
    text = said or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return hidden_address(text[:100])
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return hidden_address(str(address))


def wait_after_misses(address: str) -> int:
    """Seconds that this address must wait; 0: it may try."""
    count, until = cache.get(f"misses:{address}", (0, 0.0))
    left = int(until - time.time()) + 1
    return left if count >= MISSES and left > 0 else 0


def note_miss(address: str) -> None:
    """A token that leads nowhere."""
    key, now = f"misses:{address}", time.time()
    count, until = cache.get(key, (0, 0.0))
    if until <= now:
        count, until = 0, now + _WINDOW
    cache.set(key, (count + 1, until), _WINDOW)
