"""From a case file to a tagged PDF, by Typst."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import orjson
import typst

from lamplighter.reporting.case_file.case_file import CaseFile
from lamplighter.reporting.case_file.content import content


def typeset(case: CaseFile, fonts: Path | None = None) -> bytes:
    """The PDF (PDF/UA-1: tagged, searchable). The same case file gives the same bytes.

    `fonts` is a folder with further fonts, for scripts that this machine has none for.
    """
    document = files(__package__).joinpath("document.typ").read_bytes()
    # The values travel as JSON: what a listing says is text to the document, never markup.
    given = {"case": orjson.dumps(content(case)).decode()}
    made = typst.compile(
        document, format="pdf", sys_inputs=given, pdf_standards=["ua-1"],
        font_paths=[bytes(fonts)] if fonts else [], timestamp=int(case.made_at.timestamp()),
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made
