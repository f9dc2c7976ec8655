"""Links judged by people: kept as acts, and as a file that linking can read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import orjson
from django.db.models import Max

from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.relinker import relink_soon
from lamplighter.console.review.models import LinkJudgement
from lamplighter.evidence.act import Act
from lamplighter.jobs.judged_links import FILE


def judge(person: Person, operation: str, one: str, other: str, word: str) -> LinkJudgement:
    """Record what a person says of two listings: ledger, database, file, in this order."""
    one, other = ordered(one, other)
    private = {"one": one, "other": other, "operation": operation}
    made = datetime.now(UTC)
    act = Act("link.judged", made, person.actor, {"word": word},
              orjson.dumps(private, option=orjson.OPT_SORT_KEYS))  # fmt: skip
    index = deployment().record([act])[0]
    judged: LinkJudgement = LinkJudgement.objects.create(
        one=one, other=other, word=word, person=person, made=made, ledger_index=index
    )
    write_judged(deployment().workspace.folder / FILE)
    relink_soon()
    return judged


def ordered(one: str, other: str) -> tuple[str, str]:
    """The pair with the smaller id first."""
    return (one, other) if one <= other else (other, one)


def standing(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], LinkJudgement]:
    """The newest judgement of each pair (ids in any order) that was not undone."""
    wanted = {ordered(*pair) for pair in pairs}
    rows = LinkJudgement.objects.filter(one__in={one for one, _ in wanted}).order_by("pk")
    held = {(row.one, row.other): row for row in rows.select_related("person")}
    return {
        pair: row
        for pair, row in held.items()
        if pair in wanted and row.word != LinkJudgement.Word.UNDONE
    }


def write_judged(path: Path) -> int:
    """Write every pair that stands as same or different, for linking; how many. Replaces the file."""
    newest = LinkJudgement.objects.values("one", "other").annotate(last=Max("pk"))
    rows = LinkJudgement.objects.filter(pk__in=newest.values("last")).order_by("one", "other")
    lines = [
        orjson.dumps({"one": row.one, "other": row.other, "word": row.word})
        for row in rows
        if row.word in (LinkJudgement.Word.SAME, LinkJudgement.Word.DIFFERENT)
    ]
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as out:
        out.write(b"".join(line + b"\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    return len(lines)
