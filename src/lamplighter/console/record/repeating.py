"""What the server does every few seconds, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import connections

from lamplighter.foundation.closing import Closing

_LOG = logging.getLogger("lamplighter.console")


class Repeating(Closing):
    """Calls `look` at once and then every `seconds`, until it is closed.

    A look that fails is logged as `trouble`, and the next one tries again: whatever it looks for
    has to be in the ledger or the database. `look` gets the event that tells it to end.
    """

    def __init__(
        self, name: str, seconds: float, look: Callable[[threading.Event], object], trouble: str
    ) -> None:
        self._seconds, self._look, self._trouble = seconds, look, trouble
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the look that is under way."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._look(self._ended)
            except Exception:
                _LOG.exception(self._trouble)
            finally:
                connections.close_all()
            self._ended.wait(self._seconds)
