"""Small helpers: columns from lists, and what is read from one text."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lamplighter.signals.identifiers import extract


def column(values: list[str | None]) -> pa.Array:
    """A large_string column."""
    return pa.array(values, pa.large_string())


def read(texts: list[str | None], region: str = "US", field: str = "text") -> list[dict[str, Any]]:
    """Rows of the table of identifiers, with the texts in one field."""
    nothing = column([None] * len(texts))
    fields = dict.fromkeys(("title", "text", "phone", "email", "url"), nothing)
    fields[field] = column(texts)
    table = extract(**fields, country=nothing, default_region=region)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def values(text: str, kind: str, region: str = "US", field: str = "text") -> list[str]:
    """Values of one kind in one text."""
    return [row["value"] for row in read([text], region, field) if row["kind"] == kind]
