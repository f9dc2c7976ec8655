"""Proofs that an entry is in a log, and that a log only grew."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

import orjson

from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.merkle import check_consistency, check_inclusion, leaf_hash

_HEAD = b"c2sp.org/tlog-proof@v1\n"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """Hashes of a proof. `start`: the entry's index, or the size of the older tree."""

    start: int
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class InclusionProof(Proof):
    """The entry at `start` is in the tree of `size`."""

    def check(self, entry: bytes, root: bytes) -> bool:
        """True if it shows that these bytes are the entry."""
        return check_inclusion(leaf_hash(entry), self.start, self.size, self.hashes, root)


@dataclass(frozen=True)
class ConsistencyProof(Proof):
    """The tree of size `start` is a prefix of the tree of `size`."""

    def check(self, old_root: bytes, root: bytes) -> bool:
        """True if it shows that the older tree only grew."""
        return check_consistency(self.start, self.size, self.hashes, old_root, root)


def write_proof(proof: InclusionProof, checkpoint: bytes, entry: bytes) -> bytes:
    """A `.tlog-proof` (C2SP tlog-proof); its extra data is the entry itself."""
    lines = [_HEAD, b"extra " + base64.b64encode(entry) + b"\n", b"index %d\n" % proof.start]
    lines += [base64.b64encode(step) + b"\n" for step in proof.hashes]
    return b"".join([*lines, b"\n", checkpoint])


@dataclass(frozen=True)
class WrittenProof:
    """A `.tlog-proof` as read: nothing in it is checked yet."""

    entry: bytes | None
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def read_proof(data: bytes) -> WrittenProof:
    """Parse a `.tlog-proof`. Raises LedgerError where it is none."""
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        if not gap or lines[0] != _HEAD.decode().strip() or len(lines) > 70:
            raise ValueError("no proof of the form c2sp.org/tlog-proof@v1")
        extra = None
        if len(lines) > 1 and lines[1].startswith("extra "):
            extra = base64.b64decode(lines.pop(1)[6:], validate=True)
        index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
        if index is None:
            raise ValueError("no index")
        hashes = tuple(base64.b64decode(line, validate=True) for line in lines[2:])
        return WrittenProof(extra, int(index[1]), hashes, checkpoint)
    except (ValueError, binascii.Error) as error:
        raise LedgerError("The proof cannot be read.", where=str(error)) from error


GROWTH_FORMAT = "lamplighter-growth-v1"


def write_growth(proof: ConsistencyProof, older: bytes, newer: bytes) -> bytes:
    """Two checkpoints of one log and the proof that the older is a prefix, as JSON.

    C2SP has no format for this yet.
    """
    content = {
        "format": GROWTH_FORMAT,
        "older": older.decode(),
        "newer": newer.decode(),
        "proof": [base64.b64encode(step).decode() for step in proof.hashes],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_growth(data: bytes) -> tuple[bytes, bytes, tuple[bytes, ...]] | None:
    """(older, newer, hashes) of what `write_growth` wrote; None where it is something else."""
    if not data.startswith(b"{"):
        return None
    try:
        content = orjson.loads(data)
        if content["format"] != GROWTH_FORMAT:
            raise ValueError(f"format {content['format']}")
        hashes = tuple(base64.b64decode(step, validate=True) for step in content["proof"])
        return content["older"].encode(), content["newer"].encode(), hashes
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerError("The proof cannot be read.", where=str(error)) from error
