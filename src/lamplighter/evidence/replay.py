"""After a crash: what the journal has is put where it belongs, and the journal is empty."""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.evidence.checkpoint import read_checkpoint
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.flush import Flusher
from lamplighter.evidence.journal import FILE, Record, read_journal
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.tree_writer import TreeWriter
from lamplighter.evidence.unsettled import Unsettled
from lamplighter.foundation.durable import replace_file, sync_folder


def replay(folder: Path, key: VerifierKey, flusher: Flusher) -> int:
    """Write what the journal has and the log's files lack; how many commits it had.

    For the one writer. What the journal says is durable, so this may be stopped and done again.
    OSError; TamperError where the journal and the log contradict each other.
    """
    base, records = read_journal(folder)
    if records:
        _write(folder, key, Unsettled(flusher), base, records)
    if (folder / FILE).exists():
        # What it held may have to be erased one day.
        with (folder / FILE).open("r+b") as file:
            file.write(bytes((folder / FILE).stat().st_size))
        (folder / FILE).unlink()
        sync_folder(folder)
    return len(records)


def _write(
    folder: Path, key: VerifierKey, files: Unsettled, base: bytes, records: list[Record]
) -> None:
    log, start = folder / "ledger", read_checkpoint(base, key)
    tree = TreeWriter(log, start.size)
    if tree.root() != start.root:
        raise _contradiction(log, start.size)
    newest = start
    for record in records:
        for name, offset, data in record.openings:
            files.put_at(folder / "openings" / Path(name).name, offset, data, 0o600)
        for path, data in tree.add(record.entries):
            files.put(path, data)
        newest = read_checkpoint(record.checkpoint, key)
        if (tree.size, tree.root()) != (newest.size, newest.root):
            raise _contradiction(log, record.first)
    files.settle()
    try:
        there = read_checkpoint((log / "checkpoint").read_bytes(), key).size
    except (FileNotFoundError, TamperError):
        there = -1  # a loss of power may leave an empty file
    if there < newest.size:
        replace_file(log / "checkpoint", newest.raw)
    else:
        with (log / "checkpoint").open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(log)


def _contradiction(log: Path, entry: int) -> TamperError:
    return TamperError(
        "The journal does not continue what the log has.",
        where=f"{log.parent / FILE}, entry {entry}",
        hint="restore ledger/ and the journal from one backup; lamplighter evidence verify says more",
        entries=(entry,),
    )
