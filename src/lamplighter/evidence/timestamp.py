"""RFC 3161 timestamps of checkpoints: somebody else says that it existed by then."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from lamplighter.evidence.errors import LedgerError, TamperError

_MAX_BYTES = 1 << 20
_SECONDS = 20


def request_timestamp(url: str, note: bytes) -> tuple[bytes, datetime]:
    """Ask the service for a timestamp over the note's bytes; the answer (DER) and its time.

    Raises LedgerError where there is no answer, or one to another question.
    """
    if not url.startswith(("https://", "http://")):
        raise LedgerError("A timestamp service has an http or https address.", where=url)
    asked = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url, asked.as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(_MAX_BYTES)
    except (urllib.error.URLError, OSError) as error:
        raise LedgerError(
            f"The timestamp service did not answer: {error}.",
            where=url,
            hint="the ledger is as it was; run the command again later",
        ) from error
    found = _decode(data, url)
    if found.tst_info.nonce != asked.nonce or found.tst_info.message_imprint.message != _hash(note):
        raise LedgerError("The timestamp service answered another question.", where=url)
    return data, found.tst_info.gen_time


def check_timestamp(data: bytes, note: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    """When the note existed at the latest. Raises TamperError.

    Without roots only the hash is compared: who signed is then not known.
    """
    found = _decode(data, "timestamp")
    if found.tst_info.message_imprint.message != _hash(note):
        raise TamperError("The timestamp is of another checkpoint.")
    if roots:
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        try:
            builder.build().verify_message(found, note)
        except (VerificationError, ValueError) as error:
            raise TamperError(f"The timestamp's signature does not hold: {error}.") from error
    return found.tst_info.gen_time


def read_roots(path: Path) -> list[x509.Certificate]:
    """Certificates (PEM) of the authorities that a timestamp service's own leads to."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise LedgerError("There is no certificate (PEM) in this file.", where=str(path)) from error


def _hash(note: bytes) -> bytes:
    return sha256(note).digest()


def _decode(data: bytes, where: str) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(data)
        if found.status != 0:
            raise ValueError(f"status {found.status} ({', '.join(found.status_string)})")
        _ = found.tst_info.message_imprint
    except ValueError as error:
        raise TamperError(f"The timestamp cannot be read: {error}.", where=where) from error
    return found
