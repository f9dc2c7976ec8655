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


def public_log() -> PublicLog:
    """The log as it is now."""
    ledger = deployment().workspace.ledger
    return PublicLog(ledger.log_folder, ledger.key)


def sampling() -> Desk:
    """Where samples are announced, drawn and closed."""
    return Desk(deployment().record, public_log)


def catch_up() -> None:
    """Read what was logged since the last time; two microseconds an entry."""
    with _TURN:
        log = public_log()
        scan = Scan.objects.filter(pk=1).first() or Scan(pk=1)
        found: list[int] = []
        # Before the transaction: in a large log the first reading takes half a minute.
        for table in log.tables(min(scan.upto, log.size)):
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
            scan.upto = log.size
            scan.save()


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
