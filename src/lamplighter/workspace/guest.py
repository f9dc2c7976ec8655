"""Writing to a workspace that another process has open: through that process.

A ledger has one writer. While it is `serve`, an intake hands it the rows, as read and as they came,
over a socket in the workspace that only its owner can open. Who was told that rows are taken can
rely on it as if it had written them itself: the answer comes after the ledger's commit.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import LamplighterError
from lamplighter.listings.part import Part
from lamplighter.workspace.frames import pack_acts, pack_rows, receive, send, short_path
from lamplighter.workspace.receiver import Receipt

#: Rows handed over at a time: decisions on listings wait no longer than these take.
ROWS = 1024


class Host:
    """The process that writes, seen by a guest. Used by one thread at a time."""

    def __init__(self, channel: socket.socket, folder: Path) -> None:
        self._channel, self._folder = channel, folder

    def ask(self, head: dict[str, Any], body: bytes = b"") -> dict[str, Any]:
        """Send and wait for the answer. LamplighterError as the host has it, or if it is gone."""
        try:
            send(self._channel, head, body)
            found = receive(self._channel)
        except OSError:
            found = None
        if found is None:
            raise LamplighterError(
                "The service that writes to this workspace went away.", where=str(self._folder),
                hint="What it acknowledged is safe. Run the same command again: what is known is "
                "not added twice.",
            )  # fmt: skip
        answer = found[0]
        if "error" in answer:
            raise LamplighterError(**answer["error"])
        return answer

    def close(self) -> None:
        """Hang up."""
        self._channel.close()


class GuestLedger(Ledger):
    """A ledger opened for reading, whose acts are appended by the host."""

    def __init__(self, folder: Path, host: Host) -> None:
        super().__init__(folder, None)
        self._host = host

    def append(self, acts: Sequence[Act]) -> range:
        """Log the acts, durably; returns the indices of their entries."""
        if not acts:
            return range(self.size, self.size)
        logged = self._host.ask({"do": "append", "acts": pack_acts(acts)})
        self.refresh()
        return range(*logged["entries"])

    def close(self) -> None:
        """Hang up."""
        self._host.close()
        super().close()


class GuestReceiver:
    """As `Receiver`: the host takes the rows."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def take(
        self, batch: pa.RecordBatch, part: Part, media: Sequence[Sequence[str]] | None = None
    ) -> Receipt:
        """Hand over the rows, some at a time. When it returns they are durable."""
        found = [np.zeros(0, np.int64)]
        for start in range(0, batch.num_rows, ROWS):
            stop = min(start + ROWS, batch.num_rows)
            within = np.zeros(batch.num_rows, bool)
            within[start:stop] = True
            named = None if media is None else [list(one) for one in media[start:stop]]
            rows = pack_rows(batch.slice(start, stop - start), part.filter(within))
            answer = self._host.ask({"do": "take", "media": named}, rows)
            found.append(np.array(answer["index"], np.int64))
        return Receipt(np.concatenate(found))


def find_host(folder: Path) -> Host | None:
    """Who writes to this workspace, if it takes guests."""
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_path(folder) as path:
            channel.connect(path)
    except OSError:
        channel.close()
        return None
    return Host(channel, folder)
