"""Appeals that the ledger has and the database lacks: a crash came between, or it was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.console.review.rebuild import person_of
from lamplighter.evidence.entry import Entry
from lamplighter.reporting.statement.acts import Outcome


def restore_appeal(entry: Entry, said: Mapping[str, Any]) -> None:
    """Add what is missing, inside a transaction; nothing that is there is changed."""
    # Whoever files or decides holds this row until both, ledger and database, have it.
    issued = Issued.objects.select_for_update().filter(puid=said["puid"]).first()
    if issued is None:
        return
    held = Appeal.objects.filter(issued=issued).first()
    if entry.public["state"] == Outcome.RECEIVED:
        if held is None:
            due = datetime.fromisoformat(entry.public["clock"]["due"])
            contact = "" if issued.account_deleted else said["contact"]
            Appeal.objects.create(issued=issued, text=said["text"], contact=contact, due=due,
                                  made=entry.time, ledger_index=entry.index)  # fmt: skip
    elif held is not None and held.state == Appeal.State.RECEIVED:
        held.state, held.reasons = entry.public["state"], said["reasons"]
        held.decided, held.decided_index = entry.time, entry.index
        held.decided_by = person_of(entry.actor)
        held.save()
