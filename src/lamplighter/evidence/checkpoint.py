"""Checkpoints: a log's signed size and root (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.merkle import EMPTY_ROOT
from lamplighter.evidence.note import Note, SignerKey, VerifierKey, check_signed, parse_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What the log signed, and the note it stands in."""

    origin: str
    size: int
    root: bytes
    note: Note
    raw: bytes


def sign_checkpoint(key: SignerKey, size: int, root: bytes) -> bytes:
    """The signed note for a tree. The key's name is the origin."""
    root_line = base64.b64encode(root).decode()
    return key.sign(f"{key.name}\n{size}\n{root_line}\n".encode())


def read_checkpoint(raw: bytes, key: VerifierKey) -> Checkpoint:
    """Parse and check a checkpoint. Raises TamperError."""
    checkpoint = parse_checkpoint(raw, key)
    check_signed(checkpoint.note, key)
    return checkpoint


def parse_checkpoint(raw: bytes, key: VerifierKey) -> Checkpoint:
    """A checkpoint whose signature is not looked at: for who signed it. Raises TamperError."""
    note = parse_note(raw)
    lines = note.text.decode().split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise TamperError("The checkpoint has no origin, size and root.")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        root = b""
    size = int(lines[1])
    if len(root) != 32 or (size == 0 and root != EMPTY_ROOT):
        raise TamperError("The checkpoint's root is no SHA-256 hash.")
    if lines[0] != key.name:
        raise TamperError("The checkpoint is of another log.", where=lines[0])
    return Checkpoint(lines[0], size, root, note, raw)
