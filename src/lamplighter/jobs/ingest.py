"""Take listings into a workspace: the ledger first, then the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from lamplighter import __version__
from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.media import Media
from lamplighter.listings.read import ReadCounts, ReadOptions, read_rows
from lamplighter.signals.images import folder
from lamplighter.workspace.kept_rejects import KeptRejects
from lamplighter.workspace.receiver import ACTOR, now
from lamplighter.workspace.workspace import Workspace

#: Rows made durable together: one more fsync costs little against these.
BATCH_ROWS = 32_768


@dataclass(frozen=True)
class IngestOptions:
    """`mapping` is ours → theirs, besides the workspace's own; `acknowledged` is told how many
    rows are durable, after each group."""

    mapping: dict[str, str] = field(default_factory=dict)
    batch_rows: int = BATCH_ROWS
    acknowledged: Callable[[int], None] = lambda _: None


def ingest(
    workspace: Workspace, inputs: list[str], options: IngestOptions, steps: Steps
) -> dict[str, Any]:
    """Read, log, store; returns counts. Every counted row is durable when it returns.

    On an error what was acknowledged stays; the next intake goes on from there.
    """
    counts = ReadCounts()
    new = same = 0
    read = ReadOptions(
        mapping=workspace.config.columns | options.mapping,
        batch_rows=options.batch_rows,
        published_counts=True,
    )
    receiver = workspace.receiver()
    home = workspace.config.images
    media = Media(workspace.ledger, folder(home)) if home else None
    try:
        with (
            steps.step("ledger and store") as progress,
            KeptRejects(workspace.folder / "rejected.jsonl", workspace.ledger) as rejects,
        ):
            try:
                for received in read_rows(inputs, read, rejects, counts):
                    rejects.flush()
                    images = received.batch.column(received.batch.schema.get_field_index("images"))
                    stored = media.keep(images, new + same) if media else None
                    receipt = receiver.take(received.batch, received.part, stored)
                    new += receipt.new
                    same += receipt.same
                    progress.advance(received.batch.num_rows)
                    options.acknowledged(new + same)
            finally:
                rejects.flush()
            rejects.remember()
            for row, source, reason in media.problems if media else ():
                rejects.note(file="(input)", row=row + 1, column="images", value=source,
                             reason=f"image not kept: {reason}")  # fmt: skip
            told = {
                "rows": new + same + rejects.total,
                "new": new,
                "same": same,
                "rejected": rejects.total,
                "rejected_known": rejects.known,
                "images_missing": len(media.problems) if media else 0,
            }
            private = {"inputs": inputs, "files": counts.files, "lamplighter": __version__}
            workspace.ledger.append(
                [Act("note", now(), ACTOR, {"what": "ingest", **told}, orjson.dumps(private))]
            )
            workspace.commit()
    except OSError as error:
        raise LamplighterError(
            f"Writing failed after {new + same:,} rows; these are safe in the ledger.",
            where=str(error.filename or workspace.folder),
            hint=f"{error.strerror or error}. Free some space or restore access, then run the "
            "same command again: what is known is not added twice.",
        ) from error  # fmt: skip
    return {
        **told,
        "rejected_by_reason": dict(rejects.by_reason),
        "naive_times": counts.naive_times,
        "files": counts.files,
        "versions": workspace.listings.rows,
        "ledger_size": workspace.ledger.size,
    }


def new_workspace(folder: Path, name: str | None) -> dict[str, Any]:
    """Make a workspace and note in its ledger with what version it began."""
    with Workspace.create(folder, name=name) as workspace:
        public = {"what": "init", "lamplighter": __version__}
        workspace.ledger.append([Act("note", now(), "system:init", public)])
        return {"workspace": str(folder), "origin": workspace.ledger.origin}
