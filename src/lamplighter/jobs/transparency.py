"""The transparency report: read a log, count, write what the public gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson

from lamplighter import __version__
from lamplighter.evidence.note import VerifierKey, read_key
from lamplighter.evidence.public_log import PublicLog
from lamplighter.evidence.verify.verify import Layout
from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.reporting.transparency.audits import read_audits, told
from lamplighter.reporting.transparency.eu_csv import Filled
from lamplighter.reporting.transparency.figures import figures
from lamplighter.reporting.transparency.page import write_page
from lamplighter.reporting.transparency.tally import Tally

#: A period that holds every entry; the report then names the days of the first and the last.
EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def open_log(folder: Path, key: str | None) -> PublicLog:
    """The log of a workspace, or of a folder received from somebody else with its key.

    UsageError where there is none or the key is missing; TamperError where the signature is not of
    that key.
    """
    layout = Layout.of(folder)
    if key is not None:
        return PublicLog(layout.log, read_key(key))
    if layout.key is None:
        raise UsageError(
            "This log comes without its key.", where=str(folder),
            hint="name it: --key platform.pub (get it from the platform by another way)",
        )  # fmt: skip
    return PublicLog(layout.log, VerifierKey.parse(layout.key.read_text("utf-8")))


def period(first: str | None, last: str | None) -> tuple[datetime, datetime]:
    """From midnight (UTC) of the first day to the midnight after the last; UsageError if reversed."""
    since = _midnight(first, "--from") if first else EVER[0]
    until = _midnight(last, "--to") + timedelta(days=1) if last else EVER[1]
    if since >= until:
        raise UsageError("The period ends before it begins.", where=f"--from {first} --to {last}")
    return since, until


def _midnight(text: str, option: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError as error:
        raise UsageError("This is no date.", where=f"{option} {text}",
                         hint="write it as 2026-03-31") from error  # fmt: skip


def read_tally(log: PublicLog, since: datetime, until: datetime, steps: Steps) -> Tally:
    """Count a period, from the public parts alone. TamperError where the log is damaged."""
    tally = Tally(since, until)
    with steps.step("log read", total=log.size) as progress:
        for table in log.tables():
            tally.add(table)
            progress.advance(table.num_rows)
    if since == EVER[0] and tally.first is not None:
        tally.since = tally.first.replace(hour=0, minute=0, second=0, microsecond=0)
    if until == EVER[1] and tally.last is not None:
        day = tally.last.replace(hour=0, minute=0, second=0, microsecond=0)
        tally.until = day + timedelta(days=1)
    return tally


def read_figures(log: PublicLog, since: datetime, until: datetime, steps: Steps) -> dict[str, Any]:
    """The figures of a period. Errors as above."""
    tally = read_tally(log, since, until, steps)
    audits = read_audits(log.entry(index) for index in tally.audits)
    told_of = [
        told(one, tally.states, log.root_at)
        for one in audits
        if since <= one.plan.since and one.plan.until <= until
    ]
    return figures(
        tally,
        audits=told_of,
        log={"origin": log.origin, "size": log.size, "root": log.root.hex()},
        version=__version__,
        policies=[_policy(log, index) for index in tally.policy_entries],
    )


def write_eu_csv(
    log: PublicLog, since: datetime, until: datetime, out: Path, steps: Steps, *, provider: str = "",
    service: str = "",
) -> list[Path]:  # fmt: skip
    """The parts of the EU's template that the log fills, as CSV files in a folder. Errors as above."""
    tally = read_tally(log, since, until, steps)
    heard = tally.appealed_statements | {of for _, _, of in tally.appeals_decided}
    entries = (log.entry(index) for index in sorted(heard) if index < log.size)
    measures = {e.index: str(e.public.get("measure")) for e in entries if e.kind == "statement"}
    out.mkdir(parents=True, exist_ok=True)
    made = Filled(tally, measures, provider, service).files()
    for name, data in made.items():
        replace_file(out / name, data)
    return [out / name for name in made]


def _policy(log: PublicLog, index: int) -> dict[str, Any]:
    entry = log.entry(index)
    told = {name: entry.public.get(name) for name in ("policy", "mode", "shadow")}
    return {"entry": index, "since": entry.time.isoformat(), **told,
            "sha256": next(iter(entry.objects), None)}  # fmt: skip


def write_report(found: Mapping[str, Any], out: Path) -> list[Path]:
    """`report.html` and `report.json` in a folder; each appears when it is whole."""
    out.mkdir(parents=True, exist_ok=True)
    made = {
        "report.json": orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n",
        "report.html": write_page(found),
    }
    for name, data in made.items():
        replace_file(out / name, data)
    return [out / name for name in made]
