"""A new result of linking: what people did stays, what changed comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lamplighter.console.leads.indexing import index_leads
from lamplighter.console.leads.models import Lead, State


def _relinked(desk: Path, tmp_path: Path, change: Any) -> None:
    rows = pq.read_table(desk / "links" / "operations.parquet")
    table = pa.Table.from_pylist([r for r in map(change, rows.to_pylist()) if r], rows.schema)
    pq.write_table(table, tmp_path / "operations.parquet")
    index_leads(tmp_path / "operations.parquet", "next", tmp_path)


def _decide(client: Any, lead: Lead, verdict: str) -> None:
    client.post(f"/operation/{lead.pk}/decide", {"verdict": verdict, "clause": "none"})


def test_decided_leads_stay_and_watched_ones_come_back_when_they_grow(
    desk: Path, tmp_path: Path, sign_in: Any
) -> None:
    client = sign_in("reviewer")
    done, watched, risen, gone = Lead.objects.filter(band="D").order_by("rank")[:4]
    for lead, verdict in ((done, "nothing"), (watched, "watch"), (risen, "nothing")):
        _decide(client, lead, verdict)

    def change(row: dict[str, Any]) -> dict[str, Any] | None:
        if row["operation_id"] == gone.pk:
            return None
        if row["operation_id"] in (done.pk, watched.pk):
            row["listings"] += 3
        if row["operation_id"] == risen.pk:
            row["band"] = "A"
        return row

    _relinked(desk, tmp_path, change)
    states = dict(Lead.objects.values_list("pk", "state"))
    assert states[done.pk] == State.DECIDED and Lead.objects.get(pk=done.pk).grew == 3
    assert states[watched.pk] == states[risen.pk] == State.OPEN
    assert states[gone.pk] == State.GONE
    assert Lead.objects.get(pk=done.pk).decisions.count() == 1
