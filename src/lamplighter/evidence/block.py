"""A block of openings: salts and private bytes of some entries, compressed, with a checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import zstandard

MAGIC = b"LLO1"
_HEAD = struct.Struct(">4sQQIIII")  # magic, first, last, count, raw bytes, body bytes, CRC-32
HEAD_BYTES = _HEAD.size
SALT_BYTES = 16
ERASED = 0xFFFFFFFF
MAX_COUNT = 1024
MAX_RAW_BYTES = 64 << 20
_LEVEL = 3


@dataclass(slots=True)
class Opening:
    """What opens one commitment: salt and private bytes; None once erased.

    Not frozen: a check makes one for each entry, and freezing takes half of that time.
    """

    index: int
    salt: bytes
    private: bytes | None


@dataclass(frozen=True)
class BlockHead:
    """Where a block is in its segment and which entries it covers."""

    offset: int
    first: int
    last: int
    count: int
    raw_bytes: int
    body_bytes: int
    checksum: int

    @property
    def end(self) -> int:
        """Offset of the next block."""
        return self.offset + HEAD_BYTES + self.body_bytes


def pack(openings: Sequence[Opening]) -> bytes:
    """One block. Body: places from the first index, lengths, salts, private bytes one after one."""
    first, last = openings[0].index, openings[-1].index
    places = np.array([opening.index - first for opening in openings], "<u4")
    lengths = np.array(
        [ERASED if item.private is None else len(item.private) for item in openings], "<u4"
    )
    raw = b"".join(
        [places.tobytes(), lengths.tobytes()]
        + [opening.salt for opening in openings]
        + [opening.private for opening in openings if opening.private is not None]
    )
    return pack_raw(first, last, len(openings), raw)


def pack_raw(first: int, last: int, count: int, raw: bytes) -> bytes:
    """One block of `count` openings whose body is put together already."""
    body = zstandard.compress(raw, _LEVEL)
    head = _HEAD.pack(MAGIC, first, last, count, len(raw), len(body), 0)
    return head[:-4] + struct.pack(">I", zlib.crc32(body, zlib.crc32(head))) + body


def read_head(data: bytes | memoryview, offset: int) -> BlockHead | None:
    """The head at an offset; None where there is no whole block."""
    if offset + HEAD_BYTES > len(data):
        return None
    magic, first, last, count, raw, body, checksum = _HEAD.unpack_from(data, offset)
    head = BlockHead(offset, first, last, count, raw, body, checksum)
    sound = magic == MAGIC and 0 < count <= MAX_COUNT and first <= last and raw <= MAX_RAW_BYTES
    return head if sound and head.end <= len(data) else None


def unpack(data: bytes | memoryview, head: BlockHead) -> list[Opening]:
    """The openings of a block. ValueError where its bytes were altered."""
    start = head.offset + HEAD_BYTES
    body = bytes(data[start : head.end])
    plain = _HEAD.pack(MAGIC, head.first, head.last, head.count, head.raw_bytes, head.body_bytes, 0)
    if zlib.crc32(body, zlib.crc32(plain)) != head.checksum:
        raise ValueError("checksum of the block does not match")
    try:
        raw = zstandard.decompress(body, max_output_size=head.raw_bytes)
    except zstandard.ZstdError as error:
        raise ValueError(f"block cannot be decompressed: {error}") from error
    fixed = head.count * (8 + SALT_BYTES)
    if len(raw) != head.raw_bytes or len(raw) < fixed:
        raise ValueError("block has the wrong length")
    places = np.frombuffer(raw, "<u4", head.count).tolist()
    lengths = np.frombuffer(raw, "<u4", head.count, offset=4 * head.count).tolist()
    openings = []
    at, salt_at = fixed, 8 * head.count
    for place, length in zip(places, lengths, strict=True):
        private = None if length == ERASED else raw[at : at + length]
        at += 0 if length == ERASED else length
        salt = raw[salt_at : salt_at + SALT_BYTES]
        openings.append(Opening(head.first + place, salt, private))
        salt_at += SALT_BYTES
    if at != len(raw) or openings[0].index != head.first or openings[-1].index != head.last:
        raise ValueError("block does not add up")
    return openings
