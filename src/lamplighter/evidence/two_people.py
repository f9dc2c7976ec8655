"""Deeds that need a second person, and what a person is called in the ledger.

Whether two people did confirm a deed, `evidence.confirmed` finds in the ledger.
"""

from __future__ import annotations

import re
from enum import StrEnum

from lamplighter.foundation.errors import UsageError

#: ASCII only, so that no look-alike letter makes one person two; no `@`, so that no address gets in.
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Deed(StrEnum):
    """What a person may do that cannot be undone, or reaches beyond the house."""

    REPORT = "report"
    EXPORT = "export"
    ACCOUNT_ACTION = "account action"
    HOLD_RELEASE = "hold release"
    HOLD = "hold"
    PURGE = "purge"


_BY_TWO = frozenset({Deed.REPORT, Deed.EXPORT, Deed.ACCOUNT_ACTION, Deed.HOLD_RELEASE})


class SecondPersonError(UsageError):
    """A deed for two was tried by one."""


def second_person_required(deed: Deed) -> bool:
    """True where one person asks and another confirms. Placing a hold only keeps: one suffices.

    Purge takes one person too: it follows rules and removes only what no rule and no hold keeps.
    """
    return deed in _BY_TWO


def account(name: str) -> str:
    """The account id as it stands in the ledger, `user:<id>`.

    Upper case and a leading `user:` make no difference. Raises UsageError if it is no pseudonymous
    id: ASCII letters, digits, dot, hyphen, underscore; 64 characters at most.
    """
    bare = name.strip().lower().removeprefix("user:")
    if not _ACCOUNT.fullmatch(bare):
        raise UsageError(
            "This is not an account id.",
            where=repr(name)[:80],
            hint="Use the pseudonymous id: letters, digits, dot, hyphen, underscore; no name, no e-mail.",
        )
    return f"user:{bare}"


def check_second_person(deed: Deed, first: str, second: str | None) -> tuple[str, str | None]:
    """Both accounts as the ledger names them; the rule for two is held whatever the roles are.

    Raises SecondPersonError where the deed needs two and there is one.
    """
    asker = account(first)
    other = account(second) if second else None
    if second_person_required(deed) and (other is None or other == asker):
        raise SecondPersonError(
            f"A {deed} needs a second person.",
            where=f"asked by {asker}, confirmed by {other or 'nobody'}",
            hint="Another account must confirm; the same one cannot, whatever its role.",
        )
    return asker, other
