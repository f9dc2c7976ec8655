"""RFC 6962 hashing and the checking of proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def pair_up(hashes: bytes) -> bytes:
    """One level up: hashes of neighbouring pairs; an odd last hash is left out."""
    return b"".join(
        [
            sha256(b"\x01" + hashes[at : at + 64]).digest()
            for at in range(0, len(hashes) - HASH_BYTES, 64)
        ]
    )


def perfect_root(hashes: bytes) -> bytes:
    """Root of 1, 2, 4, … concatenated hashes."""
    while len(hashes) > HASH_BYTES:
        hashes = pair_up(hashes)
    return hashes


def split_point(count: int) -> int:
    """The largest power of two below `count` (RFC 6962, section 2.1); count ≥ 2."""
    return 1 << ((count - 1).bit_length() - 1)


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """True if `proof` shows the leaf at `index` in the tree of `size` with this root."""
    if not 0 <= index < size or any(len(step) != HASH_BYTES for step in proof):
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(found, step)
        place >>= 1
        last >>= 1
    return last == 0 and found == root


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """True if `proof` shows the tree of size `old` to be a prefix of the tree of size `new`."""
    if not 0 <= old <= new or any(len(step) != HASH_BYTES for step in proof):
        return False
    if old in (0, new):
        same = old_root == (new_root if old else EMPTY_ROOT)
        return same and not proof
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first, second = steps[0], steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            second = node_hash(second, step)
        place >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root
