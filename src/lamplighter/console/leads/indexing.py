"""Copies operations.parquet into the queue, keeping what people did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone

from lamplighter.console.leads.models import Generation, Lead, LeadReason, State, due_of

_BATCH = 2_000
_COLUMNS = ["operation_id", "band", "score", "headline", "listings", "accounts", "phones", "cities",
            "first_seen", "last_seen", "reasons"]  # fmt: skip
_COPIED = ["rank", "band", "score", "headline", "listings", "accounts", "phones", "cities",
           "first_seen", "last_seen", "reasons", "since", "due", "state"]  # fmt: skip
#: Reasons in words that a row of the queue shows.
TOP = 3


def index_leads(operations: Path, digest: str, folder: Path) -> int:
    """Read the ranked table into the database in one transaction; how many leads there are.

    A decided lead stays decided unless its band rose, or it is watched and grew: then it is to do
    again. One that is found no
    more is kept, with its decisions, as gone.
    """
    now = timezone.now()
    with transaction.atomic():
        held = {
            row[0]: row[1:]
            for row in Lead.objects.values_list(
                "operation_id", "band", "since", "state", "watched", "decided_listings"
            )
        }
        LeadReason.objects.all().delete()
        seen: set[str] = set()
        for batch in _batches(operations):
            leads = [_lead(rank, row, held.get(row["operation_id"]), now) for rank, row in batch]
            seen.update(lead.operation_id for lead in leads)
            Lead.objects.bulk_create(
                leads, batch_size=500, update_conflicts=True,
                unique_fields=["operation_id"], update_fields=_COPIED,
            )  # fmt: skip
            LeadReason.objects.bulk_create(
                [
                    LeadReason(lead_id=row["operation_id"], name=name, rank=rank)
                    for rank, row in batch
                    for name in sorted({reason["name"][:80] for reason in row["reasons"]})
                ],
                batch_size=2_000,
            )
        gone = [name for name in held if name not in seen]
        for first in range(0, len(gone), 500):
            Lead.objects.filter(pk__in=gone[first : first + 500]).update(state=State.GONE)
        Generation.objects.create(digest=digest, folder=str(folder), operations=len(seen))
    return len(seen)


def _batches(operations: Path) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    rank = 0
    with pq.ParquetFile(operations) as file:
        for batch in file.iter_batches(_BATCH, columns=_COLUMNS):
            rows = batch.to_pylist()
            yield list(enumerate(rows, start=rank))
            rank += len(rows)


def _lead(
    rank: int,
    row: dict[str, Any],
    held: tuple[str, datetime, str, bool, int | None] | None,
    now: datetime,
) -> Lead:
    band, since, state, watched, decided = held or ("", now, State.OPEN, False, None)
    again = row["band"] < band or (watched and row["listings"] > (decided or 0))
    if state == State.GONE or (state == State.DECIDED and again):
        state, since = State.OPEN, now
    reasons = [
        {"name": r["name"], "points": r["points"], "sentence": r["sentence"][:600],
         "grade": r["grade"]}
        for r in row["reasons"][:TOP]
    ]  # fmt: skip
    copied = {name: row[name] for name in _COLUMNS if name not in ("reasons", "operation_id")}
    return Lead(
        operation_id=row["operation_id"], rank=rank, reasons=reasons, since=since, state=state,
        due=due_of(row["band"], since), **copied,
    )  # fmt: skip
