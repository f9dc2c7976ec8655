"""The host's side of `workspace.guest`: a socket in the workspace, for its owner alone."""

from __future__ import annotations

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import LamplighterError
from lamplighter.workspace.frames import NAME, receive, send, short_path

_log = logging.getLogger(__name__)
_CREDENTIALS = struct.Struct("3i")  # process, user, group: unix(7), SO_PEERCRED

Answer = Callable[[dict[str, Any], bytes], dict[str, Any]]


class Doorway:
    """Listens until `close`; each guest has a thread. `deeds` answer by the name in `do`.

    The caller holds the writer's lock, so a socket that lies there is a dead process's.
    """

    def __init__(self, folder: Path, deeds: dict[str, Answer]) -> None:
        self._folder, self._deeds = folder, deeds
        (folder / NAME).unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with short_path(folder) as path:
                self._socket.bind(path)
        finally:
            os.umask(before)
        self._socket.listen(4)
        self._thread = threading.Thread(target=self._run, name="doorway", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let nobody in any more."""
        (self._folder / NAME).unlink(missing_ok=True)
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                guest, _ = self._socket.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(guest,), name="guest", daemon=True).start()

    def _serve(self, guest: socket.socket) -> None:
        with guest:
            raw = guest.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            if _CREDENTIALS.unpack(raw)[1] != os.getuid():
                return  # also root has no business here: what it writes would be root's
            try:
                while (found := receive(guest)) is not None:
                    send(guest, self._answer(*found))
            except OSError:
                return  # hung up
            except Exception as error:
                _log.warning("a guest said what is no frame: %s", error)

    def _answer(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        try:
            deed = self._deeds.get(str(head.get("do")))
            if deed is None:
                raise LamplighterError("The service does not do this for a guest.",
                                       hint="Stop it and run the command again.")  # fmt: skip
            return deed(head, body)
        except LamplighterError as error:
            return {"error": {"what": error.what, "where": error.where, "hint": error.hint}}
        except Exception as error:
            _log.exception("what a guest asked for failed")
            return {"error": {"what": f"The service failed: {type(error).__name__}: {error}"[:300],
                              "hint": "Its log says more; what it acknowledged is safe."}}  # fmt: skip
