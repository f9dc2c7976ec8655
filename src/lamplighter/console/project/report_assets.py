"""Serves what the operations report draws with: its style is the console's too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from lamplighter.reporting import operations_report

_FOLDER = Path(operations_report.__file__).parent
_NAME = "report.css"


class ReportFinder(BaseFinder):
    """Finds `report/report.css`, and nothing else of that package."""

    def check(self, **_: Any) -> list[Any]:
        """Nothing can be set wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> str | list[str]:
        """The file's path where `path` is its address."""
        found = str(_FOLDER / _NAME) if path == f"report/{_NAME}" else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:
        """The one file, with a storage that puts it under `report/`."""
        storage = FileSystemStorage(location=_FOLDER)
        storage.prefix = "report"
        yield _NAME, storage
