"""Where a lexicon file says a thing, and errors that show it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from lamplighter.foundation.errors import InputError

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.\-\"]+)\s*\]\]?")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True)
class LexiconSource:
    """One TOML file of a lexicon: its name as the user knows it, and its text."""

    name: str
    text: str

    def parse(self) -> dict[str, Any]:
        """The content; raises InputError that points at a syntax error."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _POSITION.search(str(error))
            last = self.text.count("\n") + 1
            line = int(found.group(1)) if found and found.group(1) else last
            column = int(found.group(2)) if found and found.group(2) else 1
            what = _POSITION.sub("", str(error))
            self._raise(
                f"the lexicon is not valid TOML: {what[:1].lower()}{what[1:]}",
                line,
                column,
                1,
                'texts stand in quotes, lists in brackets: phrases = ["first", "second"]',
            )

    def fail(
        self, what: str, table: str, number: int, key: str | None, hint: str, part: str = ""
    ) -> NoReturn:
        """Raise InputError that points into the number-th (0-based) table of that name.

        It points at `part` within the key's value, else at the key, else at the table's header.
        """
        lines = self.text.splitlines()
        inside = table == ""
        seen, begin = -1, 0
        end = len(lines)
        for at, line in enumerate(lines):
            header = _HEADER.match(line)
            if header is None:
                continue
            if inside:
                end = at
                break
            if header.group(1).replace('"', "") == table:
                seen += 1
                inside = seen == number
                begin = at
        line_number, column, width = begin + 1, 1, max(1, len(lines[begin]) if lines else 1)
        for at in range(begin, end):
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[at]):
                line_number, column, width = at + 1, lines[at].index(key) + 1, len(key)
                for below in range(at, end if part else at):
                    if part in lines[below]:
                        line_number, column = below + 1, lines[below].index(part) + 1
                        width = len(part)
                        break
                break
        self._raise(what, line_number, column, width, hint)

    def _raise(self, what: str, line: int, column: int, width: int, hint: str) -> NoReturn:
        lines = self.text.splitlines() or [""]
        whole = lines[min(line, len(lines)) - 1]
        skipped = max(0, column - 60)
        shown = whole[skipped : skipped + 100].replace("\t", " ")
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
        raise InputError(what, where=where, hint=hint)
