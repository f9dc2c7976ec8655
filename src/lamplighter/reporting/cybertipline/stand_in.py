"""A stand-in for NCMEC's service, for tests and the demonstration: strict where the real one is.

It checks credentials, the schema and the order of calls, computes the MD5 of what it is sent, keeps
all it received, and fails on demand.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from lamplighter.reporting.cybertipline.answer import Files, ReportDoneResponse, ReportResponse
from lamplighter.reporting.cybertipline.client import Credentials
from lamplighter.reporting.cybertipline.file_details import FileDetails
from lamplighter.reporting.cybertipline.stand_in_store import Received, ReceivedFiles
from lamplighter.reporting.cybertipline.xml import (
    SHIPPED_SCHEMA,
    Schema,
    from_xml,
    safe_parse,
    to_xml,
)

_MOST_BODY = 64 << 20


class Fault(Enum):
    """A way to fail, for the next call."""

    HTTP_500 = "answer HTTP 500, do nothing"
    SERVER_ERROR = "answer 1000, do nothing"
    SILENT_BEFORE = "do nothing and hang up"
    SILENT_AFTER = "act, and hang up without an answer"


class _RefusedError(Exception):
    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


class StandIn:
    """What the service knows, kept in `folder` where there is one. `faults` are used up, one a call."""

    def __init__(self, credentials: Credentials, folder: Path | None = None) -> None:
        self._kept = ReceivedFiles(folder) if folder else None
        self.reports: dict[int, Received] = self._kept.load() if self._kept else {}
        self.calls: list[str] = []
        self.faults: deque[Fault | None] = deque()
        self._schema = Schema()
        self._lock = threading.Lock()
        known = f"{credentials.user}:{credentials.password}".encode()
        self._authorisation = f"Basic {base64.b64encode(known).decode()}"

    @property
    def finished(self) -> list[Received]:
        """The reports that are reports."""
        return [report for report in self.reports.values() if report.state == "finished"]

    def admits(self, authorisation: str | None) -> bool:
        """Whether the header names the credentials."""
        return authorisation == self._authorisation

    def answer(self, path: str, kind: str, body: bytes) -> ReportResponse | ReportDoneResponse:
        """Act on one call."""
        with self._lock:
            self.calls.append(path)
            try:
                return self._act(path, kind, body)
            except _RefusedError as refused:
                return ReportResponse(response_code=refused.code, response_description=str(refused))

    def _act(self, path: str, kind: str, body: bytes) -> ReportResponse | ReportDoneResponse:
        if path == "/submit":
            self._check(body)
            number = 1_000_000 + len(self.reports)
            self._keep(number, Received(body))
            return _fine(report_id=number)
        if path == "/upload":
            form = _multipart(kind, body)
            report = self._open(_number(form.get("id", b"")))
            data = form.get("file")
            if data is None:
                raise _RefusedError(4000, "there is no file")
            file_id = uuid.uuid4().hex
            report.files[file_id] = data
            self._keep(_number(form["id"]), report)
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            return _fine(report_id=_number(form["id"]), file_id=file_id, hash=md5)
        if path == "/fileinfo":
            self._check(body)
            details: FileDetails = from_xml(body, FileDetails)
            report = self._open(details.report_id)
            if details.file_id not in report.files:
                raise _RefusedError(5002, "the file does not exist")
            report.details[details.file_id] = body
            self._keep(details.report_id, report)
            return _fine(report_id=details.report_id)
        if path in ("/finish", "/retract"):
            number = _number(parse_qs(body.decode("utf-8", "replace")).get("id", [""])[0].encode())
            report = self._open(number)
            report.state = "retracted" if path == "/retract" else "finished"
            self._keep(number, report)
            if path == "/retract":
                return _fine(report_id=number)
            return ReportDoneResponse(
                response_code=0, report_id=number, files=Files(file_id=tuple(report.files))
            )
        raise _RefusedError(1210, "resource not found")

    def _keep(self, number: int, report: Received) -> None:
        self.reports[number] = report
        if self._kept:
            self._kept.save(number, report)

    def _check(self, body: bytes) -> None:
        try:
            safe_parse(body)
        except ValueError as error:
            raise _RefusedError(4110, str(error)) from error
        problems = self._schema.problems(body)
        if problems:
            raise _RefusedError(4100, "; ".join(problems))

    def _open(self, number: int) -> Received:
        report = self.reports.get(number)
        if report is None:
            raise _RefusedError(5001, "the report does not exist")
        if report.state == "finished":
            raise _RefusedError(5102, "the report is finished")
        if report.state == "retracted":
            raise _RefusedError(5101, "the report was retracted")
        return report


def _fine(**values: Any) -> ReportResponse:
    return ReportResponse(response_code=0, response_description="Success", **values)


def _number(text: bytes) -> int:
    if not text.isdigit() or len(text) > 18:
        raise _RefusedError(4000, "the report's number is missing")
    return int(text)


def _multipart(kind: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by name (RFC 7578). Parts are bytes: no line end in them is touched."""
    boundary = Message()
    boundary["Content-Type"] = kind
    mark = boundary.get_param("boundary")
    if not isinstance(mark, str):
        raise _RefusedError(4000, "the body is no form")
    form = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + mark.encode())[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = message_from_bytes(head)
        form[str(headers.get_param("name", header="content-disposition"))] = value
    return form


def _handler(service: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if size > _MOST_BODY:
                self.close_connection = True
                self._send(413, b"")
                return
            body = self.rfile.read(size)
            if len(body) == size:
                self._serve(body)
            else:  # the caller is gone in the middle of a sentence
                self.close_connection = True

        def _serve(self, body: bytes) -> None:
            if not service.admits(self.headers.get("Authorization")):
                self._send(401, b"")  # empty, not XML: as the real one
                return
            if self.path == "/xsd":
                self._send(200, SHIPPED_SCHEMA.read_bytes())
                return
            if self.path == "/status":
                self._send(200, to_xml(_fine()))
                return
            fault = service.faults.popleft() if service.faults else None
            if fault is Fault.HTTP_500:
                self._send(500, b"")
            elif fault is Fault.SERVER_ERROR:
                failed = ReportResponse(response_code=1000, response_description="Server error")
                self._send(200, to_xml(failed))
            elif fault is Fault.SILENT_BEFORE:
                self.close_connection = True
            else:
                answer = service.answer(self.path, self.headers.get("Content-Type", ""), body)
                if fault is Fault.SILENT_AFTER:
                    self.close_connection = True
                else:
                    self._send(200, to_xml(answer))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Request-ID", uuid.uuid4().hex)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no error of the service; anything else is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(
    credentials: Credentials, port: int = 0, folder: Path | None = None
) -> Iterator[tuple[StandIn, str]]:
    """Serve on the loopback; yields what the service knows, and its base address."""
    service = StandIn(credentials, folder)
    server = _Server(("127.0.0.1", port), _handler(service))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
