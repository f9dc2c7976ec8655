"""receipt.json: proof that the log holds the making of this very package.

It lies beside the bag's manifests and in none of them: it is made when they are finished, and
proves itself. The entry it holds names the digest of the tag manifest, which stands for every byte.
"""

from __future__ import annotations

import base64

import orjson

from lamplighter.evidence.ledger import Ledger


def receipt(ledger: Ledger, index: int, bag_size: int) -> bytes:
    """The receipt of the export act at `index`; `bag_size` is the size of the log that the
    package's own checkpoint states. It shows that the log only grew since.
    """
    content = {
        "index": index,
        "entry": _text(ledger.entry(index).raw),
        "proof": [_text(step) for step in ledger.inclusion(index).hashes],
        "checkpoint": ledger.checkpoint().decode("utf-8"),
        "grown_from": bag_size,
        "grown": [_text(step) for step in ledger.consistency(bag_size).hashes],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
