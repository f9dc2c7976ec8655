"""The concealment audit: from version pairs to graded findings (DESIGN 4.5)."""

from __future__ import annotations

import platform
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from lamplighter import __version__
from lamplighter.concealment.edits import published
from lamplighter.concealment.schema import CLASSES
from lamplighter.foundation.errors import InputError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit_examination import Audit, AuditOptions, examine
from lamplighter.jobs.audit_inputs import AuditInputs
from lamplighter.jobs.audit_intake import take_in_pairs
from lamplighter.jobs.audit_page import write_page
from lamplighter.jobs.folder import finished_folder
from lamplighter.listings.rejects import RejectWriter


def audit(inputs: list[str], out: Path, options: AuditOptions, steps: Steps) -> dict[str, Any]:
    """Read, compare, test and write the output folder; returns run.json.

    Nothing is left behind on failure.
    """
    with finished_folder(out) as folder:
        work = folder / "work"
        work.mkdir()
        given = AuditInputs(inputs, options.read, options.later, options.log, options.archive)
        with RejectWriter(folder / "rejected.jsonl") as rejects:
            with steps.step("reading and comparing") as progress:
                intake = take_in_pairs(given.batches(rejects), work, options.lexicon, rejects,
                                       region=options.region, threads=options.threads,
                                       progress=progress)  # fmt: skip
            if intake.pairs.num_rows == 0:
                reasons = rejects.by_reason.most_common(3)
                raise InputError(
                    "There is no listing to audit.", where=", ".join(inputs),
                    hint="; ".join(f"{count} × {reason}" for reason, count in reasons)
                    or "Check that this is the export you meant.",
                )  # fmt: skip
            found = examine(intake, options, given, steps)
            _check(found, inputs)
        with steps.step("files"):
            _write(folder, found)
        with steps.step("report"):
            run = _facts(options, given, rejects, found)
            write_page(folder / "report.html", run, found)
        run["steps"] = steps.record
        (folder / "run.json").write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2))
        (work / "pairs.arrow").unlink()
        work.rmdir()
    return run


def _check(found: Audit, inputs: list[str]) -> None:
    """An input without any published version or act has nothing to audit."""
    counts = Counter(found.classes.tolist())
    if counts[CLASSES.index("not_published")] == len(found.classes):
        raise InputError(
            "No listing has a published version or a moderation action.",
            where=", ".join(inputs),
            hint="Give published_text (--map published_text=YOUR_COLUMN), a later export "
            "(--later FILE), or published listings with a log (--archive --log FILE).",
        )


def _write(folder: Path, found: Audit) -> None:
    pq.write_table(found.edits, folder / "edits.parquet", compression="zstd")
    pq.write_table(found.strip, folder / "strip_list.parquet")
    pq.write_table(found.actors, folder / "actors.parquet")
    pq.write_table(found.chains, folder / "chains.parquet")
    pq.write_table(found.rates, folder / "rates.parquet")
    told = [finding.as_dict() for finding in found.findings]
    (folder / "findings.json").write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))


def _facts(
    options: AuditOptions, given: AuditInputs, rejects: RejectWriter, found: Audit,
) -> dict[str, Any]:  # fmt: skip
    pairs = found.intake.pairs
    tally = Counter(CLASSES[code] for code in found.classes.tolist())
    return {
        "lamplighter": __version__,
        "python": platform.python_version(),
        "inputs": given.inputs,
        "later": options.later,
        "log": options.log,
        "archive": options.archive,
        "files": given.counts.files,
        "rows": given.counts.rows,
        "pairs": pairs.num_rows,
        "published": int(published(pairs).sum()),
        "naive_times": given.counts.naive_times,
        "rejected": rejects.total,
        "rejected_by_reason": dict(rejects.by_reason),
        "log_entries": given.said.rows,
        "log_entries_backward": given.said.backward,
        "log_listings_unknown": given.said.unknown,
        "classes": {name: tally[name] for name in CLASSES if tally[name]},
        "terms": {
            kind: sum(k == kind for k in found.strip["kind"].to_pylist())
            for kind in ("filter", "judgement")
        },
        "chains": found.chains.num_rows,
        "candidates_tested": found.tested,
        "deleted_by_chance": found.base,
        "declared_terms": len(options.declared),
        "region": options.region,
        "findings": {finding.practice: finding.grade for finding in found.findings},
    }
