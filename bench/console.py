"""Times the console's pages at the server: `python -m bench.console WORKSPACE`.

The workspace is one with a result of linking; use a copy. `--times K` lays out and indexes K copies of
every listing and operation (with identifiers of their own), as linking K times as many would have it;
`--leads N` fills the queue up to N leads with these copies, whose pages are measured too.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lamplighter.console.record.sidecar import lay_out
from lamplighter.console.search.index import FOLDER, build_index
from lamplighter.console.serve import prepare
from lamplighter.workspace.workspace import Workspace

_WORDS = ("sofa", "delivery driver", "apartment", "new bike", "rent", "Denver", "late")


def _copies(workspace: Workspace, folder: Path, times: int, words: bool) -> None:
    """Lay out and index the result of linking `times` over."""
    links = workspace.links_folder
    parts = pq.read_schema(links / "listings.parquet").field("identifiers").type.value_type
    fields = ", ".join(
        f'"{one.name}" := ' + ("i.value || k" if one.name == "value" else f'i."{one.name}"')
        for one in parts
    )
    with workspace.duckdb() as database:
        database.execute("SET memory_limit = '6GB'; SET threads = 2")
        database.execute(f"SET temp_directory = '{folder.parent}/spill'")
        for view, columns in {
            "listings": "listing_id || k AS listing_id",
            "listing_links": "listing_id || k AS listing_id, operation_id || k AS operation_id, "
            "template_id || k AS template_id, "
            f"list_transform(identifiers, lambda i: struct_pack({fields})) AS identifiers",
            "links": "source || k AS source, target || k AS target",
            "templates": "template_id || k AS template_id",
            "operations": "operation_id || k AS operation_id",
        }.items():
            database.execute(f"CREATE TEMP TABLE one_{view} AS SELECT * FROM {view}")
            database.execute(f"DROP VIEW IF EXISTS {view}")
            database.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * REPLACE ({columns}) FROM one_{view}, "
                f"(SELECT CASE WHEN r = 0 THEN '' ELSE '-' || r END AS k FROM range({times}) t(r))"
            )
        for name, make, wanted in (
            ("laying out", lay_out, not folder.exists()),
            ("indexing", build_index, words and not (folder / FOLDER).exists()),
        ):
            if not wanted:
                continue
            begun, spent = time.perf_counter(), time.process_time()
            make(database, folder)
            print(f"{name:<24} {time.perf_counter() - begun:,.0f} s, "
                  f"{time.process_time() - spent:,.0f} CPU s", flush=True)  # fmt: skip


def _fill(wanted: int, times: int) -> None:
    from django.utils import timezone

    from lamplighter.console.leads.models import Lead, LeadReason

    rank = Lead.objects.count()
    have, now = list(Lead.objects.order_by("rank")), timezone.now()
    for k in range(1, times):
        if rank >= wanted:
            return
        made = []
        for lead in have[: wanted - rank]:
            copy = {name: getattr(lead, name) for name in (
                "band", "score", "headline", "listings", "accounts", "phones", "cities",
                "first_seen", "last_seen", "reasons")}  # fmt: skip
            made.append(Lead(operation_id=f"{lead.pk}-{k}", rank=rank, since=now, due=now, **copy))
            rank += 1
        Lead.objects.bulk_create(made, batch_size=500)
        LeadReason.objects.bulk_create(
            [LeadReason(lead=one, name=reason["name"], rank=one.rank)
             for one in made for reason in one.reasons],
            batch_size=2_000,
        )  # fmt: skip


def _time(client: Any, name: str, addresses: list[str]) -> None:
    for address in addresses[:3]:
        client.get(address)
    seconds, spent = [], []
    for address in addresses:
        begun, busy = time.perf_counter(), time.process_time()
        assert client.get(address).status_code == 200, address
        seconds.append(time.perf_counter() - begun)
        spent.append(time.process_time() - busy)
    said = []
    for values in (seconds, spent):
        values.sort()
        said += [1_000 * values[int(len(values) * part)] for part in (0.5, 0.95)]
        said.append(1_000 * values[-1])
    print("{:<24} median {:5.0f} ms, 95th {:5.0f}, most {:5.0f}; CPU {:4.0f}, {:4.0f}, {:4.0f}; of {}"
          .format(name, *said, len(seconds)), flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--leads", type=int, default=0)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--no-search", dest="search", action="store_false",
                        help="index no words, measure no search")  # fmt: skip
    given = parser.parse_args()
    prepare(given.workspace, "testserver")
    from django.test import Client

    from lamplighter.console.leads.models import Generation, Lead, LeadReason
    from lamplighter.console.people.models import Person
    from lamplighter.console.record.deployment import deployment
    from lamplighter.console.record.relink import follow_links

    follow_links()
    if given.times > 1:
        newest = Generation.newest()
        assert newest is not None
        folder = Path(f"{newest.folder}x{given.times}")
        if not folder.exists() or (given.search and not (folder / FOLDER).exists()):
            _copies(deployment().workspace, folder, given.times, given.search)
        Generation.objects.create(digest=newest.digest, folder=str(folder), operations=0)
    _fill(given.leads, given.times)
    real = list(Lead.objects.order_by("rank"))
    client, dice = Client(), random.Random(1)
    person, _ = Person.objects.get_or_create(username="bench", defaults={"roles": ["senior"]})
    client.force_login(person)
    last = Lead.objects.count()
    print(f"{last:,} leads, {given.times} copies of each listing", flush=True)
    names = list(LeadReason.objects.values_list("name", flat=True).distinct())
    _time(client, "queue", [f"/queue/?after={dice.randrange(last)}" for _ in range(80)])
    _time(client, "queue, one reason", [f"/queue/?reason={n}" for n in dice.choices(names, k=40)])
    _time(client, "queue, a word", [f"/queue/?words={w}" for w in ("phones", "zzz", "tour") * 12])
    some = dice.sample(real, min(80, len(real)))
    _time(client, "operation", [f"/operation/{lead.pk}/" for lead in some])
    large = sorted(real, key=lambda lead: (-lead.listings, lead.rank))[:40]
    _time(client, "operation, largest", [f"/operation/{lead.pk}/" for lead in large])
    if given.search:
        _time(client, "search", [f"/search/?words={word}" for word in _WORDS * 6])
    deployment().close()


if __name__ == "__main__":
    main()
