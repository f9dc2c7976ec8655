"""Cosignatures of witnesses (C2SP tlog-cosignature, version 1): checked, and added to a checkpoint."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.note import (
    COSIGNATURE_V1,
    MAX_SIGNATURES,
    Note,
    Signature,
    VerifierKey,
    parse_note,
    signature_line,
)

_VALUE_BYTES = 8 + 64


class _Findings(Protocol):
    def add(self, what: str, where: object) -> None: ...


@dataclass(frozen=True)
class Cosignature:
    """A witness saw this checkpoint, consistent with all it had seen before, at this time."""

    witness: str
    time: datetime


def cosigned_message(text: bytes, seconds: int) -> bytes:
    """What a witness signs for a checkpoint's text."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def check_cosignature(note: Note, line: Signature, witness: VerifierKey) -> Cosignature:
    """Raises TamperError unless the witness made this signature line over the note."""
    seconds = struct.unpack(">Q", line.value[:8])[0] if len(line.value) == _VALUE_BYTES else -1
    good = witness.kind == COSIGNATURE_V1 and 0 <= seconds < 2**38
    if good and witness.signed(cosigned_message(note.text, seconds), line.value[8:]):
        return Cosignature(witness.name, datetime.fromtimestamp(seconds, UTC))
    raise TamperError("A cosignature is forged, or is of another checkpoint.", where=witness.name)


def cosigners(
    note: Note,
    witnesses: Sequence[VerifierKey],
    findings: _Findings,
    where: str = "checkpoint",
    *,
    required: bool = True,
) -> list[str]:
    """`name at time` of each witness that cosigned; a false or (if required) missing line is a
    finding.
    """
    found = []
    for witness in witnesses:
        lines = [
            line for line in note.signatures if (line.name, line.id) == (witness.name, witness.id)
        ]
        for line in lines:
            try:
                made = check_cosignature(note, line, witness)
                found.append(f"{made.witness} at {made.time.isoformat()}")
            except TamperError as error:
                findings.add(f"{error.what} Witness: {witness.name}.", where)
        if not lines and required:
            findings.add(f"The witness {witness.name} has not cosigned the checkpoint.", where)
    return found


def add_cosignature(checkpoint: bytes, received: bytes, witness: VerifierKey) -> bytes:
    """The checkpoint with the witness's line from `received` (a line, or a whole cosigned note).

    Raises TamperError where the line does not hold, LedgerError where there is none.
    """
    note = parse_note(checkpoint)
    _, gap, tail = received.rpartition(b"\n\n")
    lines = parse_note(note.text + b"\n" + (tail if gap else received)).signatures
    own = [line for line in lines if (line.name, line.id) == (witness.name, witness.id)]
    if not own:
        raise LedgerError("The file holds no cosignature of this witness.", where=witness.name)
    check_cosignature(note, own[0], witness)
    if own[0] in note.signatures:
        return checkpoint
    if len(note.signatures) >= MAX_SIGNATURES:
        raise LedgerError("The checkpoint carries as many signatures as it may.")
    return checkpoint + signature_line(witness.name, own[0].id + own[0].value)
