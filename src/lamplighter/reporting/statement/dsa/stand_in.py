"""A stand-in for the DSA Transparency Database, for tests: strict where the real one is.

It checks the token and the schema, takes a batch whole or not at all, refuses a puid that it has,
and fails on demand.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from lamplighter.reporting.statement.dsa.schema import schema
from lamplighter.reporting.statement.dsa.validate import problems

_MOST_BODY = 8 << 20


class Fault(Enum):
    """A way to fail, for the next call."""

    BUSY = "answer HTTP 503, do nothing"
    SILENT_AFTER = "act, and hang up without an answer"
    CHANGED = "refuse an attribute that the schema has"


class StandIn:
    """What the database knows. `faults` are used up, one a call of `statements`."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.statements: dict[str, dict[str, Any]] = {}
        self.calls: list[int] = []
        self.faults: deque[Fault] = deque()
        self.lock = threading.Lock()

    def store(self, body: Any) -> tuple[int, dict[str, Any]]:
        """Status and body of `POST …/statements`."""
        sent = body.get("statements") if isinstance(body, dict) else None
        if not isinstance(sent, list) or not 1 <= len(sent) <= schema().most_in_a_batch:
            return 422, {"message": "The statements field must have between 1 and 100 items.",
                         "errors": {"statements": ["between 1 and 100"]}}  # fmt: skip
        errors = {
            f"statement_{place}": {name: [f"The {name} {words}."] for name, words in wrong.items()}
            for place, one in enumerate(sent)
            if (wrong := problems(one))
        }
        if errors:
            return 422, {"errors": errors}
        names = [one["puid"] for one in sent]
        twice = sorted({n for n in names if n in self.statements or names.count(n) > 1})
        if twice:
            said = "The platform identifier(s) are not all unique within this call."
            return 422, {"message": said, "errors": {"puid": [said], "existing_puids": twice}}
        out = []
        for one in sent:
            number = 34_000_000_000 + len(self.statements)
            self.statements[one["puid"]] = one
            out.append({**one, "id": number, "uuid": f"uuid-{number}"})
        return 201, {"statements": out}


def _handler(service: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            puid = self.path.rpartition("/")[2]
            with service.lock:
                found = puid in service.statements
            if self._admitted():
                words = "statement of reason found" if found else "statement of reason not found"
                self._send(302 if found else 404, {"message": words, "puid": puid})

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(min(size, _MOST_BODY))
            if not self._admitted():
                return
            with service.lock:
                fault = service.faults.popleft() if service.faults else None
                if fault is Fault.BUSY:
                    self._send(503, {"message": "Service Unavailable"})
                    return
                if fault is Fault.CHANGED:
                    self._send(422, {"errors": {"statement_0": {"category": ["is invalid."]}}})
                    return
                status, answer = service.store(orjson.loads(body))
                service.calls.append(status)
            if fault is Fault.SILENT_AFTER:
                self.close_connection = True
            else:
                self._send(status, answer)

        def _admitted(self) -> bool:
            if self.headers.get("Authorization") == f"Bearer {service.token}":
                return True
            self._send(401, {"message": "Unauthenticated."})
            return False

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = orjson.dumps(body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


@contextmanager
def serving(service: StandIn) -> Iterator[str]:
    """The base address of the stand-in while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/v1"
    finally:
        server.shutdown()
        server.server_close()
