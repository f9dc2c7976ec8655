"""The main job: from raw listings to explained operations (DESIGN 4.3)."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter import __version__
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.errors import InputError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.files import Found, write_files
from lamplighter.jobs.first_run import compiling_beside
from lamplighter.jobs.folder import finished_folder
from lamplighter.jobs.intake import CachedSignals, Intake, take_in
from lamplighter.jobs.judged_links import JudgedLinks
from lamplighter.jobs.leads import write_page
from lamplighter.jobs.members import gather_members
from lamplighter.jobs.portraits import Operations, describe_all, find_all_templates
from lamplighter.jobs.relations import Relations, relate
from lamplighter.linking.parameters import LinkParameters
from lamplighter.listings.read import ReadCounts, ReadOptions, read_listings
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.versions import Settled, settle_hashed
from lamplighter.operations.policy import Policy
from lamplighter.signals.lexicon import Lexicon

RowSource: TypeAlias = Callable[
    [Sequence[str], ReadOptions, RejectWriter, ReadCounts], Iterator[pa.RecordBatch]
]

#: Operations that a caller gets back; all of them are in operations.parquet.
_RETURNED = 1_000


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
    judged: JudgedLinks = field(default_factory=JudgedLinks)


@dataclass(frozen=True)
class LinkResult:
    """What a command prints; `operations` has the first thousand of the ranked table."""

    run: dict[str, Any]
    operations: pa.Table


def link(
    inputs: list[str],
    out: Path,
    options: LinkOptions,
    steps: Steps,
    *,
    source: RowSource = read_listings,
    cached: CachedSignals | None = None,
) -> LinkResult:
    """Read, link, rank and write the output folder; nothing is left behind on failure.

    `source` reads the inputs (a workspace is read by another than files), `cached` as for `take_in`.
    """
    with finished_folder(out) as folder, compiling_beside():
        work = folder / "work"
        work.mkdir()
        with RejectWriter(folder / "rejected.jsonl") as rejects:
            counts = ReadCounts()
            with steps.step("reading and signals") as progress:
                intake = take_in(
                    source(inputs, options.read, rejects, counts),
                    work,
                    options.lexicon,
                    region=options.region,
                    images=options.images,
                    threads=options.threads,
                    progress=progress,
                    cached=cached,
                )
            if intake.rows == 0:
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
        relations = relate(
            intake, settled, LocalEngine(options.threads, work), options.parameters,
            options.threads, steps, options.judged,
        )  # fmt: skip
        rows = options.threads
        with steps.step("members"):
            members = gather_members(intake, settled, relations, options.policy, work, rows)
        with steps.step("templates") as progress:
            templates = find_all_templates(members, options.policy, work, rows, progress)
        with steps.step("operations") as progress:
            operations = describe_all(members, templates, options.policy, work, rows, progress)
        found = Found(intake, settled, relations, members, templates, operations)
        run = _facts(inputs, options, counts, rejects, settled, relations, operations)

        def report() -> None:
            write_page(folder / "report.html", run, found, options.policy, options.leads)

        # The page is Python's work, the files are Arrow's: they take no turns.
        with ThreadPoolExecutor(1) as beside:
            with steps.step("files") as progress:
                page = beside.submit(report) if rows > 1 else None
                write_files(folder, work, found, rows, progress)
            with steps.step("report"):
                page.result() if page else report()
                first = operations.ranked(0, _RETURNED)
        run["steps"] = steps.record
        (folder / "run.json").write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2))
        shutil.rmtree(work)  # nothing below reads what is mapped from it
    return LinkResult(run, first)


def _first_reasons(rejects: RejectWriter) -> str:
    return "; ".join(f"{count} × {reason}" for reason, count in rejects.by_reason.most_common(3))


def _settle(intake: Intake, rejects: RejectWriter) -> Settled:
    numbers = intake.numbers
    settled = settle_hashed(numbers.name, numbers.posted, numbers.digest, intake.ids_of)
    del numbers
    intake.forget("name", "posted", "digest")
    ids = intake.ids_of(pa.array(settled.duplicates)).to_pylist()
    for row, name in zip(settled.duplicates.tolist(), ids, strict=True):
        rejects.add(
            file="(input)", row=row + 1, column="listing_id", value=name,
            reason="duplicate with the same version",
        )  # fmt: skip
    return settled


def _note_images(intake: Intake, rejects: RejectWriter) -> None:
    ids = intake.ids_of(pa.array([row for row, _ in intake.image_problems], pa.int64()))
    for (row, reason), name in zip(intake.image_problems, ids.to_pylist(), strict=True):
        rejects.note(
            file="(input)", row=row + 1, column="images", value=name,
            reason=f"image not hashed: {reason}",
        )  # fmt: skip


def _facts(
    inputs: list[str], options: LinkOptions, counts: ReadCounts, rejects: RejectWriter,
    settled: Settled, relations: Relations, operations: Operations,
) -> dict[str, Any]:  # fmt: skip
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
        "operations": len(operations),
        "bands": operations.bands(),
        "pruned_links": int((~relations.links.kept()).sum()),
        "policy": options.policy.label,
        "parameters": options.parameters.as_dict(),
        "region": options.region,
        **relations.counts,
    }
