"""Exporting: a bag of originals with proofs, as a folder or sealed to a recipient."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from lamplighter import __version__
from lamplighter.evidence.act import Act
from lamplighter.evidence.holds.hold import Hold, Scope, check_hold_id
from lamplighter.evidence.holds.read import holds_of
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.package.assemble import (
    Proved,
    write_documents,
    write_lists,
    write_log,
    write_verifier,
)
from lamplighter.evidence.package.bag import RECEIPT, BagWriter
from lamplighter.evidence.package.bates import Bates
from lamplighter.evidence.package.custody_graph import Custody, CustodyAct
from lamplighter.evidence.package.document import Numbered
from lamplighter.evidence.package.page import Facts
from lamplighter.evidence.package.receipt import receipt
from lamplighter.evidence.package.recipient import Recipient
from lamplighter.evidence.package.seal import seal
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.evidence.verifier import PROGRAM
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody.chain import Chain, find_chain
from lamplighter.jobs.custody.documents import documents
from lamplighter.jobs.custody.holds import active_cover
from lamplighter.jobs.custody.selection import Selection
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace

SEALED = ".tar.age"
_LISTED = 100_000  # listing ids in the private part of the export act; its bytes are bounded


@dataclass(frozen=True)
class ExportRequest:
    """What is exported (a scope or a hold), why, and by which two people."""

    requested_by: str
    approved_by: str
    reason: str
    scope: Scope | None = None
    hold_id: str | None = None
    recipients: Sequence[Recipient] = ()
    bates: Bates = field(default_factory=Bates)


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
    ids, sentence = _named(request, holds, cover, selection)
    rows = _rows(workspace, ids)
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
        operations = _operations(workspace, ids)
        with steps.step("documents", total=len(rows)):
            items = write_documents(
                bag, documents(workspace.ledger, chain, rows, operations), request.bates
            )
        with steps.step("lists and proofs"):
            _write_rest(
                bag, workspace.ledger, chain, items, made, request, [holds[k] for k in touching]
            )
            digest = bag.close(_info(made, items))
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


def _named(
    request: ExportRequest, holds: dict[str, Hold], cover: dict[str, set[str]], selection: Selection
) -> tuple[set[str], str]:
    """Listing ids, and what they are in words."""
    if request.hold_id is not None:
        hold = holds.get(check_hold_id(request.hold_id))
        if hold is None:
            raise UsageError("There is no such hold.", where=request.hold_id,
                             hint="lamplighter evidence holds WORKSPACE")  # fmt: skip
        # A hold that ended keeps nothing more, but what it covered can still be handed on.
        return cover.get(hold.hold_id, set(hold.ever)), f"{hold.hold_id}: {hold.scope.sentence()}"
    assert request.scope is not None
    return selection.matches(request.scope), request.scope.sentence()


def _rows(workspace: Workspace, ids: set[str]) -> dict[int, str]:
    """Ledger index → listing id of every version of these listings."""
    views = workspace.duckdb()
    views.register("wanted", pa.table({"value": pa.array(sorted(ids), pa.large_string())}))
    found = views.execute(
        "SELECT ledger_index, listing_id FROM versions JOIN wanted ON listing_id = value ORDER BY 1"
    ).fetchall()
    return dict(found)


def _operations(workspace: Workspace, ids: set[str]) -> dict[str, str]:
    if not (workspace.links_folder / "listings.parquet").is_file():
        return {}
    views = workspace.duckdb()
    views.register("wanted", pa.table({"value": pa.array(sorted(ids), pa.large_string())}))
    found = views.execute(
        "SELECT listing_id, operation_id FROM listing_links JOIN wanted ON listing_id = value "
        "WHERE operation_id IS NOT NULL"
    ).fetchall()
    return dict(found)


def _write_rest(
    bag: BagWriter,
    ledger: Ledger,
    chain: Chain,
    items: Sequence[Numbered],
    made: Custody,
    request: ExportRequest,
    holds: Sequence[Hold],
) -> None:
    names = {
        item.document.index: item.native_name for item in items if item.document.kind != "media"
    }
    media = {
        (item.document.index, item.document.fields["object"]): item.native_name
        for item in items if item.document.kind == "media"
    }  # fmt: skip
    proved: list[Proved] = []
    acts: list[CustodyAct] = []
    erased = 0
    for entry, free in chain.entries():
        state, salt, name = "none", None, None
        if entry.commitment is not None and not free:
            state = "withheld"
        elif entry.commitment is not None:
            salted = ledger.salted(entry.index)
            state = "open" if salted else "erased"
            erased += salted is None
            if salted:
                salt, private = salted
                name = names.get(entry.index)
                if name is None:
                    name = f"acts/{entry.index:012d}.json"
                    bag.add(name, private)
        objects = tuple((one, media.get((entry.index, one))) for one in entry.objects)
        proof = ledger.inclusion(entry.index).hashes
        proved.append(Proved(entry.index, entry.raw, proof, state, salt, name, objects))
        note = " ".join(str(entry.public.get(k, "")) for k in ("event", "verdict", "hold", "rule"))
        note = f"{note} {'(private part erased)' if state == 'erased' else ''}".strip()
        acts.append(CustodyAct(entry.index, entry.kind, entry.time, entry.actor, note))
    facts = Facts(
        made.export_id, made.sentence, request.reason, made.made_at, made.made_by,
        made.approved_by, made.origin, ledger.size, base64.b64encode(ledger.root).decode(),
        str(ledger.key), erased, [_hold_sentence(hold, made.made_at) for hold in holds],
    )  # fmt: skip
    write_lists(bag, items, acts, made, facts)
    write_log(bag, ledger.checkpoint(), str(ledger.key), proved)
    write_verifier(bag, PROGRAM, _HOW.format(key=ledger.key, origin=made.origin))


def _hold_sentence(hold: Hold, moment: datetime) -> str:
    end = f"until {hold.until:%Y-%m-%d}" if hold.until else "until released"
    return f"{hold.hold_id}, {hold.rule} ({hold.statute}), {end}; {hold.state(moment)}"


def _info(made: Custody, items: Sequence[Numbered]) -> dict[str, str]:
    return {
        "Source-Organization": made.origin,
        "External-Identifier": made.export_id,
        "External-Description": f"{len(items)} documents: {made.sentence}",
        "Bagging-Date": f"{made.made_at:%Y-%m-%d}",
        "Bag-Software-Agent": f"Lamplighter {__version__}",
    }


def _act(
    request: ExportRequest, made: Custody, ids: set[str], items: Sequence[Numbered], digest: str,
    by: str, other: str, size: int,
) -> Act:  # fmt: skip
    scope = request.scope
    private = {
        "scope": {"kind": scope.kind, "values": list(scope.values)} if scope else None,
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


_HOW = """\
How to check this package, offline
==================================

You need Python 3.11 or newer and its library `cryptography`. In this folder:

    python lamplighter_verify.py . --key '{key}'

Exit code 0: every byte is as it was. Exit code 4: something differs, and it says what.
`--key` is the public key of the log {origin}. Take it from
somebody else than whoever gave you this package. Without --key the key in the package is used,
which shows only that the package fits itself.

lamplighter_verify.py is one file, made to be read. The bag itself also satisfies RFC 8493:
`bagit.py --validate .` checks the digests. data/MANIFEST.html says what is in here.
"""
