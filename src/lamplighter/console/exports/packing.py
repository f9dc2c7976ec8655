"""Makes what two people confirmed, in the background, and removes files that were offered long enough.

What stands between two starts of the service is in the database and in the ledger: an export that was
being made when the process ended is made anew. Nothing of the first attempt can have left the house.
"""

from __future__ import annotations

import logging
import shutil
import threading
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

import orjson
from django.utils import timezone

from lamplighter.console.exports.asking import subject_of
from lamplighter.console.exports.models import OFFERED, Export, export_folder
from lamplighter.console.exports.table import write_table
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.repeating import Repeating
from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.confirmed import Confirmed, confirmed_deed
from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.package.recipient import read_recipients
from lamplighter.evidence.two_people import Deed
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody.export import SEALED, ExportRequest
from lamplighter.jobs.custody.export import export as make_package

_LOG = logging.getLogger("lamplighter.console")
_SECONDS = 2.0


def pack_due(ended: threading.Event) -> None:
    """Make each export that is confirmed, oldest first, and tidy up."""
    _tidy()  # also what an attempt left that was cut off
    for one in Export.objects.filter(state=Export.State.CONFIRMED).order_by("second_index"):
        if ended.is_set():
            return
        try:
            _make(one)
        except LamplighterError as error:
            _fail(one, " ".join(filter(None, (error.what, error.where, error.hint))))
        except Exception:
            _LOG.exception("an export could not be made")
            _fail(one, "The service had a fault of its own; its log says which.")


def _tidy() -> None:
    """Remove files that were offered long enough, and whatever no finished export names."""
    late = Export.objects.filter(state=Export.State.READY, finished__lt=timezone.now() - OFFERED)
    late.update(state=Export.State.REMOVED)
    named = set(Export.objects.filter(state=Export.State.READY).values_list("file", flat=True))
    for path in export_folder(deployment().workspace.folder).iterdir():
        if path.name not in named:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _make(one: Export) -> None:
    """The file of one export. Only the ledger says whether two people confirmed it."""
    workspace = deployment().workspace
    made = confirmed_deed(workspace.ledger, Deed.EXPORT, one.subject, one.second_index, once=False)
    if subject_of(one.what()) != one.subject:
        raise LamplighterError("It was changed since: two people confirmed it otherwise.")
    # By its entry in the ledger: a database that was rebuilt may number rows otherwise.
    stem = export_folder(workspace.folder) / f"export-{one.ledger_index}"
    file = _package(one, made, stem) if one.kind == Export.Kind.PACKAGE else _table(one, made, stem)
    file.chmod(0o600)
    with file.open("rb") as held:
        digest = file_digest(held, "sha256").hexdigest()
    if one.kind == Export.Kind.LISTINGS:
        _log_table(one, made, digest)
    Export.objects.filter(pk=one.pk).update(
        state=Export.State.READY, file=file.name, digest=digest, size=file.stat().st_size,
        finished=timezone.now(), fault="",
    )  # fmt: skip


def _package(one: Export, made: Confirmed, stem: Path) -> Path:
    """A bag of originals with proofs: sealed to the recipient's keys, or a zip archive."""
    sealed = stem.with_name(stem.name + SEALED)
    bag = stem.with_name(stem.name + ".work") / stem.name
    request = ExportRequest(
        made.first, made.second, f"{one.purpose} (for {one.recipient})",
        scope=Scope("listing", tuple(one.names)), recipients=read_recipients(one.keys.splitlines()),
        called=one.title, confirmed=made.confirmed,
    )  # fmt: skip
    make_package(deployment().workspace, request, sealed if one.keys else bag, Steps(quiet=True))
    if one.keys:
        return sealed
    part = shutil.make_archive(f"{stem}.part", "zip", bag.parent, bag.name)
    shutil.rmtree(bag.parent)
    return Path(part).rename(stem.with_name(stem.name + ".zip"))


def _table(one: Export, made: Confirmed, stem: Path) -> Path:
    out = stem.with_name(stem.name + ".csv")
    part = stem.with_name(stem.name + ".part.csv")
    write_table(deployment().workspace, one.names, part)
    return part.rename(out)


def _log_table(one: Export, made: Confirmed, digest: str) -> None:
    """The list is in the ledger before anybody can take it. (A package's act is in it already.)"""
    public: dict[str, Json] = {"what": "list of listings", "approved_by": made.second, "listings": len(one.names),
              "confirmed": made.confirmed, "sha256": digest}  # fmt: skip
    private = {"title": one.title, "recipient": one.recipient, "purpose": one.purpose}
    deployment().record(
        [Act("export", datetime.now(UTC), made.first, public, orjson.dumps(private))]
    )


def _fail(one: Export, why: str) -> None:
    Export.objects.filter(pk=one.pk).update(state=Export.State.FAILED, fault=why[:2_000])


def packer() -> Repeating:
    """Makes exports; what it was making when it ended, the next one makes anew."""
    return Repeating("packer", _SECONDS, pack_due, "exports could not be looked at")
