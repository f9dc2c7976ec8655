"""Times the console's pages at the server: `python -m bench.console WORKSPACE`.

The workspace is one with a result of linking. With `--leads N` the queue is filled up to N leads by
copies (the operation pages measured are real ones). Nothing is written but accesses, to the ledger.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any

from lamplighter.console.serve import prepare

_WORDS = ("sofa", "delivery driver", "apartment", "new bike", "rent", "Denver", "late")


def _fill(wanted: int) -> None:
    from django.utils import timezone

    from lamplighter.console.leads.models import Lead, LeadReason

    rank = Lead.objects.count()
    have, now = list(Lead.objects.order_by("rank")[:1_000]), timezone.now()
    while rank < wanted:
        made = []
        for lead in have[: wanted - rank]:
            copy = {name: getattr(lead, name) for name in (
                "band", "score", "headline", "listings", "accounts", "phones", "cities",
                "first_seen", "last_seen", "reasons")}  # fmt: skip
            made.append(Lead(operation_id=f"op-copy{rank}", rank=rank, since=now, due=now, **copy))
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
    seconds = []
    for address in addresses:
        begun = time.perf_counter()
        assert client.get(address).status_code == 200, address
        seconds.append(time.perf_counter() - begun)
    seconds.sort()
    median, late = (1_000 * seconds[int(len(seconds) * part)] for part in (0.5, 0.95))
    print(f"{name:<24} median {median:5.0f} ms, 95th {late:5.0f} ms, of {len(seconds)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--leads", type=int, default=0)
    given = parser.parse_args()
    prepare(given.workspace, "testserver")
    from django.test import Client

    from lamplighter.console.leads.models import Lead, LeadReason
    from lamplighter.console.people.models import Person
    from lamplighter.console.record.deployment import deployment
    from lamplighter.console.record.relink import follow_links

    follow_links()
    real = list(Lead.objects.exclude(pk__startswith="op-copy").order_by("rank"))
    _fill(given.leads)
    client, dice = Client(), random.Random(1)
    person, _ = Person.objects.get_or_create(username="bench", defaults={"roles": ["senior"]})
    client.force_login(person)
    last = Lead.objects.count()
    print(f"{last:,} leads, of which {len(real):,} real")
    names = list(LeadReason.objects.values_list("name", flat=True).distinct())
    _time(client, "queue", [f"/queue/?after={dice.randrange(last)}" for _ in range(80)])
    _time(client, "queue, one reason", [f"/queue/?reason={n}" for n in dice.choices(names, k=40)])
    _time(client, "queue, a word", [f"/queue/?words={w}" for w in ("phones", "zzz", "tour") * 12])
    some = dice.sample(real, min(80, len(real)))
    _time(client, "operation", [f"/operation/{lead.pk}/" for lead in some])
    large = sorted(real, key=lambda lead: -lead.listings)[:20]
    _time(client, "operation, largest", [f"/operation/{lead.pk}/" for lead in large])
    _time(client, "search", [f"/search/?words={word}" for word in _WORDS * 6])
    deployment().close()


if __name__ == "__main__":
    main()
