"""Where in a policy file a thing stands, and errors that show it, as a compiler would."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from lamplighter.foundation.errors import LamplighterError

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True)
class Source:
    """The text of a policy file and the place of each key in it."""

    name: str
    text: str

    def parse(self) -> dict[str, Any]:
        """The content as TOML; raises LamplighterError that points at a syntax error."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            found = _POSITION.search(message)
            last = self.text.count("\n") + 1
            line = int(found.group(1)) if found and found.group(1) else last
            column = int(found.group(2)) if found and found.group(2) else 1
            what = _POSITION.sub("", message)
            self._raise(
                f"the policy is not valid TOML: {what[:1].lower()}{what[1:]}",
                line,
                column,
                1,
                'texts stand in quotes, lists in brackets: trades = ["job", "service"]',
            )

    def fail(
        self, what: str, table: str, number: int, key: str | None, hint: str, part: str = ""
    ) -> NoReturn:
        """Raise an error that points at a key of the number-th table of that name (0-based).

        Without a key, or where the key is absent, it points at the table's header; `part` is a
        text within the key's value to point at.
        """
        line, column, width = self.locate(table, number, key, part)
        self._raise(what, line, column, width, hint)

    def locate(
        self, table: str, number: int, key: str | None, part: str = ""
    ) -> tuple[int, int, int]:
        """Line and column (both from 1) and width of what `fail` points at."""
        lines = self.text.splitlines()
        inside = table == ""
        seen = -1
        header = (1, 1, 1)
        for at, line in enumerate(lines):
            opening = _HEADER.match(line)
            if opening:
                here = opening.group(2) == table
                seen += here
                inside = here and seen == number
                if inside:
                    stripped = line.strip()
                    header = (at + 1, line.index(stripped[0]) + 1, len(stripped))
                continue
            found = _KEY.match(line)
            if inside and found and found.group(1) == key:
                if part:
                    for below in range(at, len(lines)):
                        if below > at and (_HEADER.match(lines[below]) or _KEY.match(lines[below])):
                            break
                        if part in lines[below]:
                            return below + 1, lines[below].index(part) + 1, len(part)
                return at + 1, found.start(1) + 1, len(found.group(1))
        return header

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
        raise LamplighterError(what, where=where, hint=hint)
