"""What is read by key is what the queries find."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pyarrow as pa

from lamplighter.console.leads.models import Generation, Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.kept import KeptReader, keep
from lamplighter.jobs.operation_reader import CONTACTS, Reader
from lamplighter.workspace.operation_views import QUERIES, operation_views


def test_every_operation_reads_the_same_by_key_and_by_query(desk: Path) -> None:
    newest = Generation.newest()
    assert newest is not None
    folder = Path(newest.folder)
    shared = 0
    with deployment().workspace.duckdb() as database:
        operation_views(database)
        for lead in Lead.objects.order_by("rank")[:40]:
            kept = KeptReader(deployment().layout(folder), lead.pk, folder)
            slow = Reader(database, lead.pk)
            row = kept.row()
            assert row is not None and row == slow.row()
            drawn = kept.lead(row)
            assert drawn == slow.lead(row)
            contacts = list(drawn.identifiers)
            assert kept.related(contacts) == slow.related(contacts)
            shared += bool(drawn.templates)
    assert shared > 5  # or nothing was compared


def test_contacts_that_others_have_too_are_counted_as_the_queries_count(tmp_path: Path) -> None:
    dice = random.Random(3)
    kinds = ("phone", "email", "domain")
    rows = [
        (f"op-{number % 7}" if number % 9 else None, f"L{number:03}",
         [{"kind": dice.choice(kinds), "value": f"v{dice.randrange(60)}", "hub": dice.random() < 0.1,
           "obscured": dice.random() < 0.2, "field": "text", "start": 0, "end": 1, "current": True}
          for _ in range(dice.randrange(9))])
        for number in range(400)
    ]  # fmt: skip
    with duckdb.connect() as database:
        table = pa.table(
            dict(zip(("operation_id", "listing_id", "identifiers"), zip(*rows, strict=True),
                     strict=True))
        )  # fmt: skip
        database.register("listing_links", table)
        database.execute("ATTACH ':memory:' AS layout")
        database.execute("CREATE TABLE layout.members AS SELECT * FROM listing_links")
        database.execute(f"CREATE TABLE layout.contacts AS {QUERIES['contacts']}")
        database.execute(
            "CREATE TABLE templates AS SELECT 't' AS template_id, 1.5::DOUBLE AS saved_bits, "
            "[{kind: 'word', text: 'a', slot: 0}] AS consensus, "
            "[{slot: 0, kind: 'name', \"values\": [{value: 'x', count: 2}], \"distinct\": 1}] AS slots"
        )
        keep(database, tmp_path)
        database.execute("USE layout")
        several = 0
        for number in range(7):
            name = f"op-{number}"
            found = KeptReader(database, name, tmp_path).contacts()
            assert found == Reader(database, name).contacts() and len(found) == CONTACTS
            several += sum(one.outside > 0 for one in found)
        assert several > 50
        (row,) = KeptReader(database, "op-0", tmp_path).template_rows(["t"])
        assert row["slots"][0]["values"] == [{"value": "x", "count": 2}]


def test_an_operation_that_is_not_there_has_nothing(desk: Path) -> None:
    newest = Generation.newest()
    assert newest is not None
    folder = Path(newest.folder)
    found = KeptReader(deployment().layout(folder), "op-none", folder)
    assert found.row() is None and found.contacts() == [] and found.template_rows(["t-none"]) == []
