"""Run by the interop environment: what aics-tlog, which shares no code with us, makes of a log.

`python foreign.py audit FOLDER KEY [WITNESS]` checks checkpoint, tiles, bundles and makes proofs;
`python foreign.py cosign CHECKPOINT SEED NAME` prints a cosignature line of a witness. JSON out.
"""

import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

from aics_tlog.checkpoint import checkpoint_from_note, verify_checkpoint
from aics_tlog.cosign import cosignature_vkey, sign_cosignature
from aics_tlog.note import format_vkey, parse_vkey
from aics_tlog.tiles import (
    FileSystemTileReader,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    read_entry,
)
from aics_tlog.tree import verify_consistency, verify_leaf_inclusion
from aics_tlog.verified import audit_tiles
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def audit(folder: str, key: str, *witnesses: str) -> dict[str, Any]:
    checkpoint, note = checkpoint_from_note(Path(folder, "checkpoint").read_bytes())
    keys = [parse_vkey(each) for each in witnesses]
    result = verify_checkpoint(note, parse_vkey(key), keys, len(keys))
    if not result.ok:
        return {"valid": False, "why": result.error or "checkpoint"}
    reader, size = FileSystemTileReader(folder), checkpoint.size
    try:
        report = audit_tiles(reader, size, result.root)
    except Exception as error:
        return {"valid": False, "why": repr(error)}
    proofs = []
    for index in sorted({0, size // 3, size // 2, size - 1}):
        proof = inclusion_proof_from_tiles(reader, index, size)
        entry = read_entry(reader, index, size)
        assert verify_leaf_inclusion(entry, index, size, proof, result.root)
        proofs.append([index, entry.decode(), [step.hex() for step in proof]])
    grown = [
        [old, [step.hex() for step in consistency_proof_from_tiles(reader, old, size)]]
        for old in sorted({1, size // 3, size // 2, size - 1})
    ]
    return {
        "valid": True, "origin": result.origin, "size": size, "root": result.root.hex(),
        "bundles": report.bundles, "inclusion": proofs, "consistency": grown,
        "witnesses": result.witnesses,
    }  # fmt: skip


def check(question: str) -> dict[str, Any]:
    """Proofs that we made, checked by them."""
    asked = json.loads(question)
    root = bytes.fromhex(asked["root"])
    inclusion = [
        verify_leaf_inclusion(
            base64.b64decode(entry), index, asked["size"], [bytes.fromhex(h) for h in proof], root
        )
        for index, entry, proof in asked["inclusion"]
    ]
    consistency = [
        verify_consistency(
            old, asked["size"], bytes.fromhex(old_root), root, [bytes.fromhex(h) for h in proof]
        )
        for old, old_root, proof in asked["consistency"]
    ]
    return {"inclusion": inclusion, "consistency": consistency}


def cosign(path: str, seed: str, name: str) -> dict[str, Any]:
    checkpoint, _ = checkpoint_from_note(Path(path).read_bytes())
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    _, line = sign_cosignature(
        key, name, int(time.time()), checkpoint.origin, checkpoint.size, checkpoint.root
    )
    blob = base64.b64encode(line.key_id + line.signature).decode()
    return {
        "line": f"\u2014 {line.name} {blob}\n",
        "key": format_vkey(cosignature_vkey(name, key.public_key())),
    }


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    if name == "audit":
        answer = audit(*rest)
    elif name == "check":
        answer = check(*rest)
    else:
        answer = cosign(*rest)
    print(json.dumps(answer))
