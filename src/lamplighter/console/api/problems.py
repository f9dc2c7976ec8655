"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - as RFC 9457 calls it
    """An answer other than success. `detail` says what to do next."""

    def __init__(
        self, status: int, title: str, detail: str = "", column: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self.status, self.title, self.detail, self.column = status, title, detail, column
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Members of RFC 9457, 3.1, and `column` where one is at fault."""
        made: dict[str, Any] = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.detail:
            made["detail"] = self.detail
        if self.column:
            made["column"] = self.column
        return made

    def response(self) -> HttpResponse:
        """As an HTTP answer."""
        return HttpResponse(
            orjson.dumps(self.body()), status=self.status, content_type=CONTENT_TYPE,
            headers=self.headers,
        )  # fmt: skip
