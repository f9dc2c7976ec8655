"""Known cases and blind answers that the ledger has and the database lacks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.console.auditing.following import catch_up, public_log
from lamplighter.console.auditing.models import Item, KnownCase, Label
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.rebuild import person_of
from lamplighter.evidence.entry import Entry


def restore() -> dict[str, int]:
    """Add what is missing; counts. Run twice, it adds nothing. What was erased stays away."""
    log, added = public_log(), Counter[str]()
    acts: list[Entry] = []
    for table in log.tables():
        found = table.filter(
            pc.and_(
                pc.equal(table["kind"], "audit"),
                pc.is_in(table["event"], pa.array(["known", "label"])),
            )
        )
        acts += [log.entry(index) for index in found["index"].to_pylist()]
    for act in acts:
        if act.public["event"] == "known":
            added["known cases"] += _known(act)
    catch_up()  # samples and their items, with the cases that were put before each draw
    for act in acts:
        if act.public["event"] == "label":
            added["blind answers"] += _label(act)
    return {name: count for name, count in added.items() if count}


def _private(act: Entry) -> dict[str, Any] | None:
    held = deployment().workspace.ledger.opening(act.index)
    return orjson.loads(held) if held else None


def _known(act: Entry) -> bool:
    said = _private(act)
    if said is None or KnownCase.objects.filter(ledger_index=act.index).exists():
        return False
    lead = Lead.objects.filter(pk=said["lead"]).first() if said["lead"] else None
    if lead is None and said["entry"] is None:
        return False  # of an operation that linking finds no more
    KnownCase.objects.create(
        lead=lead, entry=said["entry"], expected=said["expected"], note=said["note"],
        person=person_of(act.actor), made=act.time, ledger_index=act.index,
    )  # fmt: skip
    return True


def _label(act: Entry) -> bool:
    said = _private(act)
    if said is None or Label.objects.filter(ledger_index=act.index).exists():
        return False
    items = Item.objects.filter(sample=act.public["announced"], entry=said["entry"])
    item = items.filter(number=said["item"]).first()
    person = person_of(act.actor)
    if item is None or item.labels.filter(person=person).exists():
        return False
    taken = set(item.labels.values_list("place", flat=True))
    wanted = (3,) if act.public["as"] == "third" else (1, 2)
    place = next((place for place in wanted if place not in taken), None)
    if place is None:
        return False
    item.labels.create(person=person, place=place, answer=said["answer"], note=said["note"],
                       made=act.time, ledger_index=act.index)  # fmt: skip
    return True
