"""INPUT arguments → the files to read, in a fixed order, each with its format."""

from __future__ import annotations

import glob
import gzip
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from lamplighter.foundation.errors import InputError

_FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl",
            ".parquet": "parquet"}  # fmt: skip
_PACKED = (".gz", ".zst")
STDIN = "-"
_KNOWN = "CSV, TSV, JSONL (each also .gz or .zst) and Parquet"


@dataclass(frozen=True)
class Source:
    """A file and how to read it. `name` is shown to people."""

    name: str
    format: str

    def open(self) -> IO[bytes]:
        """The uncompressed bytes."""
        if self.name == STDIN:
            return sys.stdin.buffer
        raw = Path(self.name).open("rb")  # noqa: SIM115 (the caller closes what it gets)
        if self.name.lower().endswith(".gz"):
            return cast(IO[bytes], gzip.open(raw, "rb"))
        if self.name.lower().endswith(".zst"):
            stream: Any = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
            return cast(IO[bytes], io.BufferedReader(stream))
        return raw


def _format_of(path: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return _FORMATS.get(suffixes[-1]) if suffixes else None


def _expand(argument: str) -> list[Path]:
    path = Path(argument)
    try:
        if path.is_dir():
            if not os.access(path, os.R_OK | os.X_OK):  # rglob would silently find nothing
                raise PermissionError(13, "Permission denied", argument)
            found = sorted(p for p in path.rglob("*") if p.is_file() and _format_of(p))
            if not found:
                raise InputError(
                    "The folder has no listings.", where=argument, hint=f"It may hold {_KNOWN}."
                )
            return found
        if path.exists():
            return [path]
    except PermissionError as error:
        raise _unreadable(argument, error) from error
    found = sorted(Path(p) for p in glob.glob(argument, recursive=True))  # noqa: PTH207
    if not found:
        raise InputError(
            "There is no such file or folder.", where=argument, hint="Check the spelling."
        )
    return [p for p in found if p.is_file()]


def _unreadable(where: str, error: OSError) -> InputError:
    return InputError(
        "The input cannot be opened.", where=where, hint=f"{error.strerror}; ask for read access."
    )


def _sniff(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise _unreadable(str(path), error) from error
    kind = _format_of(path)
    if head[:4] == b"PAR1":
        return Source(str(path), "parquet")
    if kind == "parquet":
        raise InputError("The file is named .parquet and is not Parquet.", where=str(path),
                         hint="Export it again, or give it its real ending.")  # fmt: skip
    if head[:4] == b"PK\x03\x04":
        raise InputError("This is a spreadsheet or a zip archive.", where=str(path),
                         hint="Save it as CSV (UTF-8), or unpack it first.")  # fmt: skip
    if not head:
        raise InputError("The file is empty.", where=str(path), hint="Export it again.")
    if kind is None:
        raise InputError("The format is not known.", where=str(path), hint=f"Known: {_KNOWN}.")
    packed = path.suffix.lower() in _PACKED
    utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if not packed and not utf16 and control > len(head) // 20:
        raise InputError("The file is binary, not text.", where=str(path),
                         hint=f"Its name says {kind}; give its real format ({_KNOWN}).")  # fmt: skip
    return Source(str(path), kind)


def find_sources(inputs: Sequence[str]) -> list[Source]:
    """Files, folders, globs and `-` (JSONL on standard input), in the order given, sorted within."""
    out: list[Source] = []
    for argument in inputs:
        if argument == STDIN:
            out.append(Source(STDIN, "jsonl"))
        else:
            out.extend(_sniff(path) for path in _expand(argument))
    return out
