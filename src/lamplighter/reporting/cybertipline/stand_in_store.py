"""What a stand-in received, as files: it may be stopped between two calls like the real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Received:
    """A report as it arrived."""

    document: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    details: dict[str, bytes] = field(default_factory=dict)
    state: str = "open"


class ReceivedFiles:
    """A folder a report: `report.xml`, `state`, and for each file its bytes and its details."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self) -> dict[int, Received]:
        """All reports by number. One that was cut off before its state was written is none."""
        found = {}
        for state in sorted(self._folder.glob("*/state")):
            home = state.parent
            files = {one.name: one.read_bytes() for one in (home / "files").glob("*")}
            details = {one.stem: one.read_bytes() for one in (home / "details").glob("*.xml")}
            found[int(home.name)] = Received(
                (home / "report.xml").read_bytes(), files, details, state.read_text("ascii")
            )
        return found

    def save(self, number: int, report: Received) -> None:
        """Write what is not there yet, and the state last."""
        home = self._folder / str(number)
        for folder in ("files", "details"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        wanted = {home / "report.xml": report.document}
        wanted |= {home / "files" / name: data for name, data in report.files.items()}
        for path, data in wanted.items():
            if not path.exists():
                path.write_bytes(data)
        for name, data in report.details.items():
            (home / "details" / f"{name}.xml").write_bytes(data)
        (home / "state").write_text(report.state, "ascii")
