"""Drafts as they lie in the workspace: one JSON file a report, replaced whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.durable import replace_file, sync_folder
from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.reporting.cybertipline.case import Case
from lamplighter.reporting.cybertipline.draft import draft_file
from lamplighter.reporting.cybertipline.submission import Package

_NAME = re.compile(r"tip-[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class Draft:
    """What was drafted. `holders`: ids of the listings that have a file, by digest."""

    report: str
    operation: str
    headline: str
    made_by: str
    listings: tuple[str, ...]
    document: str
    case: Case
    holders: Mapping[str, tuple[str, ...]]
    #: How far the record of reads was looked through.
    record: int

    def package(self, ledger: Ledger) -> Package:
        """What would be sent, files from the ledger's objects (the workspace may have moved)."""
        files = self.case.evidence
        attachments = [draft_file(one) for one in files]
        placed = [
            type(each)(ledger.object_path(one.sha256), each.details)
            for each, one in zip(attachments, files, strict=True)
        ]
        return Package(self.document.encode(), tuple(placed))


class Drafts:
    """The folder of drafts, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, draft: Draft) -> None:
        """Durable when it returns."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._path(draft.report), _adapter().dump_json(draft), 0o600)

    def read(self, report: str) -> Draft:
        """UsageError if there is no such report, LamplighterError if its file is damaged."""
        path = self._path(report)
        try:
            return _adapter().validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise UsageError("There is no such report.", where=report,
                             hint="lamplighter report cybertipline status WORKSPACE") from error  # fmt: skip
        except ValidationError as error:
            raise LamplighterError(
                "The draft of this report is damaged.", where=str(path),
                hint="Restore it from a backup, or draft the report again.",
            ) from error  # fmt: skip

    def names(self) -> list[str]:
        """Reports that have a draft here."""
        names = (path.stem for path in self._folder.glob("tip-*.json"))
        return sorted(name for name in names if _NAME.fullmatch(name))

    def remove(self, report: str) -> None:
        """Durable when it returns; nothing happens if it is gone."""
        path = self._path(report)
        if path.exists():
            path.unlink()
            sync_folder(self._folder)

    def _path(self, report: str) -> Path:
        if not _NAME.fullmatch(report):
            raise UsageError("This is not the name of a report.", where=repr(report)[:90],
                             hint="Such as tip-49d9383ca9; `status` lists them.")  # fmt: skip
        return self._folder / f"{report}.json"


@cache
def _adapter() -> TypeAdapter[Draft]:
    return TypeAdapter(Draft)
