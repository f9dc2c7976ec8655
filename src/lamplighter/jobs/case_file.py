"""The case file of an operation in a workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from lamplighter import __version__
from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.follow_the_money import write_follow_the_money
from lamplighter.jobs.operation_reader import Reader
from lamplighter.reporting.case_file.case_file import CaseFile, LogFacts, Submitted
from lamplighter.reporting.case_file.typeset import typeset
from lamplighter.reporting.operations_report.lead import Link
from lamplighter.workspace.operation_views import operation_views
from lamplighter.workspace.workspace import Workspace


def write_case_file(
    folder: Path,
    operation_id: str,
    out: Path,
    *,
    prepared_by: str,
    approved_by: str,
    recipient: str,
    reference: str = "",
    bag: str = "",
    fonts: Path | None = None,
    ftm: Path | None = None,
) -> dict[str, Any]:
    """Write the PDF to `out`, and log that it was made; returns what a command prints.

    With `ftm`, also the same operation as FollowTheMoney entities (JSON lines), logged by itself.

    SecondPersonError unless two people answer for it: a case file leaves the house. UsageError if
    there is no such operation. The entry is in the ledger before the file is there to be read.
    """
    check_second_person(Deed.EXPORT, prepared_by, approved_by)
    with Workspace.open(folder, write=True) as workspace:
        pdf, made = make_case_file(
            workspace, operation_id, prepared_by=prepared_by, approved_by=approved_by,
            recipient=recipient, reference=reference, bag=bag, fonts=fonts,
        )  # fmt: skip
    replace_file(out, pdf, 0o600)
    if ftm is not None:
        made["ftm"] = write_follow_the_money(
            folder, operation_id, ftm, prepared_by=prepared_by, approved_by=approved_by,
            recipient=recipient,
        )  # fmt: skip
    return {"out": str(out), **made}


def make_case_file(
    workspace: Workspace, operation_id: str, *, prepared_by: str, approved_by: str,
    recipient: str, reference: str = "", bag: str = "", fonts: Path | None = None,
) -> tuple[bytes, dict[str, Any]]:  # fmt: skip
    """The PDF, logged before it is returned, and what the ledger says of it. Errors as above."""
    asker, other = check_second_person(Deed.EXPORT, prepared_by, approved_by)
    assert other is not None
    with workspace.duckdb() as database:
        case = read_case(
            workspace, database, operation_id, prepared_by=asker, approved_by=other,
            recipient=recipient, reference=reference, bag=bag,
        )  # fmt: skip
    pdf, missing = typeset(case, fonts)
    digest = workspace.ledger.put_object(pdf)
    public: dict[str, Json] = {
        "what": "case file",
        "approved_by": other,
        "listings": len(case.listings),
    }
    # By these, and not by the operation, which may be another tomorrow, retention finds the PDF.
    ids = [one.listing_id for one in case.listings]
    private = {"operation": operation_id, "recipient": recipient, "reference": reference,
               "listings": ids}  # fmt: skip
    act = Act("export", case.made_at, asker, public, orjson.dumps(private), [digest])
    (entry,) = workspace.ledger.append([act])
    return pdf, {"operation": operation_id, "listings": len(case.listings), "sha256": digest,
                 "entry": entry, "missing": missing}  # fmt: skip


def read_case(
    workspace: Workspace, database: duckdb.DuckDBPyConnection, operation_id: str, *,
    prepared_by: str, approved_by: str, recipient: str, reference: str = "", bag: str = "",
) -> CaseFile:  # fmt: skip
    """All that the workspace knows of an operation. UsageError if there is no such one."""
    if not (workspace.links_folder / "operations.parquet").exists():
        raise UsageError("Nothing was linked yet.", where=str(workspace.folder),
                         hint=f"Run: lamplighter ingest {workspace.folder} FILE")  # fmt: skip
    operation_views(database)
    reader = Reader(database, operation_id)
    row = reader.row()
    if row is None:
        raise UsageError("There is no such operation.", where=operation_id,
                         hint="The ids stand in links/operations.parquet and in the report.")  # fmt: skip
    ties = [Link(t.source, t.target, t.kind, t.weight, t.reason, t.kept) for t in reader.ties()]
    return CaseFile(
        lead=replace(reader.lead(row), links=ties),
        listings=_submitted(database, operation_id),
        made_at=datetime.now(UTC),
        version=__version__,
        platform=workspace.config.name,
        prepared_by=prepared_by,
        approved_by=approved_by,
        recipient=recipient,
        reference=reference,
        log=log_facts(workspace.ledger),
        bag=bag,
    )


def log_facts(ledger: Ledger) -> LogFacts:
    """Name, size, root and public key of the log as it stands."""
    return LogFacts(ledger.origin, ledger.size, ledger.root.hex(), str(ledger.key))


def _submitted(database: duckdb.DuckDBPyConnection, operation_id: str) -> list[Submitted]:
    found = database.execute(
        "SELECT listing_id, posted_at, concat_ws(', ', city, region, country), "
        "coalesce(account_id, ''), coalesce(category, ''), coalesce(url, ''), "
        "coalesce(title, ''), text, published_title, published_text, ledger_index "
        "FROM members WHERE operation_id = ? ORDER BY posted_at NULLS LAST, listing_id",
        [operation_id],
    )
    return [
        Submitted(listing_id, posted_at, place, account, category, url, title, text,
                  _other(title, text, published_title, published_text), entry)
        for (listing_id, posted_at, place, account, category, url, title, text, published_title,
             published_text, entry) in found.fetchall()
    ]  # fmt: skip


def _other(title: str, text: str, new_title: str | None, new_text: str | None) -> str | None:
    """What was shown, where it differs from what was submitted."""
    if (new_text is None or new_text == text) and (new_title is None or new_title == title):
        return None
    shown = [title if new_title is None else new_title, text if new_text is None else new_text]
    return "\n".join(part for part in shown if part)
