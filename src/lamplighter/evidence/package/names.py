"""Names of files in a package. None is made from what a listing says."""

from __future__ import annotations

import re

from lamplighter.evidence.errors import TamperError

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
MAX_DEPTH = 6
#: Suffix by media type, from the first bytes: a name or type that came with a listing is not used.
_MAGIC = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"BM", ".bmp"),
    (b"%PDF-", ".pdf"),
)
#: What every review platform takes for an image of a page.
IMAGES = frozenset({".jpg", ".tif"})


def confined(name: str) -> str:
    """The name, if it is a relative path of plain parts (ASCII, `/` between, no leading dot).

    Raises TamperError otherwise: absolute, `..`, backslash, drive, control character, odd length.
    """
    parts = name.split("/")
    if len(parts) > MAX_DEPTH or not all(_PART.fullmatch(part) for part in parts):
        raise TamperError("A file name in the package is not allowed.", where=repr(name)[:120])
    return name


def media_suffix(head: bytes) -> str:
    """The suffix for media whose first bytes are `head`; `.bin` where the kind is unknown."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), ".bin")
