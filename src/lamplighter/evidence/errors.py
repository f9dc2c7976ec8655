"""Errors of the ledger: what cannot be done, and what was altered or lost."""

from __future__ import annotations

from lamplighter.foundation.errors import ExitCode, LamplighterError


class LedgerError(LamplighterError):
    """The ledger cannot do what was asked; what was acknowledged before is still there."""


class TamperError(LamplighterError):
    """Something in the ledger was altered or is missing (exit code 4).

    `entries` are the indices concerned, so far as they can be told.
    """

    exit_code = ExitCode.TAMPERING

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        entries: tuple[int, ...] = (),
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.entries = entries
