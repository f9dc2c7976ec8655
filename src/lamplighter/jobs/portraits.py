"""Templates and descriptions of all operations, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.in_order import in_order
from lamplighter.foundation.progress import Progress
from lamplighter.foundation.table_file import TableFile
from lamplighter.jobs.members import Members, one, texts_of, with_templates
from lamplighter.linking.templates import find_templates
from lamplighter.operations.describe import Described, describe_numbered
from lamplighter.operations.layout import arrange
from lamplighter.operations.model import OPERATION_SCHEMA, OperationInput
from lamplighter.operations.policy import BANDS, Policy
from lamplighter.operations.survey import Survey, survey_block, together
from lamplighter.signals.gazetteer import gazetteer


@dataclass(frozen=True)
class Templates:
    """Templates of all blocks; `template_of` (k,) numbers them through all blocks, -1: none."""

    file: TableFile
    starts: NDArray[np.int64]  # (b+1,) the first template of each block, and the end
    template_of: NDArray[np.int64]
    ids: pa.Array
    survey: Survey

    def input_of(self, members: Members, block: int) -> OperationInput:
        """What the operations of a block are described from, with their templates."""
        template_of = self.template_of[members.members_of(block)]
        local = np.where(template_of >= 0, template_of - self.starts[block], -1)
        return with_templates(members.input_of(block), local, self.file.table(block))


def gazetteer_names() -> frozenset[str]:
    """Names of the cities that the gazetteer knows, as written."""
    return frozenset(gazetteer().names)


def find_all_templates(
    members: Members, policy: Policy, work: Path, threads: int, progress: Progress
) -> Templates:
    """Templates of the text groups with two or more members, block by block."""
    cities = gazetteer_names()
    progress.total(len(members.listing))

    def find(block: int) -> tuple[NDArray[np.int64], pa.Table, Survey]:
        data = members.input_of(block)
        groups = members.group[members.members_of(block)]
        groups = groups - groups[0]
        many = np.flatnonzero(np.bincount(groups)[groups] > 1)
        wanted = data.listings.select(["listing_id", "title", "text"]).take(pa.array(many))
        found = find_templates(groups[many], one(wanted["listing_id"]), texts_of(wanted), cities)
        template_of = np.full(len(groups), -1, dtype=np.int64)
        template_of[many] = found.template_of
        data = with_templates(data, template_of, found.table)
        return template_of, found.table, survey_block(data, arrange(data), policy)

    file = TableFile(work / "templates.arrow")
    starts, places, ids, surveys = [0], [], [pa.array([], pa.large_string())], []
    for template_of, table, survey in in_order(find, range(len(members.blocks)), threads):
        file.append(table)
        places.append(np.where(template_of >= 0, template_of + starts[-1], -1))
        starts.append(starts[-1] + table.num_rows)
        ids.append(one(table["template_id"]))
        surveys.append(survey)
        progress.advance(len(template_of))
    file.finish()
    return Templates(
        file,
        np.array(starts, dtype=np.int64),
        np.concatenate([np.zeros(0, np.int64), *places]),
        pa.concat_arrays(ids),
        together(surveys),
    )


@dataclass(frozen=True)
class Operations:
    """All operations, m in number, described; tables by block, with what ranks them in memory.

    Row i of all blocks' tables, one after the other, is operation `number[i]`; `order` (m,) ranks
    the rows: band, then score, then size, then id.
    """

    file: TableFile
    starts: NDArray[np.int64]  # (b+1,) the first row of each block, and the end
    number: NDArray[np.int64]
    ids: pa.Array
    band: NDArray[np.int64]
    order: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.number)

    def bands(self) -> dict[str, int]:
        """How many operations are in each band."""
        counts = np.bincount(self.band, minlength=len(BANDS))
        return {band: int(count) for band, count in zip(BANDS, counts, strict=True)}

    def ids_by_number(self) -> pa.Array:
        """(m,) the id of each operation."""
        row = np.empty(len(self.number), dtype=np.int64)
        row[self.number] = np.arange(len(self.number))
        return self.ids.take(pa.array(row))

    def ranked(self, first: int, count: int) -> pa.Table:
        """OPERATION_SCHEMA of some operations, in the order of their rank."""
        rows = self.order[first : first + count]
        block = np.searchsorted(self.starts, rows, "right") - 1
        parts = [OPERATION_SCHEMA.empty_table()]
        for number in np.unique(block).tolist():
            mine = rows[block == number] - self.starts[number]
            parts.append(self.file.table(number).take(pa.array(mine)))
        place = np.argsort(np.argsort(block, kind="stable"))
        return pa.concat_tables(parts).take(pa.array(place))


def describe_all(
    members: Members, templates: Templates, policy: Policy, work: Path, threads: int,
    progress: Progress,
) -> Operations:  # fmt: skip
    """Describe the operations of every block."""
    progress.total(len(members.listing))

    def portray(block: int) -> tuple[Described, slice]:
        data = templates.input_of(members, block)
        return describe_numbered(data, policy, templates.survey), members.members_of(block)

    file = TableFile(work / "operations.arrow")
    starts, numbers, ids, bands = [0], [], [pa.array([], pa.large_string())], []
    ranks: list[NDArray[np.float64]] = [np.zeros((0, 2))]
    for found, here in in_order(portray, range(len(members.blocks)), threads):
        file.append(found.table)
        numbers.append(found.number + int(members.operation[here.start]))
        starts.append(starts[-1] + found.table.num_rows)
        ids.append(one(found.table["operation_id"]))
        bands += [BANDS.index(band) for band in found.table["band"].to_pylist()]
        ranks.append(
            np.stack([found.table["score"].to_numpy(), found.table["listings"].to_numpy()], axis=1)
        )
        progress.advance(here.stop - here.start)
    file.finish()
    every = pa.concat_arrays(ids)
    band = np.array(bands, dtype=np.int64)
    score, size = np.concatenate(ranks).T
    names = np.array(every.to_pylist(), object)
    order = np.lexsort((names, -size, -score, band)).astype(np.int64)
    return Operations(
        file, np.array(starts, dtype=np.int64),
        np.concatenate([np.zeros(0, np.int64), *numbers]), every, band, order,
    )  # fmt: skip
