"""A report with files, and a process that files it (started with a fork server, killed often)."""

from datetime import datetime
from multiprocessing.synchronize import Event
from pathlib import Path

from lamplighter.reporting.cybertipline.case import Evidence
from lamplighter.reporting.cybertipline.client import Client, Credentials
from lamplighter.reporting.cybertipline.draft import draft_file
from lamplighter.reporting.cybertipline.history import Histories, ReportHistory
from lamplighter.reporting.cybertipline.steps import Standing, Step
from lamplighter.reporting.cybertipline.submission import Package, draft, file_report, release

CREDENTIALS = Credentials("desk", "not a secret")


def nothing_recorded(report: str, number: int, step: Step, at: datetime) -> int:
    return 0


def package(folder: Path, files: int, document: bytes) -> Package:
    attachments = []
    for number in range(files):
        path = folder / f"file-{number}.bin"
        if not path.exists():
            path.write_bytes(bytes(range(256)) * 2 + b"\r\n--" + str(number).encode() + b"\r\n")
        attachments.append(
            draft_file(Evidence(path=path, sha256="0" * 64, name=path.name, viewed=False))
        )
    return Package(document, tuple(attachments))


def released(history: ReportHistory, parcel: Package) -> None:
    draft(history, parcel, by="one")
    release(history, parcel, requested_by="one", approved_by="two")


def file_it(
    base: str, folder: Path, report: str, parcel: Package, go: Event | None = None
) -> Standing:
    """Bring a report to its end; waits for `go` so that whoever started it can arm the wire."""
    if go is not None:
        go.wait()
    with (
        Histories(folder / "reports.sqlite3", nothing_recorded) as histories,
        Client(base, CREDENTIALS, timeout=10) as client,
    ):
        return file_report(client, histories.of(report), parcel, pause=lambda _: None)
