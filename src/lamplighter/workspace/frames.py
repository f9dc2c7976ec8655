"""What the one writer of a workspace and its guests say to each other over a local socket.

A frame is two lengths (8 bytes each, big endian), a JSON object and bytes. Rows go as Arrow.
"""

from __future__ import annotations

import base64
import os
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError
from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA

NAME = "serve.socket"
_LENGTHS = struct.Struct(">QQ")
#: Bytes of one frame; a guest sends rows in small groups.
_MOST = 1 << 30
_ROW, _PART = "row ", "part "


@contextmanager
def short_path(folder: Path) -> Iterator[str]:
    """The socket's path in few characters: a path to a socket has 107 at most, a workspace's more."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)


def send(channel: socket.socket, head: Mapping[str, Any], body: bytes = b"") -> None:
    """One frame."""
    raw = orjson.dumps(head)
    channel.sendall(_LENGTHS.pack(len(raw), len(body)) + raw)
    if body:
        channel.sendall(body)


def receive(channel: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None where the other side is gone. LamplighterError if it is none."""
    lengths = _exactly(channel, _LENGTHS.size)
    if lengths is None:
        return None
    sizes = _LENGTHS.unpack(lengths)
    if sum(sizes) > _MOST:
        raise LamplighterError("A frame is too large.", where=NAME)
    raw, body = _exactly(channel, sizes[0]), _exactly(channel, sizes[1])
    if raw is None or body is None:
        return None
    head = orjson.loads(raw)
    if not isinstance(head, dict):
        raise LamplighterError("A frame has no head.", where=NAME)
    return head, body


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    held = bytearray()
    while len(held) < size:
        try:
            piece = channel.recv(min(size - len(held), 1 << 20))
        except ConnectionError:
            return None
        if not piece:
            return None
        held += piece
    return bytes(held)


def pack_rows(batch: pa.RecordBatch, part: Part) -> bytes:
    """Rows as read (LISTING_SCHEMA) and as they came."""
    columns = {_ROW + name: batch.column(name) for name in LISTING_SCHEMA.names}
    columns |= {_PART + name: column for name, column in part.columns.items()}
    columns |= {"extra": part.extra, "numbers": pa.array(part.numbers)}
    made = pa.record_batch(list(columns.values()), names=list(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as writer:
        writer.write_batch(made)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpack_rows(raw: bytes) -> tuple[pa.RecordBatch, Part]:
    """The reverse of `pack_rows`. LamplighterError if the bytes are no rows."""
    try:
        with pa.ipc.open_stream(raw) as reader:
            made = reader.read_next_batch()
        made.validate(full=True)
        rows = [made.column(_ROW + name) for name in LISTING_SCHEMA.names]
        batch = pa.record_batch(rows, schema=LISTING_SCHEMA)
        columns = {
            name.removeprefix(_PART): made.column(name)
            for name in made.schema.names
            if name.startswith(_PART)
        }
        return batch, Part(columns, made.column("extra"), made.column("numbers").to_numpy())
    except (pa.ArrowException, OSError, KeyError, ValueError, StopIteration) as error:
        raise LamplighterError(f"These are no rows: {str(error)[:200]}", where=NAME) from None


def pack_acts(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Acts as JSON."""
    return [
        {
            "kind": act.kind, "time": act.time.isoformat(), "actor": act.actor,
            "public": act.public, "objects": list(act.objects),
            "private": None if act.private is None else base64.b64encode(act.private).decode(),
        }
        for act in acts
    ]  # fmt: skip


def unpack_acts(held: Sequence[Mapping[str, Any]]) -> list[Act]:
    """The reverse of `pack_acts`; the ledger checks what they say."""
    return [
        Act(
            one["kind"], datetime.fromisoformat(one["time"]), one["actor"], one["public"],
            None if one["private"] is None else base64.b64decode(one["private"]), one["objects"],
        )
        for one in held
    ]  # fmt: skip
