"""Samples are drawn by a thread of the server: a large log takes longer than a page may."""

from __future__ import annotations

import threading

from lamplighter.console.auditing.following import WANTED, catch_up, sampling
from lamplighter.console.auditing.models import Sample
from lamplighter.console.record.repeating import Repeating
from lamplighter.foundation.errors import UsageError

_SECONDS = 2.0
_READ: dict[int, tuple[int, int]] = {}


class _EndedError(Exception):
    """The server stops; it draws when it runs again."""


def ask(sample: Sample, actor: str, value: str | None) -> None:
    """Have an announced sample drawn. UsageError where that cannot be."""
    if sample.drawn is not None or sample.asked_by:
        raise UsageError("This sample was drawn already, or is being drawn; it is drawn once.")
    if bool(sample.outside) != bool(value):
        raise UsageError(
            "The announcement and the draw must agree whether a source outside speaks."
        )
    asked = Sample.objects.filter(pk=sample.pk, drawn=None, asked_by="")
    asked.update(asked_by=actor, value=value, trouble="")


def read_of(sample: Sample) -> tuple[int, int]:
    """Entries read for a draw that is under way, and how many there are; zeros: it waits."""
    return _READ.get(sample.pk, (0, 0))


def draw_asked(ended: threading.Event) -> None:
    """Draw what somebody asked for. After a crash it is drawn again from the start, once: what stands
    in the log is taken over first.
    """
    if not (WANTED.is_set() or Sample.objects.exists()):
        return  # nobody uses samples: a large log need not be read for that
    WANTED.clear()
    catch_up()
    for sample in Sample.objects.filter(drawn=None).exclude(asked_by=""):
        _draw(sample, ended)


def _draw(sample: Sample, ended: threading.Event) -> None:
    def heard(done: int, of: int) -> None:
        _READ[sample.pk] = (done, of)
        if ended.is_set():
            raise _EndedError

    try:
        sampling().draw(sample.asked_by, sample.announced, sample.value, heard)
    except UsageError as error:
        Sample.objects.filter(pk=sample.pk).update(asked_by="", trouble=error.what[:500])
    except _EndedError:
        return
    finally:
        _READ.pop(sample.pk, None)
    catch_up()


def drawer() -> Repeating:
    """Draws what people ask for, and reads the log for those pages."""
    return Repeating("samples", _SECONDS, draw_asked, "samples could not be drawn")
