"""Listings from a Redis stream, decisions into another: each once, whatever dies in between.

The broker delivers at least once; the idempotency key makes of it exactly once. A message without a
`key` gets one from the stream's name and its own number, which is the same at each delivery. The
decision is written and the message acknowledged in one transaction of the broker, so a message that
was not acknowledged has no decision yet, and gets the same one when it comes again.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import orjson

from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.screening.decision import Decision
from lamplighter.screening.service import Screener, SubmissionError
from lamplighter.screening.submission import MOST_BYTES

PASSWORD = "LAMPLIGHTER_BROKER_PASSWORD"  # noqa: S105 - the name of a variable
GROUP = "lamplighter"
#: A workspace has one writer, so there is one consumer: what it left unfinished is its own.
_CONSUMER = "writer"
_AT_ONCE, _WAIT_MS = 512, 500
_MOST_DECISIONS = 1_000_000
_RETRY = (1.0, 2.0, 5.0, 10.0)
_Message = tuple[bytes, dict[bytes, bytes]]


def connect(url: str) -> Any:
    """A client. UsageError where the extra is not installed or the address will not do."""
    try:
        redis = importlib.import_module("redis")
    except ModuleNotFoundError:
        raise UsageError("Reading from a broker needs the extra `broker`.",
                         hint='pip install "lamplighter[broker]"') from None  # fmt: skip
    if "@" in url:
        raise UsageError("A password does not belong on a command line.", where="--broker",
                         hint=f"Put it into the variable {PASSWORD}.")  # fmt: skip
    try:
        return redis.Redis.from_url(
            url, password=os.environ.get(PASSWORD), socket_timeout=30, socket_connect_timeout=5
        )
    except ValueError as error:
        raise UsageError("This is no address of a broker.", where=url,
                         hint=f"redis://127.0.0.1:6379/0 ({error})") from None  # fmt: skip


def consume(screener: Screener, client: Any, stream: str, stop: threading.Event) -> int:
    """Decide on what comes until `stop`; how many messages were answered.

    A lost connection is tried again for as long as it takes. LamplighterError if the broker refuses.
    """
    errors = importlib.import_module("redis.exceptions")
    answered, failed = 0, 0
    while not stop.is_set():
        try:
            _make_group(client, stream, errors)
            # First what was delivered before and not answered: of a crash, or a lost connection.
            answered += _drain(screener, client, stream, stop)
            failed = 0
            answered += _follow(screener, client, stream, stop)
        except (errors.ConnectionError, errors.TimeoutError):
            stop.wait(_RETRY[min(failed, len(_RETRY) - 1)])
            failed += 1
        except errors.ResponseError as error:
            if str(error).startswith("NOGROUP"):
                continue  # the stream was removed and made again
            raise LamplighterError("The broker refuses.", where=stream, hint=str(error)) from None
    return answered


def _make_group(client: Any, stream: str, errors: Any) -> None:
    try:
        client.xgroup_create(stream, GROUP, id="0", mkstream=True)
    except errors.ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


def _drain(screener: Screener, client: Any, stream: str, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set():
        found = client.xreadgroup(GROUP, _CONSUMER, {stream: "0"}, count=_AT_ONCE)
        messages: list[_Message] = found[0][1] if found else []
        if not messages:
            break
        count += _answer(screener, client, stream, messages)
    return count


def _follow(screener: Screener, client: Any, stream: str, stop: threading.Event) -> int:
    count = 0
    while not stop.is_set():
        found = client.xreadgroup(
            GROUP, _CONSUMER, {stream: ">"}, count=_AT_ONCE, block=_WAIT_MS
        )  # fmt: skip
        if found:
            count += _answer(screener, client, stream, found[0][1])
    return count


def _answer(screener: Screener, client: Any, stream: str, messages: Sequence[_Message]) -> int:
    waiting = [(number, _submit(screener, stream, number, held)) for number, held in messages]
    with client.pipeline(transaction=True) as pipe:
        for number, one in waiting:
            told = orjson.dumps(_told(one))
            pipe.xadd(
                f"{stream}.decisions", {"of": number, "decision": told},
                maxlen=_MOST_DECISIONS, approximate=True,
            )  # fmt: skip
            pipe.xack(stream, GROUP, number)
        pipe.execute()
    return len(waiting)


def _submit(
    screener: Screener, stream: str, number: bytes, held: dict[bytes, bytes]
) -> Future[Decision] | SubmissionError:
    """A message that was trimmed from the stream while it waited has no fields left."""
    raw = (held or {}).get(b"listing", b"")
    try:
        if not raw:
            raise SubmissionError("A message has a field `listing` with JSON.", "listing")
        if len(raw) > 2 * MOST_BYTES:
            raise SubmissionError(f"The listing has more than {2 * MOST_BYTES:,} bytes.")
        key = held.get(b"key", f"{stream}:{number.decode()}".encode()).decode("utf-8", "replace")
        return screener.submit_later(orjson.loads(raw), key)
    except orjson.JSONDecodeError as error:
        return SubmissionError(f"Broken JSON: {error.msg}", "listing")
    except SubmissionError as error:
        return error


def _told(one: Future[Decision] | SubmissionError) -> Decision | dict[str, Any]:
    try:
        if isinstance(one, SubmissionError):
            raise one
        return one.result()
    except SubmissionError as error:
        return {"error": {"reason": error.what, "column": error.column, "hint": error.hint}}
