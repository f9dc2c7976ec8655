"""Brings the tables of samples up to what the ledger says, whoever wrote it."""

from __future__ import annotations

import threading

import pyarrow.compute as pc
from django.db import transaction

from lamplighter.console.auditing.models import Item, KnownCase, Sample, Scan
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.public_log import PublicLog
from lamplighter.jobs.audit_sample import Desk
from lamplighter.reporting.transparency.audits import Audit, read_audits

_TURN = threading.Lock()
#: Set by a page that is far behind the log, for the thread that reads on.
WANTED = threading.Event()
#: Entries read in one turn: under a second.
_STEP = 250_000


def public_log() -> PublicLog:
    """The log as it is now."""
    ledger = deployment().workspace.ledger
    return PublicLog(ledger.log_folder, ledger.key)


def sampling() -> Desk:
    """Where samples are announced, drawn and closed."""
    return Desk(deployment().record, public_log, _entries)


def _entries(of: int) -> list[int]:
    """Entries about a sample, as far as the tables know it; they are caught up."""
    sample = Sample.objects.filter(pk=of).first()
    return [of, *sample.entries] if sample else []


def catch_up() -> None:
    """Read all that was logged since the last time; two microseconds an entry."""
    while _read_on(_STEP):
        pass


def caught_up() -> tuple[int, int]:
    """For pages: reads on where little is missing, and leaves more to the thread that draws. How far
    the log is read, and its size.
    """
    scan, size = _upto(), deployment().workspace.ledger.size
    if size - scan > _STEP:
        WANTED.set()
        return scan, size
    catch_up()
    return size, size


def _upto() -> int:
    return Scan.objects.filter(pk=1).values_list("upto", flat=True).first() or 0


def _read_on(most: int) -> bool:
    """Read at most so many entries; whether more are left."""
    with _TURN:
        log = public_log()
        start = min(_upto(), log.size)
        stop = min(start + most, log.size)
        found: list[int] = []
        for table in log.tables(start, stop):
            found += table.filter(pc.equal(table["kind"], "audit"))["index"].to_pylist()
        with transaction.atomic():
            for index in found:
                public = log.entry(index).public
                event = public.get("event")
                if event == "announced":
                    _announced(index, log)
                elif event in ("drawn", "closed"):
                    sample = Sample.objects.filter(pk=public.get("announced")).first()
                    if sample is not None and index not in sample.entries:
                        _went_on(sample, index, log)
            Scan.objects.update_or_create(pk=1, defaults={"upto": stop})
        return stop < log.size


def audit_of(sample: Sample, log: PublicLog | None = None) -> Audit:
    """The sample as the ledger has it."""
    log = log or public_log()
    entries = [log.entry(index) for index in (sample.announced, *sample.entries)]
    return read_audits(entries)[0]


def _announced(index: int, log: PublicLog) -> None:
    (audit,) = read_audits([log.entry(index)])
    plan = audit.plan
    Sample.objects.get_or_create(
        announced=index,
        defaults={
            "since": plan.since, "until": plan.until, "shown": plan.shown, "acted": plan.acted,
            "outside": audit.outside, "simulated": audit.simulated,
        },
    )  # fmt: skip


def _went_on(sample: Sample, index: int, log: PublicLog) -> None:
    """A part of the drawing or the closing: take it in; once all is there, make what follows."""
    sample.entries = [*sample.entries, index]
    audit = audit_of(sample, log)
    fresh = audit.drawn is not None and sample.drawn is None
    sample.drawn, sample.closed = audit.drawn, audit.closed
    sample.save()
    if not fresh or sample.simulated:
        return
    items = [Item(sample=sample, number=at, entry=entry)
             for at, (entry, _) in enumerate(audit.draw.items)]  # fmt: skip
    for known in KnownCase.objects.filter(lead=None, items=None, ledger_index__lt=audit.drawn):
        items.append(Item(sample=sample, entry=known.entry, known=known))
    Item.objects.bulk_create(items)
