"""From a token to its statement; misses are counted, as they are guesses."""

from __future__ import annotations

from django.http import HttpRequest

from lamplighter.console.appeals.following import follow_statements
from lamplighter.console.appeals.limits import address_of, note_miss, wait_after_misses
from lamplighter.console.appeals.models import Issued
from lamplighter.console.appeals.tokens import digest_of


class TooManyError(Exception):
    """This address guesses. `seconds` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def find(request: HttpRequest, token: str) -> Issued | None:
    """The statement, if the poster may see it now. TooManyError after many misses."""
    address = address_of(request)
    if wait := wait_after_misses(address):
        raise TooManyError(wait)
    found = _told(token)
    if found is None and len(token) == 43 and follow_statements():
        found = _told(token)  # it was decided a moment ago
    if found is None:
        note_miss(address)
    return found


def _told(token: str) -> Issued | None:
    found: Issued | None = Issued.objects.filter(digest=digest_of(token)).first()
    return found if found is not None and found.told else None
