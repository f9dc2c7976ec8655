"""Terms that a platform's own rules ban, from a file."""

from __future__ import annotations

from pathlib import Path

from lamplighter.foundation.errors import InputError


def read_declared(file: Path) -> list[str]:
    """One term a line; empty lines and those that begin with # are left out."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("The declared terms cannot be read.", where=str(file),
                         hint=f"A text file in UTF-8, one term a line. ({error})") from error  # fmt: skip
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
