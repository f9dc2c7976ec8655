"""A wire between client and service that kills the client after a number of bytes."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """Passes bytes one at a time; at the `deadly`-th the process `victim` is killed."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.passed = 0
        self.deadly = -1
        self.victim = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def arm(self, deadly: int) -> None:
        """Count anew, and kill at this byte."""
        with self._lock:
            self.passed, self.deadly, self.victim = 0, deadly, 0

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            for one, two in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(one, two), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                with self._lock:
                    room = self.deadly - self.passed
                    deadly = 0 <= room < len(data)
                    self.passed += room if deadly else len(data)
                    if deadly:
                        self.deadly = -1
                target.sendall(data[:room] if deadly else data)
                if deadly and self.victim:
                    os.kill(self.victim, signal.SIGKILL)
                    break
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def wired(target: int) -> Iterator[Wire]:
    wire = Wire(target)
    try:
        yield wire
    finally:
        wire.close()
