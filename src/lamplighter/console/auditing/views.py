"""Pages of the auditor. They show acts and numbers, never a listing's words or an identifier."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamplighter.console.auditing.known_views import hits
from lamplighter.console.auditing.models import KnownCase
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import LABELS, Decision, LinkJudgement, Proposal

#: Entries of the ledger on one page, newest first.
PAGE = 200
#: What persons do; acts of the platform and of intake are thousands.
KINDS = ("access", "audit", "decision", "link.judged", "hold", "release", "report", "export", "note",
         "erasure", "purge", "policy")  # fmt: skip


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Acts of people, the log's checkpoint, and how far reviewers agree."""
    ledger = deployment().workspace.ledger
    before = request.GET.get("before", "")
    stop = min(int(before), ledger.size) if before.isdigit() and len(before) < 16 else ledger.size
    kind, actor = request.GET.get("kind", ""), request.GET.get("actor", "")[:80]
    rows, at = _acts(stop, kind if kind in KINDS else "", actor)
    names = {person.actor: person.username for person in Person.objects.all()}
    facts = {
        "rows": [{"entry": e, "name": names.get(e.actor, e.actor), "said": _said(e)} for e in rows],
        "kinds": KINDS, "kind": kind, "actor": actor, "actors": sorted(names.items()),
        "before": at if at > 0 else None, "size": ledger.size, "root": ledger.root.hex(),
        "checkpoint": ledger.checkpoint().decode(), "agreement": agreement(),
        "counts": _counts(), "known": hits(KnownCase.objects.all()),
        "kept": _kept(), "concealment": (ledger.folder / "audit" / "report.html").is_file(),
    }  # fmt: skip
    return render(request, "auditing/audit.html", facts)


def _kept() -> list[dict[str, Any]]:
    """Checkpoints that were kept, newest first: size, and whether somebody else answers for them."""
    folder = deployment().workspace.folder / "checkpoints"
    names = sorted({path.name for path in folder.glob("*") if path.name[:15].isdigit()})
    sizes: dict[int, set[str]] = defaultdict(set)
    for name in names:
        sizes[int(name[:15])].add(name[15:])
    return [
        {"size": size, "cosigned": ".cosigned.note" in held, "stamped": ".tsr" in held}
        for size, held in sorted(sizes.items(), reverse=True)[:12]
    ]


def _acts(stop: int, kind: str, actor: str) -> tuple[list[Any], int]:
    """Up to a page of people's acts below `stop`, newest first, and where the next page begins."""
    ledger = deployment().workspace.ledger
    found: list[Any] = []
    looked = 0
    while stop > 0 and len(found) < PAGE and looked < 50 * PAGE:
        start = max(0, stop - 1_000)
        for entry in reversed(list(ledger.entries(start, stop))):
            if not entry.actor.startswith("user:"):
                continue
            if (kind and entry.kind != kind) or (actor and entry.actor != actor):
                continue
            found.append(entry)
            if len(found) == PAGE:
                return found, entry.index
        looked += stop - start
        stop = start
    return found, stop


def _said(entry: Any) -> str:
    """The public part in a line: counts and words, no listing."""
    return ", ".join(
        f"{name}: {value if isinstance(value, str | int) else orjson.dumps(value).decode()}"
        for name, value in entry.public.items()
    )


def _counts() -> list[dict[str, Any]]:
    """Decisions by person and verdict."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for name, verdict in Decision.objects.values_list("person__username", "verdict"):
        held[name][verdict] += 1
    return [
        {"name": name, "total": sum(counts.values()),
         "verdicts": ", ".join(f"{verdict} {count}" for verdict, count in counts.most_common())}
        for name, counts in sorted(held.items())
    ]  # fmt: skip


def agreement() -> dict[str, Any]:
    """How often two persons who graded the same operation were within one step, by label.

    Only the first decision of each person on an operation counts.
    """
    first: dict[str, dict[int, dict[str, int]]] = defaultdict(dict)
    for lead, person, labels in Decision.objects.order_by("pk").values_list(
        "lead", "person", "labels"
    ):
        first[lead].setdefault(person, labels)
    near: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for people in first.values():
        graded = list(people.values())
        for place, one in enumerate(graded):
            for other in graded[place + 1 :]:
                for name in one.keys() & other.keys():
                    both[name] += 1
                    near[name] += abs(one[name] - other[name]) <= 1
    seconds = Proposal.objects.exclude(state=Proposal.State.WAITING)
    return {
        "labels": [(words, near[name], both[name]) for name, words in LABELS.items() if both[name]],
        "seconded": seconds.count(),
        "confirmed": seconds.filter(state=Proposal.State.CONFIRMED).count(),
        "judged": LinkJudgement.objects.exclude(word=LinkJudgement.Word.UNDONE).count(),
    }
