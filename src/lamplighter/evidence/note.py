"""Signed notes and their Ed25519 keys (C2SP signed-note)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lamplighter.evidence.errors import LedgerError, TamperError

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MAX_NOTE_BYTES = 200_000
MAX_SIGNATURES = 64
_NAME = re.compile(r"[^\s+]{1,200}")


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of SHA-256(name ‖ newline ‖ kind ‖ public key)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key as notes know it. `kind` says what is signed: ED25519 or COSIGNATURE_V1."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The key id that stands in signature lines."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        """`name+id+base64(kind ‖ key)`, as other tools of C2SP read it."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read `name+id+base64`. Raises LedgerError."""
        parts = text.strip().split("+", 2)
        try:
            material = base64.b64decode(parts[2], validate=True)
            key = cls(parts[0], material[0], material[1:])
            good = len(key.public) == 32 and key.kind in (ED25519, COSIGNATURE_V1)
            if good and _NAME.fullmatch(key.name) and str(key) == text.strip():
                return key
        except (IndexError, binascii.Error):
            pass
        raise LedgerError(
            "This is no Ed25519 key of a log or witness.",
            where=text.strip()[:80],
            hint="a key looks like example.org/log+1a2b3c4d+AQ… (keys/log.pub of a workspace)",
        )

    def signed(self, message: bytes, signature: bytes) -> bool:
        """True if this key made the Ed25519 signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SignerKey:
    """The private key of a log: signs notes under its name."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> SignerKey:
        """A new key. Raises LedgerError for a name with spaces or plus signs."""
        if not _NAME.fullmatch(name):
            raise LedgerError(
                "A log's origin may not be empty or hold spaces or plus signs.",
                where=name,
                hint="for example example.org/lamplighter",
            )
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, ED25519, self._private.public_key().public_bytes_raw())

    def __str__(self) -> str:
        """`PRIVATE+KEY+name+id+base64(kind ‖ seed)`, the form of Go's sumdb/note."""
        material = base64.b64encode(bytes([ED25519]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read what `str` wrote. Raises LedgerError; never shows the key."""
        parts = text.strip().split("+", 4)
        try:
            material = base64.b64decode(parts[4], validate=True)
            key = cls(parts[2], material[1:])
            good = parts[:2] == ["PRIVATE", "KEY"] and material[0] == ED25519
            if good and len(key.seed) == 32 and str(key) == text.strip():
                return key
        except (IndexError, binascii.Error):
            pass
        raise LedgerError("The signing key of the ledger cannot be read.")

    def sign(self, text: bytes) -> bytes:
        """A whole signed note over `text`, which ends in a newline."""
        signature = self.verifier.id + self._private.sign(text)
        return text + b"\n" + signature_line(self.name, signature)


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, key id, and what the key's kind puts behind it."""

    name: str
    id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note. Its text means nothing before a signature by a known key was checked."""

    text: bytes
    signatures: tuple[Signature, ...]


def signature_line(name: str, signature: bytes) -> bytes:
    """`— name base64` with its newline."""
    return f"— {name} {base64.b64encode(signature).decode()}\n".encode()


def parse_note(data: bytes) -> Note:
    """Split a note. Raises TamperError where it is none: a note is read before it is trusted."""
    text, gap, tail = data.rpartition(b"\n\n")
    try:
        decoded = data.decode("utf-8")
        lines = tail.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise TamperError("The note is not UTF-8.") from error
    if len(data) > MAX_NOTE_BYTES or not gap or not text or lines[-1] or len(lines) < 2:
        raise TamperError("The note has no text with signature lines after an empty line.")
    if re.search(r"[\x00-\x09\x0b-\x1f]", decoded) or len(lines) - 1 > MAX_SIGNATURES:
        raise TamperError("The note holds control characters or too many signatures.")
    return Note(text + b"\n", tuple(_parse_line(line) for line in lines[:-1]))


def _parse_line(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) == 3 and parts[0] == "—" and _NAME.fullmatch(parts[1]):
        try:
            value = base64.b64decode(parts[2], validate=True)
        except binascii.Error:
            value = b""
        # Only one spelling of the same bytes: unused bits of the last letter must be zero.
        if len(value) > 4 and base64.b64encode(value).decode() == parts[2]:
            return Signature(parts[1], value[:4], value[4:])
    raise TamperError("A signature line of the note cannot be read.", where=line[:80])


def check_signed(note: Note, key: VerifierKey) -> None:
    """Raises TamperError unless the key signed the note (and no line of that key is false)."""
    own = [line for line in note.signatures if (line.name, line.id) == (key.name, key.id)]
    if not own:
        raise TamperError(
            "The note carries no signature of the key asked for.",
            where=f"{key.name}+{key.id.hex()}",
        )
    if not all(key.signed(note.text, line.value) for line in own):
        raise TamperError(
            "The signature of the note is forged or the note was altered.",
            where=f"{key.name}+{key.id.hex()}",
        )


def read_key(given: str) -> VerifierKey:
    """A verifier key from a file of that name, or from the text itself. Raises LedgerError."""
    path = Path(given)
    if len(given) < 1_000 and path.is_file():
        with path.open("rb") as file:
            return VerifierKey.parse(file.read(4_096).decode("utf-8", "replace"))
    return VerifierKey.parse(given)
