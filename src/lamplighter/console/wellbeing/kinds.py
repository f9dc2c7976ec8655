"""What a file is by its own first bytes; what its sender called it does not count."""

from __future__ import annotations

from pathlib import Path

#: First bytes of what a browser shows and that cannot carry script: no SVG, no HTML, no PDF.
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)


def media_type(path: Path) -> str:
    """The type, or an empty text where it is none that we show."""
    with path.open("rb") as file:
        head = file.read(16)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    # ISO base media: a box of type ftyp first (ISO/IEC 14496-12).
    return "video/mp4" if head[4:8] == b"ftyp" else ""
