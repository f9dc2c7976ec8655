"""What NCMEC's answers mean, and whether to ask again.

The list of codes is not closed: an unknown one is kept as it came and stops the report, for a
person to look at. A production reporter asks at most ten times within thirty days.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

MOST_TRIES = 10
_FIRST_WAIT = timedelta(seconds=30)


class Remedy(Enum):
    """Who can do something about an answer."""

    DONE = "done"
    TRY_AGAIN = "try again"  # theirs: the service is in trouble
    ADMINISTRATOR = "administrator"  # configuration: stop, and tell who can change it
    DRAFTER = "drafter"  # ours: show the description to the person who drafted
    RECONCILE = "reconcile"  # our state and theirs differ


NO_SUCH_REPORT = 5001
OPENED_BUT_RETRACTED = 5101
ALREADY_FINISHED = 5102

_EXACT = {
    0: Remedy.DONE,
    1000: Remedy.TRY_AGAIN,
    1100: Remedy.TRY_AGAIN,
    1110: Remedy.TRY_AGAIN,
    1111: Remedy.TRY_AGAIN,
    1300: Remedy.TRY_AGAIN,
    1210: Remedy.RECONCILE,
    4000: Remedy.DRAFTER,
    4100: Remedy.DRAFTER,
    4110: Remedy.DRAFTER,
    4200: Remedy.DRAFTER,
    NO_SUCH_REPORT: Remedy.RECONCILE,
    5002: Remedy.RECONCILE,
    OPENED_BUT_RETRACTED: Remedy.RECONCILE,
    ALREADY_FINISHED: Remedy.RECONCILE,
}


def remedy_of(code: int) -> Remedy:
    """What to do about a response code; an unknown one goes to a person."""
    if code in _EXACT:
        return _EXACT[code]
    if 2000 <= code < 4000:  # authentication required; not authorised for …
        return Remedy.ADMINISTRATOR
    return Remedy.RECONCILE


def wait_before(tries: int) -> timedelta | None:
    """How long to wait after the `tries`-th failure in a row (from 1); None: give up.

    Doubles from half a minute; ten tries lie within some four hours.
    """
    if tries >= MOST_TRIES:
        return None
    return _FIRST_WAIT * int(2 ** (tries - 1))
