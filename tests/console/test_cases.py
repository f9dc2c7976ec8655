"""Cases: notes and tasks are acts too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from lamplighter.console.cases.models import Case
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment


def test_a_case_from_a_decision_to_its_close(desk: Path, sign_in: Any, acts: Any) -> None:
    client = sign_in("reviewer", "investigator")
    one, two = Lead.objects.order_by("rank")[:2]
    client.post(f"/operation/{one.pk}/decide", {"verdict": "case", "clause": "control"})
    case = Case.objects.get()
    at = f"/cases/{case.pk}/"
    client.post(at, {"what": "note", "text": "<b>ask</b> the landlord"})
    client.post(at, {"what": "task", "text": "call back"})
    client.post(at, {"what": "attach", "text": two.pk})
    client.post(at, {"what": "attach", "text": "op-none"})
    task = case.entries.get(task=True)
    client.post(at, {"what": "done", "entry": task.pk})
    page = client.get(at).content.decode()
    assert "&lt;b&gt;ask" in page and "<del>call back" in page
    assert {lead.pk for lead in case.leads.all()} == {one.pk, two.pk}
    events = [
        entry.public["event"] for entry in acts("note") if entry.public.get("about") == "case"
    ]
    assert events[-5:] == ["opened", "note", "task", "attached", "done"]
    opening = deployment().workspace.ledger.opening(case.entries.get(task=False).ledger_index)
    assert opening and orjson.loads(opening)["text"] == "<b>ask</b> the landlord"
    client.post(at, {"what": "close"})
    case.refresh_from_db()
    assert case.closed
