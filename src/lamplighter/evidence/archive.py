"""Checkpoints worth keeping: timestamped or cosigned. The log must hold what each of them signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lamplighter.evidence.checkpoint import read_checkpoint
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.timestamp import request_timestamp
from lamplighter.evidence.witness import add_cosignature
from lamplighter.foundation.durable import make_folder, replace_file

WITNESSES = "witnesses.pub"


def keep(ledger: Ledger) -> Path:
    """Keep the present checkpoint in checkpoints/; never overwrites another of the same size."""
    folder = ledger.folder / "checkpoints"
    make_folder(folder)
    path = folder / f"{ledger.size:015d}.note"
    if not path.exists():
        replace_file(path, ledger.checkpoint())
    return path


def timestamp(ledger: Ledger, url: str) -> str:
    """Have the present checkpoint timestamped and keep both; the time, as text."""
    path = keep(ledger)
    answer, moment = request_timestamp(url, path.read_bytes())
    replace_file(path.with_suffix(".tsr"), answer)
    return moment.isoformat()


def timestamped(ledger: Ledger, after: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Size, note and timestamp token of each kept checkpoint that covers entry `after`."""
    for token in sorted((ledger.folder / "checkpoints").glob("*.tsr")):
        note = token.with_suffix(".note").read_bytes()
        size = read_checkpoint(note, ledger.key).size
        if size > after:
            yield size, note, token.read_bytes()


def cosign(ledger: Ledger, received: Path, witness: VerifierKey) -> None:
    """Put a witness's cosignature on the present checkpoint and keep it; remembers the witness.

    The ledger is open for writing. Raises TamperError where the cosignature does not hold.
    """
    cosigned = add_cosignature(ledger.checkpoint(), received.read_bytes(), witness)
    known = witnesses(ledger.folder)
    if witness not in known:
        lines = "".join(f"{key}\n" for key in [*known, witness])
        replace_file(ledger.folder / "keys" / WITNESSES, lines.encode())
    make_folder(ledger.folder / "checkpoints")
    kept = ledger.folder / "checkpoints" / f"{ledger.size:015d}.cosigned.note"
    replace_file(kept, cosigned)
    replace_file(ledger.log_folder / "checkpoint", cosigned)
    ledger.refresh()


def witnesses(folder: Path) -> list[VerifierKey]:
    """The witnesses whose cosignatures the ledger has taken."""
    path = folder / "keys" / WITNESSES
    if not path.exists():
        return []
    try:
        text = path.read_text("utf-8")
        keys = [VerifierKey.parse(line) for line in text.splitlines()]
        if text != "".join(f"{key}\n" for key in keys):
            raise LedgerError("The file holds more than keys.")
    except (LedgerError, UnicodeDecodeError) as error:
        raise TamperError("The keys of the witnesses were altered.", where=str(path)) from error
    return keys
