"""Files released reports in the background, and goes on with them after a restart."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from lamplighter.console.record.repeating import Repeating
from lamplighter.console.tips.desk import tip_desk
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.filing import file, stop

_LOG = logging.getLogger("lamplighter.console")
_SECONDS = 1.0
#: After a fault of our own.
_LATER = timedelta(minutes=5).total_seconds()


class _LaterError(Exception):
    """The service is in trouble: other reports need not wait for this one."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _later(seconds: float) -> None:
    raise _LaterError(seconds)


def file_due(due: dict[str, float], ended: threading.Event) -> None:
    """File what is under way and due. `due` says when to try again, by report, and is kept up."""
    desk = tip_desk()
    for found in desk.under_way():
        report = found.draft.report
        if ended.is_set() or due.get(report, 0.0) > time.monotonic():
            continue
        due.pop(report, None)
        try:
            file(desk, report, _later, ended.is_set)
        except _LaterError as later:
            due[report] = time.monotonic() + later.seconds
        except LamplighterError as error:
            stop(desk, report, error)
        except Exception:
            _LOG.exception("a report could not be filed; it is tried again")
            due[report] = time.monotonic() + _LATER


def filer() -> Repeating:
    """Files what is released; what it was doing when it ended, the next one goes on with."""
    due: dict[str, float] = {}
    return Repeating("filer", _SECONDS, lambda ended: file_due(due, ended),
                     "reports could not be looked at")  # fmt: skip
