"""Where a TOML file says a thing, and errors that show it, as a compiler would."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from lamplighter.foundation.errors import LamplighterError, UsageError

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.\-\"]+)\s*\]\]?")
_KEY = re.compile(r"^\s*\"?[\w-]+\"?\s*=")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
#: Characters of a line that are shown, and of those before the place.
_SHOWN, _BEFORE = 100, 60


@dataclass(frozen=True)
class TomlSource:
    """One TOML file: its name as the user knows it, its text, and what it is.

    Its errors are of the class `error`; `example` is how a value of such a file is written.
    """

    name: str
    text: str
    what: str = "configuration"
    example: str = 'Texts stand in quotes: region = "US"'
    error: type[LamplighterError] = UsageError

    def parse(self) -> dict[str, Any]:
        """The content; raises an error that points at a fault of syntax."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _POSITION.search(str(error))
            known = found is not None and found.group(1) is not None
            line = int(found.group(1)) if found and known else self.text.count("\n") + 1
            column = int(found.group(2)) if found and known else 1
            what = _POSITION.sub("", str(error))
            self._raise(f"The {self.what} is not valid TOML: {what[:1].lower()}{what[1:]}",
                        line, column, 1, self.example)  # fmt: skip

    def fail(
        self, what: str, table: str, key: str | None, hint: str, *, number: int = 0, part: str = ""
    ) -> NoReturn:
        """Raise an error that points into the number-th (0-based) table of a name ("" is the top).

        It points at `part` within the key's value, else at the key, else at the table's header.
        """
        self._raise(what, *self.locate(table, key, number=number, part=part), hint)

    def locate(
        self, table: str, key: str | None, *, number: int = 0, part: str = ""
    ) -> tuple[int, int, int]:
        """Line and column (both from 1) and width of what `fail` points at."""
        lines = self.text.splitlines()
        first, stop = _bounds(lines, table, number)
        for at in range(first, stop):
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[at]):
                for below in range(at, stop if part else at):
                    if below > at and _KEY.match(lines[below]):
                        break
                    if part in lines[below]:
                        return below + 1, lines[below].index(part) + 1, len(part)
                return at + 1, lines[at].index(key) + 1, len(key)
        header = lines[first] if table and lines else ""
        stripped = header.strip()
        return first + 1, header.index(stripped) + 1, max(1, len(stripped))

    def _raise(self, what: str, line: int, column: int, width: int, hint: str) -> NoReturn:
        lines = self.text.splitlines() or [""]
        skipped = max(0, column - _BEFORE)
        shown = lines[min(line, len(lines)) - 1][skipped : skipped + _SHOWN].replace("\t", " ")
        carets = "^" * max(1, min(width, len(shown) - (column - skipped) + 1))
        gutter = " " * len(str(line))
        where = "\n".join(
            (
                f"{self.name}:{line}:{column}",
                f"  {gutter} |",
                f"  {line} | {shown}",
                f"  {gutter} | {' ' * (column - 1 - skipped)}{carets}",
            )
        )
        raise self.error(what, where=where, hint=hint)


def _bounds(lines: list[str], table: str, number: int) -> tuple[int, int]:
    """The lines of a table: [first, stop), its header among them; (0, 0) where it is not there."""
    seen, first = -1, 0 if table == "" else None
    for at, line in enumerate(lines):
        header = _HEADER.match(line)
        if header is None:
            continue
        if first is not None:
            return first, at
        if header.group(1).replace('"', "") == table:
            seen += 1
            first = at if seen == number else None
    return (0, 0) if first is None else (first, len(lines))
