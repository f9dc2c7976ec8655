"""Coop's signature: RSASSA-PKCS1-v1_5 with SHA-256 over the body, in base64 in `Coop-Signature`.

Source: roostorg/coop, docs/development/api-auth.md, "Verifying incoming requests from Coop".
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lamplighter.foundation.errors import UsageError

#: A shorter modulus is no longer safe (NIST SP 800-131A).
_FEWEST_BITS = 2_048


def read_key(path: Path) -> RSAPublicKey:
    """The webhook verification key as Coop shows it under Settings, API Keys. UsageError."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError("Coop's verification key cannot be read.", where=str(path),
                         hint="Save it from Coop: Settings, API Keys, as PEM.") from error  # fmt: skip
    if not isinstance(key, RSAPublicKey) or key.key_size < _FEWEST_BITS:
        raise UsageError("Coop's verification key is no RSA key of 2,048 bits or more.",
                         where=str(path), hint="Make a new one in Coop.")  # fmt: skip
    return key


def signed_by(key: RSAPublicKey, header: str, body: bytes) -> bool:
    """Whether `header` is the holder's signature of `body`."""
    try:
        signature = base64.b64decode(header, validate=True)
        key.verify(signature, body, PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
