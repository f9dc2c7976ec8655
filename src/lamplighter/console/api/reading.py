"""A request's JSON, bounded before it is read."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest

from lamplighter.console.api.problems import Problem


def raw_body(request: HttpRequest, most: int) -> bytes:
    """The body. Problem 413 or 415."""
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind not in ("application/json", ""):
        raise Problem(415, "The body is JSON.", "Content-Type: application/json")
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise Problem(413, "The body is too large.", f"At most {most:,} bytes.")
    data: bytes = request.read(most + 1)
    if len(data) > most:
        raise Problem(413, "The body is too large.", f"At most {most:,} bytes.")
    return data


def parsed(data: bytes) -> Any:
    """What a body says. Problem 400."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "The body is not valid JSON.", str(error)[:200]) from error


def json_body(request: HttpRequest, most: int) -> Any:
    """The parsed body. Problem 413, 415 or 400."""
    return parsed(raw_body(request, most))


def object_body(request: HttpRequest, most: int) -> dict[str, Any]:
    """The body as a JSON object. Problem 422 for another value, or as `json_body`."""
    return parsed_object(raw_body(request, most))


def parsed_object(data: bytes) -> dict[str, Any]:
    """A JSON object. Problem 400 or 422."""
    found = parsed(data)
    if not isinstance(found, dict):
        raise Problem(422, "The body is a JSON object.")
    return found


def texts(
    request: HttpRequest, most: int, required: set[str], optional: set[str]
) -> dict[str, str]:
    """A JSON object of texts with these names and no others."""
    found = object_body(request, most)
    for name in found:
        if name not in required | optional:
            raise Problem(422, f"There is no {name[:60]!r} here.", column=name[:60])
    for name in required:
        if name not in found:
            raise Problem(422, f"{name} is missing.", column=name)
    for name, value in found.items():
        if not isinstance(value, str):
            raise Problem(422, f"{name} is a text.", column=name)
    return found


def idempotency_key(request: HttpRequest) -> str | None:
    """As sent."""
    found: str | None = request.headers.get("Idempotency-Key")
    return found
