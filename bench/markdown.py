"""Markdown tables on standard output, row by row, so that a long run shows what it has."""

from __future__ import annotations

from collections.abc import Sequence


def head(columns: Sequence[str]) -> None:
    """The head of a table; the first column is text, the others are numbers."""
    print("| " + " | ".join(columns) + " |")
    print(
        "|" + "|".join("---" if at == 0 else "---:" for at in range(len(columns))) + "|", flush=True
    )


def row(cells: Sequence[object]) -> None:
    """One row; floats with four places, None as a dash."""
    print("| " + " | ".join(map(cell, cells)) + " |", flush=True)


def cell(value: object) -> str:
    """How a value is shown."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def title(text: str) -> None:
    """A heading."""
    print(f"\n### {text}\n", flush=True)
