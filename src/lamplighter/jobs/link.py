"""The main job: from raw listings to explained operations (DESIGN 4.3)."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lamplighter import __version__
from lamplighter.engines.base import LinkEngine
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.errors import InputError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.folder import finished_folder
from lamplighter.jobs.intake import Intake, take_in
from lamplighter.jobs.leads import write_page
from lamplighter.jobs.listing_rows import listing_rows
from lamplighter.jobs.members import Members, gather_members
from lamplighter.jobs.relations import LINK_SCHEMA, Relations, relate
from lamplighter.linking.parameters import LinkParameters
from lamplighter.listings.read import ReadCounts, ReadOptions, read_listings
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.versions import Settled, settle
from lamplighter.operations.describe import describe
from lamplighter.operations.policy import Policy
from lamplighter.signals.lexicon import Lexicon


@dataclass(frozen=True)
class LinkOptions:
    """What a user may choose."""

    policy: Policy
    lexicon: Lexicon
    read: ReadOptions = field(default_factory=ReadOptions)
    parameters: LinkParameters = field(default_factory=LinkParameters)
    region: str = "US"
    images: Path | None = None
    threads: int = 2
    leads: int = 200


@dataclass(frozen=True)
class LinkResult:
    """What a command prints; `operations` is the ranked table."""

    run: dict[str, Any]
    operations: pa.Table


def link(
    inputs: list[str],
    out: Path,
    options: LinkOptions,
    steps: Steps,
    say: Callable[[str], None] = lambda _: None,
) -> LinkResult:
    """Read, link, rank and write the output folder; nothing is left behind on failure."""
    with finished_folder(out) as folder:
        work = folder / "work"
        work.mkdir()
        with RejectWriter(folder / "rejected.jsonl") as rejects:
            counts = ReadCounts()
            with steps.step("reading and signals") as progress:
                intake = take_in(
                    read_listings(inputs, options.read, rejects, counts),
                    work,
                    options.lexicon,
                    region=options.region,
                    images=options.images,
                    threads=options.threads,
                    progress=progress,
                )
            if intake.spool.num_rows == 0:
                raise InputError(
                    "There is no listing to link: "
                    + (f"all {rejects.total} rows were rejected." if rejects.total
                       else "the input has no rows."),
                    where=", ".join(inputs),
                    hint=_first_reasons(rejects) or "Check that this is the export you meant.",
                )  # fmt: skip
            with steps.step("versions"):
                settled = _settle(intake, rejects)
            _note_images(intake, rejects)
        engine: LinkEngine = LocalEngine(options.threads, work)
        relations = relate(intake, settled, engine, options.parameters, steps)
        with steps.step("templates"):
            members = gather_members(intake, settled, relations, options.policy)
        with steps.step("operations"):
            operations = describe(members.data, options.policy)
        with steps.step("files"):
            _write(folder, intake, settled, relations, members, operations)
        with steps.step("report"):
            run = _facts(inputs, options, counts, rejects, settled, relations, operations)
            write_page(folder / "report.html", run, operations, members, relations, options.policy,
                       options.leads)  # fmt: skip
        run["steps"] = steps.record
        (folder / "run.json").write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2))
        shutil.rmtree(work)  # nothing below reads what is mapped from it
    return LinkResult(run, operations)


def _first_reasons(rejects: RejectWriter) -> str:
    return "; ".join(f"{count} × {reason}" for reason, count in rejects.by_reason.most_common(3))


def _settle(intake: Intake, rejects: RejectWriter) -> Settled:
    posted = intake.spool["posted_at"].cast(pa.int64()).fill_null(np.iinfo(np.int64).min)
    settled = settle(intake.spool["listing_id"], posted.to_numpy(), intake.digest)
    for row in settled.duplicates:
        rejects.add(
            file="(input)", row=int(row) + 1, column="listing_id",
            value=intake.spool["listing_id"][int(row)].as_py(),
            reason="duplicate with the same version",
        )  # fmt: skip
    return settled


def _note_images(intake: Intake, rejects: RejectWriter) -> None:
    for row, reason in intake.image_problems:
        rejects.note(
            file="(input)", row=row + 1, column="images",
            value=intake.spool["listing_id"][row].as_py(), reason=f"image not hashed: {reason}",
        )  # fmt: skip


def _write(
    folder: Path, intake: Intake, settled: Settled, relations: Relations, members: Members,
    operations: pa.Table,
) -> None:  # fmt: skip
    ids = intake.spool["listing_id"].take(pa.array(settled.order))
    links = relations.links
    named = [ids.take(links["source"]), ids.take(links["target"])]
    rest = [links[name] for name in LINK_SCHEMA.names[2:]]
    pq.write_table(pa.table(named + rest, schema=LINK_SCHEMA), folder / "links.parquet")
    pq.write_table(members.templates.sort_by("template_id"), folder / "templates.parquet")
    pq.write_table(operations, folder / "operations.parquet")
    table = listing_rows(ids, intake, settled, relations, members)
    pq.write_table(table, folder / "listings.parquet", compression="zstd")


def _facts(
    inputs: list[str], options: LinkOptions, counts: ReadCounts, rejects: RejectWriter,
    settled: Settled, relations: Relations, operations: pa.Table,
) -> dict[str, Any]:  # fmt: skip
    bands = operations["band"].to_pylist()
    grouped: NDArray[np.int64] = np.bincount(relations.operation)
    return {
        "lamplighter": __version__,
        "python": platform.python_version(),
        "inputs": inputs,
        "files": counts.files,
        "rows": counts.rows,
        "listings": len(settled.order),
        "earlier_versions": int((settled.listing_of_row >= 0).sum()) - len(settled.order),
        "naive_times": counts.naive_times,
        "rejected": rejects.total,
        "rejected_by_reason": dict(rejects.by_reason),
        "linked": int(grouped[grouped > 1].sum()),
        "operations": operations.num_rows,
        "bands": {band: bands.count(band) for band in "ABCD"},
        "pruned_links": int(len(relations.links) - relations.links["kept"].to_numpy().sum()),
        "policy": options.policy.label,
        "parameters": options.parameters.as_dict(),
        "region": options.region,
        **relations.counts,
    }
