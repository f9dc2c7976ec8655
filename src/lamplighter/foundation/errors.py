"""Errors that say what happened, where, and what to do next."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command (documented in the README)."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    ROWS_REJECTED = 3
    TAMPERING = 4


class LamplighterError(Exception):
    """An error a user can act on. Printed without a traceback.

    `what` is one sentence, `where` a path, row or option, `hint` the next step.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Three lines at most: what, where, hint."""
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.hint:
            lines.append(f"  hint:  {self.hint}")
        return "\n".join(lines)


class UsageError(LamplighterError):
    """The command was called in a way it cannot serve (exit code 2)."""

    exit_code = ExitCode.WRONG_USE


class InputError(LamplighterError):
    """The input cannot be read as listings."""
