#!/usr/bin/env python3
"""Check a Lamplighter package, offline: is every byte what was kept, when it was kept?

    python lamplighter_verify.py PACKAGE [--key KEY] [--tsa-cert CERT]...
    python lamplighter_verify.py LOG --key KEY [--checkpoint FILE]... [--witness KEY]...
    python lamplighter_verify.py PROOF --key KEY

PACKAGE is the folder that holds bagit.txt; LOG a folder that holds `checkpoint` and `tile/`; PROOF a
`.tlog-proof` file. KEY is the public key of the log, from somebody you trust (`origin+id+base64`),
or a file with it. CERT is a file with the certificate of a timestamp service, or of the authority
that it leads to, from its own site. Python 3.11 or newer and the library `cryptography` (42 or newer).

Exit code 0: all is as it was. 2: wrong use. 4: something was altered or is missing; it says what.

What is checked, in this order:
 1. BagIt (RFC 8493): each file has the SHA-256 that the manifests state; none is missing or extra.
 2. The log's checkpoint is a signed note (C2SP signed-note, tlog-checkpoint) by the log's key.
 3. Each entry is in the log: inclusion proof against the checkpoint's root (RFC 9162, 2.1.3.2).
 4. Each private part is what its entry committed to: SHA-256(salt, bytes). Each object has the
    SHA-256 that its entry names. No original is in the package that no entry speaks for.
 5. The receipt: an entry of the log names the digest of the tag manifest, that is of this whole
    package; it is in the log too, and the log only grew meanwhile (RFC 9162, 2.1.4.2).
 6. Each timestamp (RFC 3161) is over the bytes of a checkpoint that the log's key signed, and the
    log of the package only grew from it. The token is signed (RFC 5652) by the certificate that it
    names. With CERT, that one is for timestamps alone, was valid then, and is CERT or leads to it
    (RFC 5280: signatures, dates, authority; not whether one was revoked since).

Of a LOG (C2SP tlog-tiles) every entry is hashed and must lead to the signed root; each checkpoint
from elsewhere must be of the same history (an older one: the log was not rewritten; a newer one: it
was not rolled back); each witness must have cosigned (C2SP tlog-cosignature). Of a PROOF (C2SP
tlog-proof) the entry in it must be in the signed tree.

This file needs nothing else of Lamplighter. It was written to be read: begin at `check_package`,
`check_tiled_log` or `check_proof`.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

CHUNK = 1 << 20
MAX_LINE = 32 << 20  # one line of entries.jsonl; an entry has at most 65,535 bytes
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}){0,5}")
RECEIPT = "receipt.json"
TAG_MANIFEST = "tagmanifest-sha256.txt"
Key = tuple[str, bytes, bytes]  # name, key id, Ed25519 public key


class AlteredError(Exception):
    """Something is not as it was; the text says what."""


# ---------------------------------------------------------------- hashes and proofs


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(entry: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2: is `entry` the one at `index` of the tree of `size`?"""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf_hash(entry)
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def has_grown(
    first: int, second: int, proof: list[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """RFC 9162, section 2.1.4.2: is the tree of size `first` a prefix of that of `second`?"""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    proof = ([first_root] if first & (first - 1) == 0 else []) + proof
    if not proof:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == first_root and sr == second_root


# ---------------------------------------------------------------- keys and signed notes


def read_key(text: str, kind: int = 1) -> Key:
    """(name, key id, public key) of `name+id+base64(kind, key)` (C2SP signed-note).

    Kind 1 is a log's key, kind 4 a witness's.
    """
    try:
        name, key_id, material = text.strip().split("+", 2)
        data = base64.b64decode(material, validate=True)
    except (ValueError, binascii.Error):
        raise AlteredError(f"This is no key of a log: {text.strip()[:80]!r}") from None
    expected = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    if len(data) != 33 or data[0] != kind or key_id != expected:
        raise AlteredError(f"This is no Ed25519 key of a log: {text.strip()[:80]!r}")
    return name, bytes.fromhex(key_id), data[1:]


def read_checkpoint(note: bytes, key: Key) -> tuple[int, bytes]:
    """(size, root) of a checkpoint, after its signature was checked."""
    name, key_id, public = key
    text, gap, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    signed = False
    for line in signatures.decode("utf-8", "replace").splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or parts[1] != name:
            continue
        signature = base64.b64decode(parts[2])
        if signature[:4] != key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text)
        except InvalidSignature:
            raise AlteredError("The checkpoint's signature is false.") from None
        signed = True
    lines = text.decode("utf-8", "replace").split("\n")
    if not gap or not signed:
        raise AlteredError(f"The checkpoint is not signed by the key of {name}.")
    if lines[0] != name or len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise AlteredError("The checkpoint does not name this log, its size and its root.")
    root = base64.b64decode(lines[2])
    if len(root) != 32:
        raise AlteredError("The checkpoint has no root.")
    return int(lines[1]), root


def check_cosignature(note: bytes, witness: Key) -> int:
    """When the witness cosigned this checkpoint (C2SP tlog-cosignature v1), in seconds since 1970."""
    name, key_id, public = witness
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    for line in signatures.decode("utf-8", "replace").splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[:2] != ["\u2014", name]:
            continue
        value = base64.b64decode(parts[2])
        if value[:4] != key_id or len(value) != 4 + 8 + 64:
            continue
        seconds = int.from_bytes(value[4:12], "big")
        signed = b"cosignature/v1\ntime %d\n" % seconds + text
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(value[12:], signed)
        except InvalidSignature:
            raise AlteredError(f"The cosignature of {name} is false.") from None
        return seconds
    raise AlteredError(f"The witness {name} has not cosigned the checkpoint.")


# ---------------------------------------------------------------- a whole log, one proof


def tile_name(level: str, number: int, width: int) -> str:
    """`tile/<level>/<number>[.p/<width>]` (C2SP tlog-tiles): 1234067 is x001/x234/067."""
    digits = str(number).zfill(-(-len(str(number)) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def read_tile(folder: Path, level: str, number: int, width: int) -> bytes:
    """The bytes of a tile or bundle; a partial one may have given way to the full one."""
    for name in (tile_name(level, number, width), tile_name(level, number, 256)):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    first = number * 256
    raise AlteredError(f"Entries {first} to {first + width - 1}: {level} {number} is missing.")


def read_entries(folder: Path, number: int, width: int) -> list[bytes]:
    """The entries of a bundle: each has its length before it, two bytes, big-endian."""
    data, at = read_tile(folder, "entries", number, width), 0
    entries: list[bytes] = []
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            break
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if len(entries) < width or (at < len(data) and len(entries) < 256 and width == 256):
        raise AlteredError(f"Entry {number * 256 + len(entries)}: its bundle is cut or altered.")
    return entries


class GrowingTree:
    """RFC 6962, section 2.1, for leaves that come one after the other: keeps complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[tuple[int, bytes]] = []  # number of leaves (falling), root

    def add(self, leaf: bytes) -> None:
        """One more leaf hash; equal neighbours become one subtree."""
        count, root = 1, leaf
        while self.subtrees and self.subtrees[-1][0] == count:
            root = node_hash(self.subtrees.pop()[1], root)
            count *= 2
        self.subtrees.append((count, root))
        self.size += 1

    def root(self) -> bytes:
        """Root of all leaves so far."""
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        root = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            root = node_hash(left, root)
        return root


def check_tiled_log(
    folder: Path, key: Key, known: list[bytes], witnesses: list[Key]
) -> tuple[dict[str, Any], list[str]]:
    """Check a log's folder; gives (facts, problems)."""
    facts: dict[str, Any] = {"origin": key[0]}
    try:
        note = (folder / "checkpoint").read_bytes()
        size, root = read_checkpoint(note, key)
        others = sorted(read_checkpoint(other, key) for other in known)
        facts["cosigned"] = {each[0]: check_cosignature(note, each) for each in witnesses}
    except (AlteredError, OSError, ValueError) as problem:
        return facts, [str(problem)]
    facts.update(size=size, root=base64.b64encode(root).decode())
    problems = [
        f"Entries {size} to {other - 1} are missing: a checkpoint of {other} entries was signed."
        for other, _ in others
        if other > size
    ]
    wanted = dict(others)
    tree = GrowingTree()
    try:
        for number in range(-(-size // 256)):
            width = min(256, size - number * 256)
            hashes = read_tile(folder, "0", number, width)
            for at, entry in enumerate(read_entries(folder, number, width)):
                leaf = leaf_hash(entry)
                if leaf != hashes[at * 32 : at * 32 + 32]:
                    problems.append(f"Entry {number * 256 + at} is not what its tile says.")
                tree.add(leaf)
                if tree.size in wanted and tree.root() != wanted[tree.size]:
                    problems.append(f"One of the entries 0 to {tree.size - 1} was rewritten since.")
    except (AlteredError, OSError) as problem:
        return facts, [*problems, str(problem)]
    if tree.root() != root:
        problems.append(f"The entries 0 to {size - 1} do not lead to the signed root.")
    return facts, problems


def check_growth(data: bytes, key: Key) -> dict[str, Any]:
    """Check a proof that a log begins with what an older checkpoint signed; gives the facts."""
    item = json.loads(data)
    if item["format"] != "lamplighter-growth-v1":
        raise AlteredError("This is no proof of the form lamplighter-growth-v1.")
    first, first_root = read_checkpoint(item["older"].encode("utf-8"), key)
    second, second_root = read_checkpoint(item["newer"].encode("utf-8"), key)
    proof = [decode(step) for step in item["proof"]]
    if not has_grown(first, second, proof, first_root, second_root):
        raise AlteredError(f"One of the entries 0 to {first - 1} was rewritten since.")
    return {"origin": key[0], "older": first, "size": second}


def check_proof(data: bytes, key: Key) -> dict[str, Any]:
    """Check a `.tlog-proof` (C2SP tlog-proof) whose extra data is the entry; gives the facts."""
    head, _, note = data.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3:
        raise AlteredError("This is no proof of the form c2sp.org/tlog-proof@v1.")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise AlteredError("The proof does not hold its entry and index.")
    entry, index = decode(lines[1][6:]), int(lines[2][6:])
    size, root = read_checkpoint(note, key)
    if not is_included(entry, index, size, [decode(line) for line in lines[3:]], root):
        raise AlteredError(f"Entry {index} is not in the log, or was altered.")
    return {"origin": key[0], "index": index, "size": size, "entry": entry.decode("utf-8")}


# ---------------------------------------------------------------- the package


def check_package(
    folder: Path, key_text: str | None = None, trusted: list[x509.Certificate] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Check all; gives (facts, problems). The facts are worth nothing if there are problems."""
    package = Package(folder, trusted)
    steps = (
        package.check_files,
        package.check_log,
        package.check_receipt,
        package.check_timestamps,
    )
    for step in steps:
        try:
            step(key_text)
        except AlteredError as problem:
            package.problems.append(str(problem))
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as problem:
            package.problems.append(f"{step.__name__[6:]} cannot be read: {problem!r}")
    return package.facts, package.problems


class Package:
    """A package under examination. `problems` are sentences."""

    def __init__(self, folder: Path, trusted: list[x509.Certificate] | None = None) -> None:
        self.folder = folder
        self.trusted = trusted or []  # certificates that a timestamp must lead to
        self.problems: list[str] = []
        self.facts: dict[str, Any] = {
            "files": 0,
            "entries": 0,
            "originals": 0,
            "erased": 0,
            "withheld": 0,
        }
        self.digests: dict[str, str] = {}  # name: SHA-256, for every file of the payload
        self.key: Key | None = None
        self.size, self.root = 0, b""

    def path(self, name: str) -> Path:
        """Where a file of the package is; refuses a name that leads elsewhere."""
        if not NAME.fullmatch(name):
            raise AlteredError(f"A file name is not allowed: {name!r}")
        return self.folder / name

    def read(self, name: str) -> bytes:
        """The bytes of a small file."""
        return self.path(name).read_bytes()

    # 1. Files

    def check_files(self, _: str | None) -> None:
        """BagIt: the manifests say what is here, and nothing else is."""
        if self.read("bagit.txt").splitlines()[:1] != [b"BagIt-Version: 1.0"]:
            raise AlteredError("bagit.txt is not that of a BagIt bag, version 1.0.")
        tags = self.check_manifest(TAG_MANIFEST)
        self.digests = self.check_manifest("manifest-sha256.txt")
        for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt"):
            if name not in tags:
                self.problems.append(f"{TAG_MANIFEST} does not list {name}.")
        known = set(tags) | set(self.digests) | {TAG_MANIFEST, RECEIPT}
        for place, folders, files in os.walk(self.folder):
            for name in folders + files:
                path = Path(place, name)
                inner = path.relative_to(self.folder).as_posix()
                if path.is_symlink():
                    self.problems.append(f"A link is in the package: {inner!r}")
                elif name in files and inner not in known:
                    self.problems.append(f"A file is in no manifest: {inner!r}")
        self.facts["files"] = len(tags) + len(self.digests)

    def check_manifest(self, manifest: str) -> dict[str, str]:
        """Check the files of a manifest; their digests by name."""
        digests: dict[str, str] = {}
        for line in self.read(manifest).decode("utf-8").splitlines():
            digest, _, name = line.partition("  ")
            if not re.fullmatch("[0-9a-f]{64}", digest) or name in digests:
                raise AlteredError(f"A line of {manifest} cannot be read: {line[:100]!r}")
            digests[name] = digest
            path = self.path(name)
            if path.is_symlink() or not path.is_file():
                self.problems.append(f"A file is missing: {name}")
            elif file_digest(path) != digest:
                self.problems.append(f"A file was altered: {name}")
        return digests

    # 2 to 4. The log

    def check_log(self, key_text: str | None) -> None:
        """The checkpoint is signed; each entry is in the log; each file is what it committed to."""
        own = self.read("data/log/key.pub").decode("utf-8").strip()
        self.key = read_key(key_text or own)
        if key_text and key_text.strip() != own:
            raise AlteredError("The package was made with another key than the one you gave.")
        self.size, self.root = read_checkpoint(self.read("data/log/checkpoint"), self.key)
        self.facts.update(
            origin=self.key[0], size=self.size, root=base64.b64encode(self.root).decode()
        )
        spoken_for: set[str] = set()
        last = -1
        with self.path("data/log/entries.jsonl").open("rb") as lines:
            while line := lines.readline(MAX_LINE):
                item = json.loads(line)
                if item["index"] <= last:
                    raise AlteredError(f"Entry {item['index']} stands twice or in the wrong place.")
                last = item["index"]
                self.check_entry(item, spoken_for)
        for name in self.digests:
            if name.startswith(("data/NATIVES/", "data/acts/")) and name not in spoken_for:
                self.problems.append(f"No entry of the log speaks for {name}")

    def check_entry(self, item: dict[str, Any], spoken_for: set[str]) -> None:
        """One line of entries.jsonl; adds the files that it answers for to `spoken_for`."""
        index, raw = item["index"], decode(item["entry"])
        if not is_included(raw, index, self.size, [decode(p) for p in item["proof"]], self.root):
            self.problems.append(f"Entry {index} is not in the log, or was altered.")
            return
        entry = json.loads(raw)
        self.facts["entries"] += 1
        self.note_time(entry["time"])
        state = item["state"]
        if (entry["commitment"] is None) != (state == "none"):
            self.problems.append(f"Entry {index}: whether it has a private part is stated falsely.")
        if state == "open":
            name = "data/" + item["private"]
            spoken_for.add(name)
            digest = hashlib.sha256(decode(item["salt"]))
            with self.path(name).open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
            if digest.hexdigest() != entry["commitment"]:
                self.problems.append(f"{name} is not what entry {index} committed to.")
            self.facts["originals"] += entry["kind"] == "listing.received"
        elif state in ("erased", "withheld"):
            self.facts[state] += 1
        if set(item["objects"]) != set(entry["objects"]):
            self.problems.append(f"Entry {index}: its objects are stated falsely.")
        for digest, inner in item["objects"].items():
            if inner is not None:
                spoken_for.add("data/" + inner)
                if self.digests.get("data/" + inner) != digest:
                    self.problems.append(
                        f"data/{inner} is not the object that entry {index} names."
                    )

    def note_time(self, time: str) -> None:
        """Keep the first and the last time; they are of one length, so they compare as text."""
        self.facts["first"] = min(self.facts.get("first", time), time)
        self.facts["last"] = max(self.facts.get("last", time), time)

    # 5. The receipt

    def check_receipt(self, _: str | None) -> None:
        """The log holds the making of this very package, and only grew since."""
        if self.key is None or not self.root:
            raise AlteredError(
                "The receipt cannot be checked without the log's key and checkpoint."
            )
        item = json.loads(self.read(RECEIPT))
        size, root = read_checkpoint(item["checkpoint"].encode("utf-8"), self.key)
        raw = decode(item["entry"])
        if not is_included(raw, item["index"], size, [decode(p) for p in item["proof"]], root):
            raise AlteredError("The receipt's entry is not in the log, or was altered.")
        grown = [decode(p) for p in item["grown"]]
        if item["grown_from"] != self.size or not has_grown(
            self.size, size, grown, self.root, root
        ):
            raise AlteredError(
                "The log that the receipt is of is not the one of the package, grown."
            )
        entry = json.loads(raw)
        stated = entry["public"]["tagmanifest_sha256"]
        if entry["kind"] != "export" or stated != file_digest(self.path(TAG_MANIFEST)):
            raise AlteredError("The package is not the one that the log says was made.")
        self.facts["made"] = entry["time"]
        self.facts["export"] = entry["public"]["export"]
        self.facts["asked_by"] = entry["actor"]
        self.facts["approved_by"] = entry["public"]["approved_by"]

    # 6. The timestamps

    def check_timestamps(self, _: str | None) -> None:
        """What a timestamp service saw is a checkpoint of this log, which only grew since."""
        name = "data/log/timestamps.jsonl"
        found: list[tuple[int, str, str]] = []
        if name in self.digests and self.key is not None:
            for line in self.read(name).splitlines():
                item = json.loads(line)
                note = self.read("data/" + item["checkpoint"])
                size, root = read_checkpoint(note, self.key)
                grown = [decode(p) for p in item["grown"]]
                if not has_grown(size, self.size, grown, root, self.root):
                    raise AlteredError(f"One of the entries 0 to {size - 1} was rewritten since.")
                token = self.read("data/" + item["token"])
                found.append((size, *check_timestamp(token, note, self.trusted)))
        elif self.trusted:
            raise AlteredError("The package has no timestamp that --tsa-cert could speak of.")
        self.facts["timestamps"] = found


# ---------------------------------------------------------------- timestamps (RFC 3161)

Element = tuple[int, bytes, bytes]  # tag, content, and the whole with its head
SEQUENCE, SET, INTEGER, OCTETS, OBJECT_ID, TIME = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")  # names it by SHA-1 (RFC 2634)
SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")  # by SHA-256 or so (RFC 5816)
DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}
RSA_PLAIN = bytes.fromhex("2a864886f70d010101")
SIGNATURES = {  # RSA (PKCS #1, 1.5) and ECDSA, each with the hash that its name states
    bytes.fromhex("2a864886f70d01010b"): "sha256",
    bytes.fromhex("2a864886f70d01010c"): "sha384",
    bytes.fromhex("2a864886f70d01010d"): "sha512",
    bytes.fromhex("2a8648ce3d040302"): "sha256",
    bytes.fromhex("2a8648ce3d040303"): "sha384",
    bytes.fromhex("2a8648ce3d040304"): "sha512",
}
MAX_CHAIN = 8  # certificates from the signer's to the one that the reader trusts
# What reading a false token or certificate raises; the last four are no kind of ValueError.
UNREADABLE = (
    IndexError,
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
MAX_TOKEN, MAX_HELD = 1 << 20, 32  # bytes of a token, certificates in it


@dataclass(frozen=True)
class Stamp:
    """What a timestamp token says, and what it is signed with."""

    imprint: bytes  # SHA-256 of what was stamped
    time: datetime
    info: bytes  # the TSTInfo, which the attributes name by digest
    certificates: list[x509.Certificate]  # as they lie in the token: nobody vouches for them
    attributes: dict[bytes, list[Element]]  # signed ones: values by type
    signed: bytes  # the signed attributes, as they were signed
    digest: hashes.HashAlgorithm
    algorithm: bytes
    signature: bytes


def der(data: bytes) -> list[Element]:
    """The elements of DER bytes that lie side by side. Strict: one way to write each (X.690, 10)."""
    found, at = [], 0
    while at < len(data):
        start, tag, length = at, data[at], data[at + 1]
        at += 2
        if tag & 0x1F == 0x1F:
            raise AlteredError("A timestamp token has a tag of several bytes.")
        if length & 0x80:
            more = length & 0x7F
            length = int.from_bytes(data[at : at + more], "big")
            if not 1 <= more <= 4 or length < 0x80 or length >> 8 * (more - 1) == 0:
                raise AlteredError("A timestamp token is not DER: a length is not the shortest.")
            at += more
        if at + length > len(data):
            raise AlteredError("A timestamp token is cut.")
        found.append((tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


def inside(element: Element, tag: int) -> list[Element]:
    """The elements within one that must have this tag."""
    if element[0] != tag:
        raise AlteredError(f"A timestamp token cannot be read: {element[0]:#x} is not {tag:#x}.")
    return der(element[1])


def only(elements: list[Element]) -> Element:
    """The one element; refuses more and less."""
    if len(elements) != 1:
        raise AlteredError(f"A timestamp token has {len(elements)} of what there is one of.")
    return elements[0]


def object_id(elements: list[Element]) -> bytes:
    """The object identifier that stands first, as bytes."""
    if elements[0][0] != OBJECT_ID:
        raise AlteredError("A timestamp token cannot be read: a type is not named.")
    return elements[0][1]


def read_timestamp(token: bytes) -> Stamp:
    """The parts of a TimeStampResp (RFC 3161, section 2.4.2), with the signature yet to be checked."""
    if len(token) > MAX_TOKEN:
        raise AlteredError("A timestamp token is too large.")
    try:
        return read_response(token)
    except UNREADABLE as problem:
        raise AlteredError(f"A timestamp token cannot be read: {problem}.") from None


def read_response(token: bytes) -> Stamp:
    """`read_timestamp`, for bytes that are one.

    TimeStampResp is (status, ContentInfo), ContentInfo (type, [0] SignedData), and SignedData
    (version, digests, (type, [0] OCTET STRING of a TSTInfo), [0] certificates, …, signers): RFC 5652.
    """
    status, content = inside(only(der(token)), SEQUENCE)
    if inside(status, SEQUENCE)[0][2] not in (b"\x02\x01\x00", b"\x02\x01\x01"):
        raise AlteredError("A timestamp token says that no timestamp was given.")
    parts = inside(content, SEQUENCE)
    if object_id(parts) != SIGNED_DATA:
        raise AlteredError("A timestamp token is not signed data.")
    data = inside(only(inside(parts[1], 0xA0)), SEQUENCE)
    stamped = inside(data[2], SEQUENCE)
    if object_id(stamped) != TST_INFO:
        raise AlteredError("A timestamp token is over something else than a time.")
    octets = only(inside(stamped[1], 0xA0))
    if octets[0] != OCTETS:
        raise AlteredError("A timestamp token holds its time in pieces.")
    info = octets[1]
    imprint, time = read_info(info)
    held = inside(data[3], 0xA0) if data[3][0] == 0xA0 else []
    if len(held) > MAX_HELD:
        raise AlteredError("A timestamp token has too many certificates.")
    signer = inside(only(inside(data[-1], SET)), SEQUENCE)  # RFC 3161: the service's alone
    attributes: dict[bytes, list[Element]] = {}
    for attribute in inside(signer[3], 0xA0):
        kind, values = inside(attribute, SEQUENCE)
        if object_id([kind]) in attributes:
            raise AlteredError("A timestamp token says something twice.")
        attributes[kind[1]] = inside(values, SET)
    digest = DIGESTS.get(object_id(inside(signer[2], SEQUENCE)))
    if digest is None or signer[5][0] != OCTETS:
        raise AlteredError("A timestamp is signed in a way that is not known here (or by SHA-1).")
    return Stamp(
        imprint, time, info,
        [x509.load_der_x509_certificate(each[2]) for each in held],
        attributes, bytes([SET]) + signer[3][2][1:],  # RFC 5652, 5.4: signed as a SET
        digest, object_id(inside(signer[4], SEQUENCE)), signer[5][1],
    )  # fmt: skip


def read_info(info: bytes) -> tuple[bytes, datetime]:
    """(SHA-256 that was stamped, time) of a TSTInfo: (version, policy, (algorithm, imprint), serial,
    time, …)."""
    fields = inside(only(der(info)), SEQUENCE)
    algorithm, imprint = inside(fields[2], SEQUENCE)
    kind = DIGESTS.get(object_id(inside(algorithm, SEQUENCE)))
    if not isinstance(kind, hashes.SHA256) or imprint[0] != OCTETS or len(imprint[1]) != 32:
        raise AlteredError("A timestamp token is not over a SHA-256 digest.")
    text = fields[4][1].decode("ascii")
    said = re.fullmatch(r"(\d{14})(?:\.(\d{1,6})\d*)?Z", text, re.ASCII)
    if fields[0][2] != b"\x02\x01\x01" or fields[4][0] != TIME or not said:
        raise AlteredError("A timestamp token has no time.")
    moment = datetime.strptime(said[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return imprint[1], moment.replace(microsecond=int((said[2] or "").ljust(6, "0")))


def check_timestamp(token: bytes, note: bytes, trusted: list[x509.Certificate]) -> tuple[str, str]:
    """(time, by whom) of a timestamp over `note`. Raises AlteredError where it does not hold.

    The token's signature is checked in any case. It says who signed only if the signer's certificate
    is one of `trusted` or leads to one.
    """
    stamp = read_timestamp(token)
    time = stamp.time.strftime("%Y-%m-%dT%H:%M:%SZ")
    if stamp.imprint != hashlib.sha256(note).digest():
        raise AlteredError(f"The timestamp of {time} is of another checkpoint.")
    try:
        return time, signed_by(stamp, trusted)
    except UNREADABLE as problem:
        raise AlteredError(f"The timestamp of {time} cannot be checked: {problem}") from None


def signed_by(stamp: Stamp, trusted: list[x509.Certificate]) -> str:
    """Who signed, and who vouches for that, in words."""
    signer = find_signer(stamp, trusted)
    if signer is None:
        if trusted:
            raise AlteredError("The certificate that a timestamp was signed with is not known.")
        return "by whom is not known: the token has no certificate (--tsa-cert)"
    check_signature(stamp, signer)
    name = f"{signer.subject.rfc4514_string()!r}"
    if not trusted:
        return f"by {name}, as the token itself says: nobody vouches for it (--tsa-cert)"
    check_signer(signer, stamp.time)
    if not leads_to(signer, stamp.certificates, trusted, stamp.time):
        raise AlteredError(f"A timestamp is by {name}, which does not lead to a --tsa-cert.")
    return f"by {name}, which leads to a certificate that you gave"


def find_signer(stamp: Stamp, trusted: list[x509.Certificate]) -> x509.Certificate | None:
    """The certificate that the signed attributes name by its digest (RFC 5816), if it is at hand."""
    if SIGNING_CERTIFICATE_V2 in stamp.attributes:
        value = only(stamp.attributes[SIGNING_CERTIFICATE_V2])
    else:
        value = only(stamp.attributes.get(SIGNING_CERTIFICATE, []))
    named = inside(inside(inside(value, SEQUENCE)[0], SEQUENCE)[0], SEQUENCE)
    kind: hashes.HashAlgorithm | None = hashes.SHA1()  # noqa: S303 - that is what RFC 2634 has
    if SIGNING_CERTIFICATE_V2 in stamp.attributes:
        kind = hashes.SHA256()  # unless another is stated
        if named[0][0] == SEQUENCE:
            kind = DIGESTS.get(object_id(inside(named.pop(0), SEQUENCE)))
    if kind is None or named[0][0] != OCTETS:
        raise AlteredError("A timestamp names its signer in a way that is not known here.")
    wanted = named[0][1]
    for certificate in [*trusted, *stamp.certificates]:
        if certificate.fingerprint(kind) == wanted:
            return certificate
    return None


def check_signature(stamp: Stamp, signer: x509.Certificate) -> None:
    """The signed attributes speak of this TSTInfo, and the signer's key signed them (RFC 5652, 5.6)."""
    digest = hashlib.new(stamp.digest.name, stamp.info).digest()
    said = only(stamp.attributes.get(MESSAGE_DIGEST, []))
    of = only(stamp.attributes.get(CONTENT_TYPE, []))
    if said[:2] != (OCTETS, digest) or of[:2] != (OBJECT_ID, TST_INFO):
        raise AlteredError("The timestamp's signature is over another time.")
    if stamp.algorithm != RSA_PLAIN and SIGNATURES.get(stamp.algorithm) != stamp.digest.name:
        raise AlteredError("A timestamp is signed in a way that is not known here.")
    key = signer.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(stamp.signature, stamp.signed, padding.PKCS1v15(), stamp.digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(stamp.signature, stamp.signed, ec.ECDSA(stamp.digest))
        else:
            raise AlteredError("A timestamp is signed in a way that is not known here.")
    except InvalidSignature:
        raise AlteredError("The timestamp's signature is false.") from None


def check_signer(signer: x509.Certificate, moment: datetime) -> None:
    """The certificate is for timestamps alone (RFC 3161, section 2.3), and was valid at that time."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        stamps = usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    except x509.ExtensionNotFound:
        stamps = False
    if not stamps:
        raise AlteredError("The certificate of a timestamp is not one for timestamps alone.")
    if not is_valid(signer, moment):
        raise AlteredError("The certificate of a timestamp was not valid at that time.")


def is_valid(certificate: x509.Certificate, moment: datetime) -> bool:
    """Whether the moment is within the certificate's dates."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def leads_to(
    signer: x509.Certificate,
    held: list[x509.Certificate],
    trusted: list[x509.Certificate],
    moment: datetime,
) -> bool:
    """Whether the signer is trusted, or somebody trusted issued it, or issued its issuer, and so on.

    Each issuer must be one that may issue certificates and was valid at that time. Whether any was
    revoked is told by its issuer only, so it is not looked at. Nobody is looked at twice.
    """
    now, rest = [signer], [*trusted, *held]
    for below in range(MAX_CHAIN):
        if any(certificate in trusted for certificate in now):
            return True
        rest = [each for each in rest if each not in now]
        now = [
            each
            for each in rest
            if is_valid(each, moment)
            and may_issue(each, below)
            and any(has_issued(each, certificate) for certificate in now)
        ]
    return False


def has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the certificate names this issuer and has its signature."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def may_issue(issuer: x509.Certificate, below: int) -> bool:
    """Whether it is an authority's, for as many certificates as are below it (RFC 5280, 4.2.1.9)."""
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not basic.ca or (basic.path_length is not None and basic.path_length < below):
            return False
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as missing:
        return missing.oid == ExtensionOID.KEY_USAGE  # it may be left out


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of a file, PEM or DER."""
    data = path.read_bytes()
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        raise AlteredError(f"There is no certificate in this file: {path}") from None


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def decode(text: str) -> bytes:
    """Base64, strictly."""
    return base64.b64decode(text, validate=True)


# ---------------------------------------------------------------- the command


def main(arguments: list[str] | None = None) -> int:
    """The command; gives the exit code."""
    parser = argparse.ArgumentParser(description="Check a Lamplighter package or log, offline.")
    parser.add_argument("package", type=Path, help="folder with bagit.txt or a log; or a proof")
    parser.add_argument("--key", help="the log's public key, or a file with it")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[],
                        help="a checkpoint of the log from elsewhere, older or newer")  # fmt: skip
    parser.add_argument("--witness", action="append", default=[],
                        help="key of a witness who must have cosigned, or a file with it")  # fmt: skip
    parser.add_argument("--tsa-cert", type=Path, action="append", default=[],
                        help="certificate of the timestamp service, or of its authority")  # fmt: skip
    given = parser.parse_args(arguments)
    key = text_of(given.key) if given.key else None
    package = (given.package / "bagit.txt").is_file()
    if not package and not given.package.is_file() and not (given.package / "checkpoint").is_file():
        print(f"There is no package, log or proof here: {given.package}", file=sys.stderr)
        return 2
    if not package and key is None:
        print("A log or a proof is checked with the log's key: --key", file=sys.stderr)
        return 2
    try:
        log_key = read_key(key) if key else None
        witnesses = [read_key(text_of(each), 4) for each in given.witness]
        trusted = [each for path in given.tsa_cert for each in read_certificates(path)]
        if trusted and not package:
            raise AlteredError("Timestamps are in a package: --tsa-cert is of no use here.")
    except (AlteredError, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if not package and log_key is not None:
        return report_log(given.package, log_key, given.checkpoint, witnesses)
    facts, problems = check_package(given.package, key, trusted)
    if problems:
        return report_problems(problems)
    print(f"Package {facts['export']}: every byte is as it was.")
    print(
        f"  made {facts['made']}, asked for by {facts['asked_by']}, approved by {facts['approved_by']}"
    )
    print(f"  log {facts['origin']}, {facts['size']} entries, root {facts['root']}")
    print(
        f"  {facts['files']} files; {facts['entries']} entries in the log, "
        f"{facts['originals']} originals, logged {facts.get('first', '-')} to {facts.get('last', '-')}"
    )
    for size, time, whom in facts["timestamps"]:
        print(f"  timestamped {time}: the first {size} entries existed then")
        print(f"    {whom}")
    if facts["erased"]:
        print(
            f"  {facts['erased']} entries were erased before: they existed, their content is gone"
        )
    if facts["withheld"]:
        print(f"  {facts['withheld']} private parts were withheld: they concern others too")
    if not key:
        print(
            "  No --key was given: the package's own key was used. Compare it with a trusted one."
        )
    return 0


def text_of(given: str) -> str:
    """A key as given, or the text of the file of that name."""
    is_file = len(given) < 4096 and Path(given).is_file()
    return Path(given).read_text("utf-8") if is_file else given


def report_problems(problems: list[str]) -> int:
    """Say what is wrong; the exit code."""
    for problem in problems[:50]:
        print(f"ALTERED: {problem}", file=sys.stderr)
    if len(problems) > 50:
        print(f"and {len(problems) - 50} more", file=sys.stderr)
    return 4


def report_log(place: Path, key: Key, known: list[Path], witnesses: list[Key]) -> int:
    """Check a log or a proof and say what was found; the exit code."""
    if place.is_file():
        data = place.read_bytes()
        try:
            proved = (check_growth if data.startswith(b"{") else check_proof)(data, key)
        except (AlteredError, ValueError, KeyError, TypeError, AttributeError) as problem:
            return report_problems([str(problem)])
        if "older" in proved:
            print(f"The log {proved['origin']} of {proved['size']} entries begins with the first")
            print(f"{proved['older']} entries, as they were signed then.")
            return 0
        print(f"Entry {proved['index']} of {proved['size']} is in the log {proved['origin']}:")
        print(proved["entry"])
        return 0
    facts, problems = check_tiled_log(place, key, [path.read_bytes() for path in known], witnesses)
    if problems:
        return report_problems(problems)
    print(f"Log {facts['origin']}: all {facts['size']} entries are as they were signed.")
    print(f"  root {facts['root']}; in agreement with {len(known)} checkpoints from elsewhere")
    for name, seconds in facts["cosigned"].items():
        print(f"  cosigned by {name}, {seconds} seconds after 1970")
    return 0


if __name__ == "__main__":
    sys.exit(main())
