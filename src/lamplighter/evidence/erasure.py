"""Erasure: the acts that log it, and the note that lets a crash in between be finished."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.entry import Entry
from lamplighter.evidence.errors import LedgerError
from lamplighter.foundation.durable import replace_file, sync_folder

_RANGES_AN_ACT = 1_000  # an entry holds 65,535 bytes
_OBJECTS_AN_ACT = 300
_FILE = "erasing.json"


def spans(indices: Collection[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring indices."""
    found: list[tuple[int, int]] = []
    for index in sorted(set(indices)):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def erasure_acts(
    kind: str,
    time: datetime,
    actor: str,
    reason: str,
    indices: Collection[int],
    objects: Collection[str],
) -> list[Act]:
    """Acts that say which openings and objects are removed; several where one is too small."""
    if kind not in ("erasure", "purge"):
        raise LedgerError("Openings are removed by an erasure or a purge.", where=kind)
    runs, digests = spans(indices), sorted(set(objects))
    if not runs and not digests:
        raise LedgerError("There is nothing to erase.")
    acts = []
    count = max(-(-len(runs) // _RANGES_AN_ACT), -(-len(digests) // _OBJECTS_AN_ACT))
    for at in range(count):
        some_runs = runs[at * _RANGES_AN_ACT : (at + 1) * _RANGES_AN_ACT]
        some_digests = digests[at * _OBJECTS_AN_ACT : (at + 1) * _OBJECTS_AN_ACT]
        public: dict[str, Json] = {
            "erased": [list(run) for run in some_runs], "objects": list(some_digests),
            "reason": reason,
        }  # fmt: skip
        acts.append(Act(kind, time, actor, public))
    return acts


def erased_by(entry: Entry) -> tuple[list[range], list[str]]:
    """The openings and the objects that this entry says were removed."""
    if entry.kind not in ("erasure", "purge"):
        return [], []
    runs = [range(first, last + 1) for first, last in entry.public.get("erased", ())]
    return runs, list(entry.public.get("objects", ()))


@dataclass(frozen=True)
class PendingErasure:
    """An erasure under way: done when the log has the entry `entry`, void when it has not."""

    entry: int
    indices: list[int]
    objects: list[str]

    def write(self, folder: Path) -> None:
        """Before the act is logged."""
        replace_file(folder / "openings" / _FILE, orjson.dumps(asdict(self)), 0o600)

    @classmethod
    def read(cls, folder: Path) -> PendingErasure | None:
        """What a crash interrupted; None as a rule."""
        path = folder / "openings" / _FILE
        return cls(**orjson.loads(path.read_bytes())) if path.exists() else None

    def clear(self, folder: Path) -> None:
        """After the openings are gone."""
        (folder / "openings" / _FILE).unlink(missing_ok=True)
        sync_folder(folder / "openings")
