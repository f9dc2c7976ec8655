"""Serves what the operations report draws with: its style is the console's too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from lamplighter import reporting
from lamplighter.reporting import operations_report

_FOLDERS = {
    "base.css": Path(reporting.__file__).parent,
    "report.css": Path(operations_report.__file__).parent,
}


class ReportFinder(BaseFinder):
    """Finds `report/base.css` and `report/report.css`, and nothing else."""

    def check(self, **_: Any) -> list[Any]:
        """Nothing can be set wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> str | list[str]:
        """The file's path where `path` is its address."""
        name = path.removeprefix("report/")
        known = path.startswith("report/") and name in _FOLDERS
        found = str(_FOLDERS[name] / name) if known else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:
        """The files, each with a storage that puts it under `report/`."""
        for name, folder in _FOLDERS.items():
            storage = FileSystemStorage(location=folder)
            storage.prefix = "report"
            yield name, storage
