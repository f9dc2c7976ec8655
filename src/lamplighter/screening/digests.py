"""Digests by which lists name files and texts: MD5, which is no proof of anything but is what is
exchanged."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from hashlib import md5

import pyarrow as pa

#: An image of a listing given as the digest of its file, as `pdq:` is given.
GIVEN = "md5:"
_DIGITS = frozenset("0123456789abcdef")

Opener = Callable[[str], bytes]


def is_md5(text: str) -> bool:
    """Whether it is a digest: 32 hexadecimal digits, small."""
    return len(text) == 32 and _DIGITS.issuperset(text)


class FileDigests:
    """MD5 of the files of listings, noted while `read` gives them to whoever asked."""

    def __init__(self, read: Opener | None) -> None:
        self._read = read
        self._of: dict[str, str] = {}

    @property
    def read(self) -> Opener | None:
        """The same reader, which notes."""
        return self._noting if self._read else None

    def _noting(self, name: str) -> bytes:
        assert self._read is not None
        data = self._read(name)
        self._of[name] = md5(data, usedforsecurity=False).hexdigest()
        return data

    def of(self, images: pa.Array) -> list[tuple[int, str]]:
        """(row, digest) of every file of n listings that was read, and of those given as `md5:`."""
        if images.null_count == len(images):
            return []
        found = []
        for row, sources in enumerate(images.to_pylist()):
            for source in sources or ():
                given = (source or "").removeprefix(GIVEN).strip().lower()
                if source and source.startswith(GIVEN) and is_md5(given):
                    found.append((row, given))
                elif source in self._of:
                    found.append((row, self._of[source]))
        return found


def without_given(images: pa.Array) -> pa.Array:
    """The images without those given as `md5:`, which have no picture to hash."""
    if images.null_count == len(images):
        return images
    rows = images.to_pylist()
    if not any(source and source.startswith(GIVEN) for row in rows for source in row or ()):
        return images
    kept = [
        row and [s for s in row if not s or not (s.startswith(GIVEN) and _given(s))] for row in rows
    ]
    return pa.array(kept, images.type)


def _given(source: str) -> bool:
    return is_md5(source.removeprefix(GIVEN).strip().lower())


def text_digest(text: str) -> str:
    """MD5 of the letters and digits of a text, in small letters and without accents: the signal
    `text_md5` of python-threatexchange. Empty where there is neither letter nor digit.

    Trap: its source also means to shorten repeated letters, but the pattern is no raw string and
    never matches. The digests in circulation are made without, and so are these.
    """
    folded = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in folded if c.isalnum() and not unicodedata.combining(c))
    return md5(bare.encode("utf-8", "replace"), usedforsecurity=False).hexdigest() if bare else ""
