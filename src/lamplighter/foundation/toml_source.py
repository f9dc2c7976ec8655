"""Where a TOML file says a thing, and errors that show it, as a compiler would."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from lamplighter.foundation.errors import UsageError

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True)
class TomlSource:
    """One TOML file: its name as the user knows it, and its text."""

    name: str
    text: str

    def parse(self) -> dict[str, Any]:
        """The content; raises UsageError that points at a syntax error."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _POSITION.search(str(error))
            known = found is not None and found.group(1) is not None
            line = int(found.group(1)) if found and known else self.text.count("\n") + 1
            column = int(found.group(2)) if found and known else 1
            what = _POSITION.sub("", str(error))
            self._raise(
                f"The configuration is not valid TOML: {what[:1].lower()}{what[1:]}.", line, column,
                1, 'Texts stand in quotes: region = "US"',
            )  # fmt: skip

    def fail(self, what: str, table: str, key: str | None, hint: str) -> NoReturn:
        """Raise UsageError that points at a key of a table ("" is the top), else at its header."""
        lines = self.text.splitlines()
        here, at = "", 1
        for number, line in enumerate(lines, 1):
            if header := _HEADER.match(line):
                here = header.group(1)
                if here == table:
                    at = number
            elif here == table and key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                self._raise(what, number, line.index(key) + 1, len(key), hint)
        self._raise(what, at, 1, 1, hint)

    def _raise(self, what: str, line: int, column: int, width: int, hint: str) -> NoReturn:
        lines = self.text.splitlines() or [""]
        shown = lines[min(line, len(lines)) - 1][:120]
        gutter = " " * len(str(line))
        where = "\n".join(
            (
                f"{self.name}:{line}:{column}",
                f"  {gutter} |",
                f"  {line} | {shown}",
                f"  {gutter} | {' ' * (column - 1)}{'^' * max(1, width)}",
            )
        )
        raise UsageError(what, where=where, hint=hint)
