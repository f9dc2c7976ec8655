"""From the ledger to statements that posters can open: made, then found by their tokens."""

from __future__ import annotations

import logging
import threading
from functools import cache
from pathlib import Path

import orjson
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lamplighter.console.api.webhooks import tell
from lamplighter.console.appeals.forgetting import forget
from lamplighter.console.appeals.models import Followed, Issued, Wait
from lamplighter.console.appeals.restoring import restore_appeal
from lamplighter.console.appeals.tokens import digest_of, token_of
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.repeating import Repeating
from lamplighter.evidence.entry import Entry
from lamplighter.jobs.statements import make_statements
from lamplighter.reporting.statement.acts import Held
from lamplighter.reporting.statement.delay import TOPIC, Delay, Subject, read_delay
from lamplighter.reporting.statement.settings import Settings, read_settings
from lamplighter.reporting.statement.statement import Source, Statement

_LOG = logging.getLogger("lamplighter.console")
_SECONDS = 5.0
#: Entries of the ledger that one transaction takes over.
_STEP = 50_000
#: What is taken over from the ledger.
_FOLLOWED = ("appeal", "erasure", "note", "purge", "statement")
_lock = threading.Lock()


@cache
def _settings(folder: Path) -> Settings:
    return read_settings(folder)


def statement_settings() -> Settings:
    """`statements.toml` of the workspace, as it was when the server started."""
    return _settings(settings.CONSOLE.folder)


def link_of(puid: str) -> str:
    """The poster's address; absolute where the console knows its own."""
    return f"{settings.CONSOLE.origin}/statement/{token_of(puid)}"


def follow_statements() -> int:
    """Make what is owed since the last look, and let it be found; how many are new."""
    with _lock:
        new = _follow()
        for one in Issued.objects.filter(announced=False):
            if one.told:
                _tell(one.read)
                Issued.objects.filter(pk=one.pk).update(announced=True)
    return new


def _follow() -> int:
    ledger = deployment().workspace.ledger
    row, _ = Followed.objects.get_or_create(pk=1)
    if row.upto >= ledger.size:
        return 0
    now = timezone.now()
    _look(
        row.upto, ledger.size, delays_only=True
    )  # delays first: what is made now may be under one
    waits = [one.read for one in Wait.objects.filter(until__gt=now)]
    make_statements(deployment().workspace, statement_settings(), row.upto, _source_of, waits)
    size, new = ledger.size, 0
    for start in range(row.upto, size, _STEP):
        with transaction.atomic():  # short, so that decisions do not wait for a long log
            stop = min(start + _STEP, size)
            new += _look(start, stop)
            Followed.objects.filter(pk=1).update(upto=stop)
    return new


def _look(start: int, stop: int, *, delays_only: bool = False) -> int:
    """Take over statements, delays and appeals of these entries, and what was erased; how many
    statements are new."""
    ledger, new = deployment().workspace.ledger, 0
    for entry in ledger.entries(start, stop, kinds=_FOLLOWED):
        if entry.kind in ("purge", "erasure") and not delays_only:
            forget(entry)
        private = ledger.opening(entry.index) if _ours(entry) else None
        if private is None:
            continue
        said = orjson.loads(private)
        if entry.kind == "appeal":
            if not delays_only:
                restore_appeal(entry, said)
        elif entry.kind == "note":
            _wait(read_delay(said, entry.actor, entry.index))
        elif not delays_only:
            new += _issue(Held(entry.index, entry.time, Statement.from_dict(said)))
    return new


def _wait(delay: Delay) -> None:
    """Keep a delay, and hold back what is about its subject and was made before."""
    if delay.subject is Subject.STATEMENT:
        Issued.objects.filter(puid=delay.value).update(delayed_until=delay.until)
        return
    Wait.objects.get_or_create(
        ledger_index=delay.entry,
        defaults={"subject": str(delay.subject), "value": delay.value, "until": delay.until,
                  "asked_by": delay.asked_by, "reference": delay.reference, "by": delay.by},
    )  # fmt: skip
    for one in Issued.objects.filter(ledger_index__lt=delay.entry, made__lt=delay.until):
        if delay.covers(one.read):
            Issued.objects.filter(pk=one.pk).update(delayed_until=delay.until)


def _source_of(listing: str) -> Source:
    """Whose notice named the listing."""
    rows = apps.get_model("notices", "Told").objects.filter(listing=listing)
    if rows.filter(flagger__isnull=False).exists():
        return Source.FLAGGER
    return Source.NOTICE if rows.exists() else Source.OWN


def _ours(entry: Entry) -> bool:
    delay = entry.kind == "note" and entry.public.get("topic") == TOPIC
    return delay or entry.kind in ("statement", "appeal")


def _issue(held: Held) -> bool:
    one = held.statement
    _, new = Issued.objects.get_or_create(
        puid=one.puid,
        defaults={"digest": digest_of(token_of(one.puid)), "statement": one.as_dict(),
                  "ledger_index": held.entry, "made": held.made, "account": one.account[:512]},
    )  # fmt: skip
    return bool(new)


def _tell(one: Statement) -> None:
    """Hand the platform the link, for whoever posted."""
    tell("statement.made", {
        "statement": one.puid, "measure": str(one.measure), "listings": list(one.listings[:1_000]),
        "account": one.account, "link": link_of(one.puid),
    })  # fmt: skip


def statement_follower() -> Repeating:
    """Makes statements of new decisions, which stand in the ledger."""
    return Repeating("statements", _SECONDS, lambda _: follow_statements(),
                     "statements could not be made")  # fmt: skip
