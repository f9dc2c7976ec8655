"""What a check of a ledger found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from lamplighter.evidence.errors import TamperError

_SHOWN = 20
_KEPT = 1_000


@dataclass(frozen=True)
class Finding:
    """One thing altered or missing; `first` and `last` are the entries concerned."""

    what: str
    where: str
    first: int | None = None
    last: int | None = None


@dataclass
class Report:
    """Counts, findings (each alone makes the ledger invalid) and notes (which do not)."""

    origin: str = ""
    size: int = 0
    root: str = ""
    openings: int = 0
    erased: int = 0
    objects: int = 0
    versions: int = 0
    cosigned_by: list[str] = field(default_factory=list)
    timestamps: list[str] = field(default_factory=list)
    known_checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    notes: list[str] = field(default_factory=list)

    def add(
        self, what: str, where: object, first: int | None = None, last: int | None = None
    ) -> None:
        """Take a finding in; beyond a thousand they are counted only."""
        if len(self.findings) < _KEPT:
            self.findings.append(Finding(what, str(where), first, last))
        else:
            self.more_findings += 1

    def add_error(self, error: TamperError) -> None:
        """Take in what a reader of the ledger raised."""
        first = error.entries[0] if error.entries else None
        self.add(error.what, error.where or "", first, error.entries[-1] if error.entries else None)

    def take(self, other: Report) -> None:
        """Findings and counts of a part of the check."""
        for item in other.findings:
            self.add(item.what, item.where, item.first, item.last)
        self.more_findings += other.more_findings
        self.openings += other.openings
        self.erased += other.erased
        self.objects += other.objects

    def as_json(self) -> dict[str, Any]:
        """For programs: everything, with `valid`."""
        return {"valid": not self.findings, **asdict(self)}

    def raise_if_invalid(self) -> None:
        """Raises TamperError with the first findings; each names its entries."""
        if not self.findings:
            return
        count = len(self.findings) + self.more_findings
        lines = [f"{item.what}\n           in {item.where}" for item in self.findings[:_SHOWN]]
        if count > _SHOWN:
            lines.append(f"and {count - _SHOWN} more")
        raise TamperError(
            f"The ledger is not as it was signed: {count} finding{'s' if count > 1 else ''}.",
            where="\n         ".join(lines),
            hint="keep this folder as it is, compare with a backup, and ask who had access",
            entries=tuple(item.first for item in self.findings if item.first is not None),
        )


def named(first: int, last: int) -> str:
    """`Entry 5` or `Entries 5 to 9`."""
    return f"Entry {first}" if first == last else f"Entries {first} to {last}"


def runs(indices: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of runs of rising indices."""
    first = last = -2
    for index in indices:
        if index != last + 1:
            if first >= 0:
                yield first, last
            first = index
        last = index
    if first >= 0:
        yield first, last
