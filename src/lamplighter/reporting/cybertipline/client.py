"""Calls to the reporting service, one method a call. Nothing here tries again or remembers.

Trap: a call that timed out may have acted. Whoever calls must be able to live with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from lamplighter.foundation.closing import Closing
from lamplighter.reporting.cybertipline.answer import (
    ReportDoneResponse,
    ReportResponse,
    read_answer,
)
from lamplighter.reporting.cybertipline.codes import Remedy, remedy_of

PRODUCTION = "https://report.cybertip.org/ispws"
TEST = "https://exttest.cybertip.org/ispws"
_XML = {"Content-Type": "text/xml; charset=utf-8"}


class ServiceError(Exception):
    """The service did not do what was asked. `request_id` names the exchange to NCMEC."""

    def __init__(
        self, description: str, *, remedy: Remedy, code: int | None = None,
        request_id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(description)
        self.description = description
        self.remedy = remedy
        self.code = code
        self.request_id = request_id


@dataclass(frozen=True)
class Credentials:
    """A registered provider's name and password, from the environment or a file."""

    user: str
    password: str


class Client(Closing):
    """A session with one service (`PRODUCTION`, `TEST` or a stand-in)."""

    def __init__(self, base: str, credentials: Credentials, timeout: float = 60.0) -> None:
        self._http = httpx.Client(
            base_url=base.rstrip("/"),
            auth=(credentials.user, credentials.password),
            timeout=timeout,
            follow_redirects=False,  # a redirect would carry a report somewhere else
        )
        #: `Date` of the newest answer (RFC 9110, 6.6.1).
        self.server_time: str | None = None

    def status(self) -> ReportResponse:
        """Whether the service is there and knows us."""
        return self._response(self._call("GET", "/status"))

    def schema(self) -> bytes:
        """The authoritative schema."""
        return self._call("GET", "/xsd").content

    def submit(self, report: bytes) -> int:
        """Open a report; returns its number."""
        answer = self._response(self._call("POST", "/submit", content=report, headers=_XML))
        if answer.report_id is None:
            raise ServiceError("the answer has no report number", remedy=Remedy.RECONCILE)
        return answer.report_id

    def upload(self, report_id: int, file: Path, name: str) -> tuple[str, str]:
        """Send a file; returns its id and the MD5 of what arrived."""
        with file.open("rb") as stream:
            answer = self._response(
                self._call(
                    "POST", "/upload", data={"id": str(report_id)},
                    files={"file": (name, stream, "application/octet-stream")},
                )
            )  # fmt: skip
        if answer.file_id is None:
            raise ServiceError("the answer has no file id", remedy=Remedy.RECONCILE)
        return answer.file_id, (answer.hash or "").lower()

    def describe(self, details: bytes) -> None:
        """Say what a file is. Saying it twice changes nothing."""
        self._response(self._call("POST", "/fileinfo", content=details, headers=_XML))

    def finish(self, report_id: int) -> ReportDoneResponse:
        """Close the report: only now is it one."""
        answer = self._answer(self._call("POST", "/finish", data={"id": str(report_id)}))
        if isinstance(answer, ReportResponse):
            raise ServiceError(
                "finish was answered without a receipt", remedy=Remedy.RECONCILE,
                code=answer.response_code,
            )  # fmt: skip
        return answer

    def retract(self, report_id: int) -> None:
        """Take back a report that is not finished."""
        self._response(self._call("POST", "/retract", data={"id": str(report_id)}))

    def _call(self, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **body)
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise ServiceError(f"no answer: {said}", remedy=Remedy.TRY_AGAIN) from error
        self.server_time = response.headers.get("Date")
        if response.status_code in (401, 403):  # 401 comes with an empty body, not with XML
            raise ServiceError(
                "the user name or the password is not accepted", remedy=Remedy.ADMINISTRATOR,
                code=response.status_code, request_id=_request_id(response.headers),
            )  # fmt: skip
        return response

    def _response(self, response: httpx.Response) -> ReportResponse:
        answer = self._answer(response)
        if not isinstance(answer, ReportResponse):
            raise ServiceError("an unexpected receipt", remedy=Remedy.RECONCILE)
        return answer

    @staticmethod
    def _answer(response: httpx.Response) -> ReportResponse | ReportDoneResponse:
        request_id = _request_id(response.headers)
        try:
            answer = read_answer(response.content)
        except ValueError as error:
            theirs = response.status_code >= 500 or response.status_code == 429
            raise ServiceError(
                f"HTTP {response.status_code} without a readable answer: {error}",
                remedy=Remedy.TRY_AGAIN if theirs else Remedy.RECONCILE,
                code=response.status_code, request_id=request_id,
            ) from error  # fmt: skip
        remedy = remedy_of(answer.response_code)
        if remedy is not Remedy.DONE:
            described = getattr(answer, "response_description", "") or "no description"
            raise ServiceError(
                described, remedy=remedy, code=answer.response_code, request_id=request_id
            )
        return answer

    def close(self) -> None:
        """Give back what is held."""
        self._http.close()


def _request_id(headers: Mapping[str, str]) -> str | None:
    return headers.get("Request-ID")
