"""What a person says of a report to be drafted; all else comes from the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.cybertipline.case import ReportedChild
from lamplighter.reporting.cybertipline.incident import IncidentType

#: Short names of the incident types, for the command line.
INCIDENTS = {kind.name.lower().replace("_", "-"): kind for kind in IncidentType}


@dataclass(frozen=True)
class DraftRequest:
    """`viewed`: by file digest, whether a person saw the whole of it, where a person says so.

    `left_out` are digests of files that do not go with the report. `again`: although listings of
    the operation are in a finished report already.
    """

    incident: IncidentType = IncidentType.SEX_TRAFFICKING
    urgent: str = ""
    note: str = ""
    agency: str = ""
    case_number: str = ""
    victims: tuple[ReportedChild, ...] = ()
    viewed: Mapping[str, bool] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    again: bool = False


def asked_for(
    incident: str, *, urgent: str = "", note: str = "", agency: str = "", case_number: str = "",
    age: int | None = None, names: Sequence[str] | None = None, claims: str = "",
    viewed: Sequence[str] | None = None, left_out: Sequence[str] | None = None,
    again: bool = False,
) -> DraftRequest:  # fmt: skip
    """From what a form or a command line holds. Raises UsageError."""
    used = tuple(name.strip() for name in names or () if name.strip())
    told = age is not None or used or claims.strip()
    victim = ReportedChild(age, used, claims.strip() or None)
    return DraftRequest(
        incident=incident_of(incident), urgent=urgent.strip(), note=note.strip(),
        agency=agency.strip(), case_number=case_number.strip(),
        victims=(victim,) if told else (), viewed=viewed_of(viewed or ()),
        left_out=frozenset(one.lower() for one in left_out or ()), again=again,
    )  # fmt: skip


def incident_of(name: str) -> IncidentType:
    """From a short name. Raises UsageError."""
    if name not in INCIDENTS:
        raise UsageError("There is no such incident type.", where=name,
                         hint=f"One of: {', '.join(INCIDENTS)}")  # fmt: skip
    return INCIDENTS[name]


def viewed_of(words: Sequence[str]) -> dict[str, bool]:
    """`DIGEST=yes`, `DIGEST=no`. Raises UsageError."""
    out = {}
    for word in words:
        digest, _, said = word.partition("=")
        if said not in ("yes", "no") or len(digest) != 64:
            raise UsageError("This says nothing of a file.", where=word,
                             hint="--viewed SHA256=yes, or =no")  # fmt: skip
        out[digest.lower()] = said == "yes"
    return out
