"""What people said of pairs of listings, read for linking (`judged_links.jsonl` of a workspace)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError
from lamplighter.jobs.intake import Intake
from lamplighter.jobs.link_table import LinkTable
from lamplighter.linking.judged import respect_judged
from lamplighter.listings.versions import Settled

#: In the workspace: a JSON object a line, `one`, `other` (listing ids) and `word`.
FILE = "judged_links.jsonl"
_WORDS = ("same", "different")
_ROWS = 1 << 20


@dataclass(frozen=True)
class JudgedLinks:
    """Pairs of listing ids, sorted, the smaller id first."""

    same: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.same or self.different)


def read_judged(path: Path) -> JudgedLinks:
    """The file's pairs; none where there is no file. InputError names the line that is wrong.

    What someone was unsure of, or took back, changes nothing.
    """
    if not path.exists():
        return JudgedLinks()
    said: dict[tuple[str, str], str] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            one, other, word = row["one"], row["other"], row["word"]
            if not (isinstance(one, str) and isinstance(other, str) and one != other):
                raise ValueError("one and other are two listing ids")
            if word not in (*_WORDS, "unsure", "undone"):
                raise ValueError("word is same, different, unsure or undone")
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"A judged link cannot be read: {error}.", where=f"{path}, line {number}",
                hint="Write the file anew from the ledger: lamplighter console rebuild WORKSPACE",
            ) from error  # fmt: skip
        said[min(one, other), max(one, other)] = word
    pairs = {kind: tuple(sorted(p for p, word in said.items() if word == kind)) for kind in _WORDS}
    return JudgedLinks(**pairs)


def judged_table(
    intake: Intake, settled: Settled, table: LinkTable, operation: NDArray[np.int32],
    judged: JudgedLinks,
) -> tuple[LinkTable, NDArray[np.int32], dict[str, int]]:  # fmt: skip
    """Links and operations (n,) after what people said, and counts; as they were where nothing was.

    A listing that is not there (any more) leaves its judgements without effect.
    """
    if not judged:
        return table, operation, {}
    number = _numbers(intake, settled, judged)
    same, apart = (_pairs(pairs, number) for pairs in (judged.same, judged.different))
    held = np.flatnonzero(table.kept())
    made, cut = respect_judged(
        operation, table.source[held], table.target[held], table.weight[held], same, apart
    )
    counts = {
        "judged_same": len(same), "judged_different": len(apart),
        "judged_unknown": len(judged.same) + len(judged.different) - len(same) - len(apart),
        "cut_as_judged": int(cut.sum()),
    }  # fmt: skip
    table = table.with_judged(same, apart, cut[: len(same)], held[cut[len(same) :]])
    return table, made, counts


def _pairs(pairs: tuple[tuple[str, str], ...], number: dict[str, int]) -> NDArray[np.int32]:
    found = [
        sorted((number[one], number[other]))
        for one, other in pairs
        if one in number and other in number
    ]
    return np.array(sorted(found), dtype=np.int32).reshape(-1, 2)


def _numbers(intake: Intake, settled: Settled, judged: JudgedLinks) -> dict[str, int]:
    """Canonical numbers of the listings that were judged."""
    names = {name for pair in (*judged.same, *judged.different) for name in pair}
    wanted = pa.array(sorted(names), pa.large_string())
    found: dict[str, int] = {}
    for first in range(0, len(settled.order), _ROWS):
        ids = intake.ids_of(pa.array(settled.order[first : first + _ROWS])).cast(pa.large_string())
        at = np.flatnonzero(pc.is_in(ids, value_set=wanted).to_numpy())
        found.update(zip(ids.take(pa.array(at)).to_pylist(), (at + first).tolist(), strict=True))
    return found
