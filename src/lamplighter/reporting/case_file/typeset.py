"""From a case file to a tagged PDF, by Typst."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import orjson
import typst

from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.case_file.case_file import CaseFile
from lamplighter.reporting.case_file.content import content

#: Of Typst's diagnostics: a text for which no font at hand has all characters (Rust's `{:?}`).
_NO_FONT = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_NUMBER = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
#: Rounds of looking for such characters; a round finds all of one font.
_ROUNDS = 5


class Typeset(NamedTuple):
    """The PDF; and the characters that no font at hand has, which stand as ⟨U+6771⟩ in it."""

    pdf: bytes
    missing: str


def typeset(case: CaseFile, fonts: Path | None = None) -> Typeset:
    """PDF/UA-1: tagged, searchable. The same case file gives the same bytes on one machine.

    `fonts` is a folder with further fonts, for scripts that this machine has none for. LamplighterError
    where it cannot be typeset.
    """
    document = files(__package__).joinpath("document.typ").read_bytes()
    # The values travel as JSON: what a listing says is text to the document, never markup.
    said = orjson.dumps(content(case)).decode()
    missing: set[str] = set()
    for _ in range(_ROUNDS):
        shown = said.translate({ord(one): f"⟨U+{ord(one):04X}⟩" for one in missing})
        given = {"case": shown, "missing": str(len(missing))}
        try:
            made = typst.compile(
                document, format="pdf", sys_inputs=given, pdf_standards=["ua-1"],
                font_paths=[bytes(fonts)] if fonts else [], timestamp=int(case.made_at.timestamp()),
            )  # fmt: skip
        except typst.TypstError as error:
            found = _without_font(error.diagnostic)
            if not found - missing:
                raise LamplighterError(
                    "The case file cannot be typeset.", where=str(error.message)[:300],
                    hint="Fonts for its scripts may be missing: install them, or name a folder, "
                    "--fonts DIR.",
                ) from error  # fmt: skip
            missing |= found
        else:
            assert isinstance(made, bytes)
            return Typeset(made, "".join(sorted(missing)))
    raise LamplighterError(
        "The case file cannot be typeset: its fonts lack ever more characters.",
        where="".join(sorted(missing))[:80], hint="Install fonts for its scripts, or --fonts DIR.",
    )  # fmt: skip


def _without_font(diagnostic: str) -> set[str]:
    """The characters that a message of Typst names; those of ASCII are in every font."""
    found: set[str] = set()
    for text in _NO_FONT.findall(diagnostic):
        found.update(_NUMBER.sub(lambda match: chr(int(match[1], 16)), text))
    return {one for one in found if ord(one) > 127}
