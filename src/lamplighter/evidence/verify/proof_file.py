"""Check one `.tlog-proof` offline."""

from __future__ import annotations

from pathlib import Path

from lamplighter.evidence.checkpoint import read_checkpoint
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.merkle import check_inclusion, leaf_hash
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.proof import ConsistencyProof, read_growth, read_proof
from lamplighter.foundation.errors import UsageError

_MAX_BYTES = 1 << 20


def verify_proof(path: Path, key: VerifierKey | None) -> dict[str, object]:
    """Entry, index and origin of a proof that holds. Raises TamperError where it does not."""
    if key is None:
        raise UsageError("A proof is checked with the log's public key.", hint="--key FILE")
    if path.stat().st_size > _MAX_BYTES:
        raise LedgerError("The file is too large for a proof.", where=str(path))
    data = path.read_bytes()
    growth = read_growth(data)
    if growth is not None:
        return _verify_growth(path, key, *growth)
    proof = read_proof(data)
    checkpoint = read_checkpoint(proof.checkpoint, key)
    if proof.entry is None:
        raise LedgerError("The proof does not hold its entry.", where=str(path))
    leaf = leaf_hash(proof.entry)
    if not check_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise TamperError(
            f"Entry {proof.index}: the proof does not lead from this entry to the signed root.",
            where=str(path),
            entries=(proof.index,),
        )
    return {
        "valid": True,
        "origin": checkpoint.origin,
        "index": proof.index,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "entry": proof.entry.decode("utf-8", "replace"),
    }


def _verify_growth(
    path: Path, key: VerifierKey, older: bytes, newer: bytes, hashes: tuple[bytes, ...]
) -> dict[str, object]:
    first, second = read_checkpoint(older, key), read_checkpoint(newer, key)
    if not ConsistencyProof(first.size, second.size, hashes).check(first.root, second.root):
        raise TamperError(
            f"Entries 0 to {max(first.size - 1, 0)}: the proof does not show that the log of "
            f"{second.size} entries begins with the log of {first.size}.",
            where=str(path),
        )
    return {
        "valid": True,
        "origin": second.origin,
        "older_size": first.size,
        "size": second.size,
        "root": second.root.hex(),
    }
