"""What NCMEC answers: `<reportResponse>` and `<reportDoneResponse>`."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.reporting.cybertipline.fields import elements
from lamplighter.reporting.cybertipline.xml import from_xml, safe_parse


@dataclass(frozen=True, kw_only=True)
class ReportResponse:
    """The answer to every call but finish. `file_id` is a string of 32 hex digits, no number."""

    class Meta:
        """The name of the root element."""

        name = "reportResponse"

    response_code: int
    response_description: str = ""
    report_id: int | None = None
    file_id: str | None = None
    hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of a finished report."""

    file_id: tuple[str, ...] = elements()


@dataclass(frozen=True, kw_only=True)
class ReportDoneResponse:
    """The receipt."""

    class Meta:
        """The name of the root element."""

        name = "reportDoneResponse"

    response_code: int
    report_id: int | None = None
    files: Files | None = None


def read_answer(body: bytes) -> ReportResponse | ReportDoneResponse:
    """The answer in a body. Raises ValueError where there is none in it."""
    root = safe_parse(body)
    kinds = {kind.Meta.name: kind for kind in (ReportResponse, ReportDoneResponse)}
    if root.tag not in kinds:
        raise ValueError(f"unexpected answer <{root.tag}>")
    answer: ReportResponse | ReportDoneResponse = from_xml(body, kinds[root.tag])
    return answer
