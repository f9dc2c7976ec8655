"""Exporting: a bag of originals with proofs, as a folder or sealed to a recipient."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from lamplighter.evidence.act import Act
from lamplighter.evidence.confirmed import confirmed_deed
from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.holds.read import holds_of
from lamplighter.evidence.package.assemble import (
    write_documents,
)
from lamplighter.evidence.package.bag import RECEIPT, BagWriter
from lamplighter.evidence.package.bates import Bates
from lamplighter.evidence.package.custody_graph import Custody
from lamplighter.evidence.package.document import Numbered
from lamplighter.evidence.package.receipt import receipt
from lamplighter.evidence.package.recipient import Recipient
from lamplighter.evidence.package.seal import seal
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody.chain import find_chain
from lamplighter.jobs.custody.chosen import chosen, operations_of, rows_of
from lamplighter.jobs.custody.contents import bag_info, write_rest
from lamplighter.jobs.custody.documents import documents
from lamplighter.jobs.custody.holds import active_cover
from lamplighter.jobs.custody.selection import Selection
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace

SEALED = ".tar.age"
_LISTED = 100_000  # listing ids in the private part of the export act; its bytes are bounded


@dataclass(frozen=True)
class ExportRequest:
    """What is exported (a scope or a hold), why, and by which two people.

    `called` says what it is to people, in place of the scope's own words; `confirmed` is the entry
    by which the second person confirmed it.
    """

    requested_by: str
    approved_by: str
    reason: str
    scope: Scope | None = None
    hold_id: str | None = None
    recipients: Sequence[Recipient] = ()
    bates: Bates = field(default_factory=Bates)
    called: str = ""
    confirmed: int | None = None


def by_confirmed(workspace: Workspace, request: ExportRequest, entry: int) -> ExportRequest:
    """The request (of one operation) by the two people who confirmed it in the console.

    `entry` is the confirming one in the ledger; it allows one export. Raises SecondPersonError.
    """
    if request.scope is None or request.scope.kind != "operation" or len(request.scope.values) != 1:
        raise UsageError("The console confirms the export of one operation.", hint="--operation ID")
    made = confirmed_deed(workspace.ledger, Deed.EXPORT, request.scope.values[0], entry)
    return replace(
        request, requested_by=made.first, approved_by=made.second, confirmed=made.confirmed
    )


def export(workspace: Workspace, request: ExportRequest, out: Path, steps: Steps) -> dict[str, Any]:
    """Make the package `out`: a folder, or one file sealed with age if there are recipients.

    The export is an act in the ledger, with the digest of the package and the recipients' keys; the
    package holds the proof of that act. Raises UsageError; on an error nothing is left at `out`.
    """
    by, other = check_second_person(Deed.EXPORT, request.requested_by, request.approved_by)
    assert other is not None
    if not request.reason.strip():
        raise UsageError("A reason is needed.", hint='--reason "warrant 2026-17"')
    _check_out(out, bool(request.recipients))
    cover = active_cover(workspace)
    selection = Selection(workspace.duckdb(), workspace.config.region)
    holds = holds_of(workspace.ledger)
    ids, sentence = chosen(request.scope, request.hold_id, holds, cover, selection)
    sentence = request.called or sentence
    rows = rows_of(workspace, ids)
    if not rows:
        raise UsageError("Nothing that is kept matches.", where=sentence,
                         hint="lamplighter evidence holds WORKSPACE lists holds.")  # fmt: skip
    touching = {
        key: key == request.hold_id for key, hold in holds.items()
        if not ids.isdisjoint(cover.get(key, hold.ever))
    }  # fmt: skip
    export_id = f"export-{secrets.token_hex(6)}"
    moment = now()
    with _partial(out) as work:
        folder = work / (out.name.removesuffix(SEALED) or "package")
        folder.mkdir()
        bag = BagWriter(folder)
        with steps.step("chain of acts", unit="entries"):
            chain = find_chain(workspace.ledger, rows, selection, touching)
        made = Custody(workspace.ledger.origin, export_id, sentence, moment, by, other)
        operations = operations_of(workspace, ids)
        with steps.step("documents", total=len(rows)):
            items = write_documents(
                bag, documents(workspace.ledger, chain, rows, operations), request.bates
            )
        with steps.step("lists and proofs"):
            touched = [holds[key] for key in touching]
            write_rest(bag, workspace.ledger, chain, items, made, request.reason, touched)
            digest = bag.close(bag_info(made, items))
        index = workspace.ledger.append(
            [_act(request, made, ids, items, digest, by, other, workspace.ledger.size)]
        )[0]
        try:
            (folder / RECEIPT).write_bytes(receipt(workspace.ledger, index, index))
            if request.recipients:
                with steps.step("sealing"):
                    seal(folder, work / "sealed", folder.name, request.recipients)
                (work / "sealed").rename(out)
            else:
                folder.rename(out)
        except BaseException:
            failed = {"what": "export not finished", "export": export_id}
            workspace.ledger.append([Act("note", now(), "system:export", failed)])
            raise
    return {
        "export": export_id,
        "out": str(out),
        "entry": index,
        "listings": len(set(rows.values())),
        "documents": len(items),
        "bates": [items[0].number, items[-1].number] if items else [],
        "tagmanifest_sha256": digest,
        "recipients": [each.fingerprint for each in request.recipients],
        "key": str(workspace.ledger.key),
    }


def _act(
    request: ExportRequest, made: Custody, ids: set[str], items: Sequence[Numbered], digest: str,
    by: str, other: str, size: int,
) -> Act:  # fmt: skip
    scope = request.scope
    private = {
        "scope": {"kind": scope.kind, "values": list(scope.values[:_LISTED])} if scope else None,
        "reason": request.reason,
        "listings": sorted(ids)[:_LISTED],
    }
    return Act(
        kind="export",
        time=now(),
        actor=by,
        public={
            "export": made.export_id,
            "approved_by": other,
            "hold": request.hold_id,
            "listings": len(ids),
            "documents": len(items),
            "log_size": size,
            "tagmanifest_sha256": digest,
            "recipients": [each.fingerprint for each in request.recipients],
            **({"confirmed": request.confirmed} if request.confirmed is not None else {}),
        },
        private=orjson.dumps(private, option=orjson.OPT_SORT_KEYS),
    )


def _check_out(out: Path, sealed: bool) -> None:
    if sealed and not out.name.endswith(SEALED):
        raise UsageError("A sealed package is one file.", where=str(out),
                         hint=f"Let its name end with {SEALED}: --out case{SEALED}")  # fmt: skip
    if out.exists() or out.is_symlink():
        raise UsageError("There is something already.", where=str(out),
                         hint="Name a package that does not exist yet.")  # fmt: skip


@contextmanager
def _partial(out: Path) -> Iterator[Path]:
    """A private folder beside `out`; it is gone afterwards, whatever happened."""
    work = out.parent / f".{out.name}.partial-{os.getpid()}"
    out.parent.mkdir(parents=True, exist_ok=True)
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
