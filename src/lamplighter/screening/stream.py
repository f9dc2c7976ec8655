"""Listings as JSON lines in, decisions as JSON lines out, in the same order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from typing import IO, Any

import orjson

from lamplighter.screening.decision import Decision
from lamplighter.screening.service import Screener, SubmissionError
from lamplighter.screening.submission import MOST_BYTES

#: Lines that are in the making at a time.
AHEAD = 2048
#: Column that holds a row's idempotency key; it is taken out of the listing.
KEY = "idempotency_key"
_Answer = Future[Decision] | dict[str, Any]


def screen_lines(screener: Screener, lines: IO[bytes]) -> Iterator[dict[str, Any]]:
    """A decision for every line that holds something, or `{"line", "error": {…}}`.

    A line with `idempotency_key` is taken once, however often it is sent. A bad line never stops
    the stream. Reads ahead no more than AHEAD lines; memory does not grow with the stream.
    """
    waiting: deque[tuple[int, _Answer]] = deque()
    for number, line in _numbered(lines):
        waiting.append((number, _submit(screener, number, line)))
        while waiting and (len(waiting) > AHEAD or _done(waiting[0][1])):
            yield _answer(*waiting.popleft())
    while waiting:
        yield _answer(*waiting.popleft())


def _numbered(lines: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Lines from 1, None for one that is too long (it is skipped without being kept)."""
    bound = 2 * MOST_BYTES
    number = 0
    while line := lines.readline(bound):
        number += 1
        if len(line) == bound and not line.endswith(b"\n"):
            while (rest := lines.readline(bound)) and not rest.endswith(b"\n"):
                continue
            yield number, None
        elif line.strip():
            yield number, line


def _submit(screener: Screener, number: int, line: bytes | None) -> _Answer:
    if line is None:
        return _error(number, f"the line is longer than {2 * MOST_BYTES:,} bytes", None)
    try:
        listing = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        return _error(number, f"broken JSON: {error.msg}", None)
    try:
        key = listing.pop(KEY, None) if isinstance(listing, dict) else None
        return screener.submit_later(listing, key)
    except SubmissionError as error:
        return _refused(number, error)


def _done(answer: _Answer) -> bool:
    return isinstance(answer, dict) or answer.done()


def _answer(number: int, answer: _Answer) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    try:
        return answer.result().as_dict()
    except SubmissionError as error:
        return _refused(number, error)


def _refused(number: int, error: SubmissionError) -> dict[str, Any]:
    return _error(number, error.what, error.column, error.hint)


def _error(number: int, reason: str, column: str | None, hint: str | None = None) -> dict[str, Any]:
    return {"line": number, "error": {"reason": reason, "column": column, "hint": hint}}
