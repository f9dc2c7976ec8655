"""Link what a workspace knows: as `link` on all of it at once, without reading it all again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from lamplighter.evidence.act import Act
from lamplighter.evidence.lock import WriterLock
from lamplighter.foundation.durable import sync_folder
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.changes import KINDS, changes
from lamplighter.jobs.custody.holds import active_cover
from lamplighter.jobs.judged_links import FILE as JUDGED
from lamplighter.jobs.judged_links import read_judged
from lamplighter.jobs.link import LinkOptions, LinkResult, link
from lamplighter.jobs.signal_cache import SignalCache
from lamplighter.jobs.version_batches import version_batches
from lamplighter.listings.read import ReadCounts, ReadOptions
from lamplighter.listings.rejects import RejectWriter
from lamplighter.operations.policy_check import default_policy, read_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace

ACTOR = "system:link"
#: Results kept: the newest, and the one that a reader may still be in.
_KEPT = 2
_INLINE = 1 << 20


def options_of(workspace: Workspace, threads: int) -> LinkOptions:
    """How the workspace's configuration says to link."""
    config = workspace.config
    policy = default_policy()
    if config.policy:
        policy = read_policy(config.policy.read_text("utf-8"), str(config.policy))
    return LinkOptions(
        policy=policy, lexicon=load_lexicon(config.lexicon), region=config.region,
        images=config.images, threads=threads, judged=read_judged(workspace.folder / JUDGED),
    )  # fmt: skip


def link_workspace(folder: Path, threads: int, steps: Steps) -> LinkResult | None:
    """Link all versions into `links/`; None if the newest result is of just these already.

    The ledger is not locked meanwhile: listings are received as usual and wait for the next
    linking. The new result takes the old one's place in one step.
    """
    with Workspace.open(folder) as workspace:
        options = options_of(workspace, threads)
        home = workspace.linked_folder
        home.mkdir(exist_ok=True)
        lock = WriterLock(home / "lock")
        try:
            stamp = _stamp(workspace, options)
            before = workspace.links_folder.resolve() if workspace.links_folder.exists() else None
            if workspace.listings.rows == 0 or (before and _stamp_of(before) == stamp):
                return None
            made = _link(workspace, options, home, before, stamp, steps)
        finally:
            lock.release()
    _note(folder, made)
    return made


def _link(
    workspace: Workspace, options: LinkOptions, home: Path, before: Path | None,
    stamp: dict[str, Any], steps: Steps,
) -> LinkResult:  # fmt: skip
    cache = SignalCache(home / "signals", stamp["signals"])

    def rows(
        _: Sequence[str], __: ReadOptions, ___: RejectWriter, counts: ReadCounts
    ) -> Iterator[pa.RecordBatch]:
        for batch in version_batches(workspace.listings, home / "batches.json"):
            counts.rows += batch.num_rows
            yield batch

    number = 1 + max((int(p.name) for p in home.iterdir() if p.name.isdigit()), default=0)
    out = home / f"{number:08d}"
    made = link([workspace.folder.name], out, options, steps, source=rows, cached=cache.of)
    told = changes(before, out)
    (out / "changes.json").write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    made.run["changes"] = {kind: len(told[kind]) for kind in KINDS}
    made.run["workspace"] = stamp
    made.run["signals_read"] = cache.read_again
    (out / "run.json").write_bytes(orjson.dumps(made.run, option=orjson.OPT_INDENT_2))
    _publish(workspace.links_folder, out)
    cache.forget_others()
    for old in sorted(p for p in home.iterdir() if p.name.isdigit())[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return made


def _publish(links: Path, out: Path) -> None:
    """Let `links` name the new folder: a link is replaced in one step, a folder is not."""
    beside = links.with_name(".links.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path(out.parent.name) / out.name)
    os.replace(beside, links)  # noqa: PTH105 (Path.replace is the same)
    sync_folder(links.parent)


def _stamp(workspace: Workspace, options: LinkOptions) -> dict[str, Any]:
    """What the result depends on."""
    parts = [(part.file, part.rows) for part in workspace.listings.manifest.parts]
    signals = [repr(options.lexicon), options.region, str(options.images)]
    rules = [repr(options.policy), repr(asdict(options.parameters))]
    if options.judged:
        rules.append(repr(options.judged))
    return {
        "versions": workspace.listings.rows,
        "parts": sha256(repr(parts).encode()).hexdigest(),
        "signals": sha256(repr(signals).encode()).hexdigest(),
        "rules": sha256(repr(rules).encode()).hexdigest(),
    }


def _stamp_of(folder: Path) -> dict[str, Any] | None:
    try:
        held: dict[str, Any] | None = orjson.loads((folder / "run.json").read_bytes())["workspace"]
    except (OSError, ValueError, KeyError):
        return None
    return held


def _note(folder: Path, made: LinkResult) -> None:
    """Log that it was linked, with counts; which operations changed is private. Then look what came
    under a hold: it stays covered, whatever a later linking says.
    """
    with Workspace.open_or_visit(folder) as workspace:
        data = (workspace.links_folder / "changes.json").read_bytes()
        public = {"what": "link", "versions": made.run["workspace"]["versions"],
                  "operations": made.run["operations"], "changes": made.run["changes"]}  # fmt: skip
        kept: dict[str, Any] = {"private": data}
        if len(data) > _INLINE:
            kept = {"objects": (workspace.ledger.put_object(data),)}
        workspace.ledger.append([Act("note", now(), ACTOR, public, **kept)])
        active_cover(workspace)
