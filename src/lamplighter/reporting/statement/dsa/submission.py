"""Submits what is not there yet. Each batch is in the ledger when it was taken; run again, it goes on.

What a crash left between the database's yes and the ledger is found by asking for each puid: the
database lets nothing in twice, and what it has is noted, not sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.reporting.statement.acts import ACTOR
from lamplighter.reporting.statement.dsa.client import BusyError, Client, RefusedError
from lamplighter.reporting.statement.dsa.export import batches

#: What the ledger calls it.
WHAT = "dsa statements"
#: Seconds before the next try of a batch.
WAITS = (1.0, 5.0, 20.0)


@dataclass(frozen=True)
class Submitted:
    """What a run did."""

    created: int
    found: int  #: were in the database already, from a run that was stopped
    before: int  #: the ledger knew of them


def submitted_puids(ledger: Ledger) -> set[str]:
    """What the ledger says was taken."""
    found: set[str] = set()
    for entry in ledger.entries(kinds=["export"]):
        if entry.public.get("what") == WHAT:
            private = ledger.opening(entry.index)
            if private is not None:
                found |= set(orjson.loads(private)["statements"])
    return found


def submit_all(
    ledger: Ledger,
    client: Client,
    documents: list[dict[str, Any]],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Submitted:
    """Send every document that was not taken before, at most 100 a call.

    BusyError when the database stays away: what was taken is noted, the rest goes with the next
    run. RefusedError names the statement and what is wrong with it; nothing of its batch is there.
    """
    done = submitted_puids(ledger)
    fresh = [made for made in documents if made["puid"] not in done]
    created = found = 0
    for batch in batches(fresh):
        new, old = _batch(client, batch, sleep)
        _note(ledger, new | old)
        created, found = created + len(new), found + len(old)
    return Submitted(created, found, len(documents) - len(fresh))


def _batch(
    client: Client, batch: list[dict[str, Any]], sleep: Callable[[float], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """Ids by puid of what was created, and of what was there."""
    old: dict[str, str] = {}
    for wait in (*WAITS, None):
        try:
            return client.submit(batch), old
        except RefusedError as error:
            if not error.duplicates:
                raise
            here = {made["puid"]: "" for made in batch if client.known(made["puid"])}
            if not here:  # it says twice, and knows none: a batch that can never be taken
                raise
            old |= here
            batch = [made for made in batch if made["puid"] not in here]
            if not batch:
                return {}, old
        except BusyError:
            if wait is None:
                raise
            sleep(wait)
    raise BusyError("The DSA database keeps changing its mind.", where="statements",
                    hint="Run it again later.")  # fmt: skip


def _note(ledger: Ledger, taken: dict[str, str]) -> None:
    public: dict[str, Json] = {"what": WHAT, "statements": len(taken)}
    private = orjson.dumps({"statements": taken}, option=orjson.OPT_SORT_KEYS)
    ledger.append([Act("export", datetime.now(UTC), ACTOR, public, private)])
