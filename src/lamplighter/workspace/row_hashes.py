"""Rows as hashes of their columns: what `row_digest` is made of, without the columns themselves.

Most values are texts that are taken as they stand, so they are hashed where they lie in the private
bytes. Times, numbers and pictures are read as intake reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.listings.coerce import Refused, typed
from lamplighter.listings.json_scan import Scanned, keys_of, scan
from lamplighter.listings.originals import as_part
from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.listings.versions import NO_VALUE, fold_columns, hash_column
from lamplighter.text.hashing import hash_strings

_NAMES = LISTING_SCHEMA.names
_TABLE = keys_of(_NAMES)
_HEAD, _TAIL = b'{"row":', b"}"
_TEXTS = np.array(
    [place for place, item in enumerate(LISTING_SCHEMA) if pa.types.is_large_string(item.type)],
    np.int64,
)
_READ = [place for place in range(len(_NAMES)) if place not in _TEXTS]
#: An empty text is a value of its own here; in all other columns it is none.
_EMPTY_COUNTS = ("listing_id", "text", "extra")
#: And these two have a value even where nothing came.
_ALWAYS = ("listing_id", "text")
_NO_EXTRA = pa.array([], pa.large_string())
_EMPTY = hash_strings(pa.array([""], pa.large_string()))[0]


@dataclass(frozen=True)
class RowHashes:
    """Of n rows: (columns, n) hashes in the order of LISTING_SCHEMA, and whether a value came."""

    hashed: NDArray[np.uint64]
    came: NDArray[np.bool_]

    @classmethod
    def of(cls, private: Sequence[bytes]) -> RowHashes:
        """Of private bytes of acts, `{"row":{…}}`: by the scan where plain, by orjson elsewhere.

        ValueError, KeyError or TypeError where they are none.
        """
        content = np.frombuffer(b"".join(private), np.uint8)
        sizes = np.fromiter(map(len, private), np.int64, len(private))
        ends = np.cumsum(sizes)
        begins, ends = _inside(content, ends - sizes, ends)
        found = scan(content, begins, ends, _TABLE)
        plain, others = np.flatnonzero(found.plain), np.flatnonzero(~found.plain)
        made = cls._empty(len(private))
        if len(plain):
            _check_utf8(content)
            cls._of_scan(found, plain)._put(made, plain)
        if len(others):
            rows = [orjson.loads(private[row])["row"] for row in others.tolist()]
            cls.of_texts(rows)._put(made, others)
        return made

    @classmethod
    def of_texts(cls, rows: list[dict[str, Any]]) -> RowHashes:
        """Of rows as dictionaries of texts."""
        made = cls._empty(len(rows))
        made._read(as_part(rows), range(len(_NAMES)))
        return made

    def told(self, by: RowHashes, place: NDArray[np.int64]) -> RowHashes:
        """With the values that came in the rows of `by`, which say more of the rows `place`.

        Where several say something of one column, the last one counts.
        """
        hashed, came = self.hashed.copy(), self.came.copy()
        for column in np.flatnonzero(by.came.any(axis=1)):
            some = by.came[column]
            hashed[column, place[some]] = by.hashed[column, some]
            came[column, place[some]] = True
        return RowHashes(hashed, came)

    def of_rows(self, rows: NDArray[np.bool_]) -> RowHashes:
        """Some of them."""
        return RowHashes(self.hashed[:, rows], self.came[:, rows])

    def digests(self) -> NDArray[np.uint64]:
        """(n,) as `row_digest` of the rows."""
        return fold_columns(self.hashed, self.hashed.shape[1])

    @classmethod
    def _empty(cls, rows: int) -> RowHashes:
        shape = len(_NAMES), rows
        return cls(np.empty(shape, np.uint64), np.zeros(shape, np.bool_))

    def _put(self, whole: RowHashes, rows: NDArray[np.int64]) -> None:
        if len(rows) == whole.hashed.shape[1]:
            whole.hashed[:], whole.came[:] = self.hashed, self.came
        else:
            whole.hashed[:, rows], whole.came[:, rows] = self.hashed, self.came

    @classmethod
    def _of_scan(cls, found: Scanned, rows: NDArray[np.int64]) -> RowHashes:
        columns = {
            _NAMES[place]: column
            for place in _READ
            if (column := found.column(place, rows)) is not None
        }
        made = cls._empty(len(rows))
        made._read(Part(columns, _NO_EXTRA, rows), _READ)
        texts = found.hashes(_TEXTS, rows)
        sizes = found.size[rows][:, _TEXTS].T
        for at, place in enumerate(_TEXTS.tolist()):
            name = _NAMES[place]
            made.came[place] = sizes[at] >= 0
            counts = sizes[at] >= (0 if name in _EMPTY_COUNTS else 1)
            none = _EMPTY if name in _ALWAYS else NO_VALUE
            made.hashed[place] = np.where(counts, np.where(sizes[at] == 0, _EMPTY, texts[at]), none)
        return made

    def _read(self, part: Part, places: Collection[int]) -> None:
        """Take in some columns as intake reads them."""
        typed_columns, _ = typed(part, [_NAMES[place] for place in places], Refused())
        for place in places:
            name = _NAMES[place]
            self.hashed[place] = hash_column(typed_columns[name])
            column = part.extra if name == "extra" else part.columns.get(name)
            if column is not None:
                self.came[place] = column.is_valid().to_numpy(zero_copy_only=False)


def _inside(
    content: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the row lies in `{"row":…}`; an empty place where the bytes begin or end otherwise."""
    whole = ends - begins > len(_HEAD) + len(_TAIL)
    at = np.where(whole, begins, 0)
    if whole.any():
        for step, byte in enumerate(_HEAD):
            whole &= content[at + step] == byte
        whole &= content[np.where(whole, ends - 1, 0)] == _TAIL[0]
    return begins + len(_HEAD), np.where(whole, ends - len(_TAIL), begins)


def _check_utf8(content: NDArray[np.uint8]) -> None:
    """ValueError where it is not. Values lie between quotes, so that the whole says it of each."""
    bounds = np.array([0, len(content)], np.int64)
    pa.LargeStringArray.from_buffers(
        1, pa.py_buffer(bounds), pa.py_buffer(content)
    ).validate(full=True)  # fmt: skip
