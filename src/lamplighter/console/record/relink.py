"""Notices a new result of linking and brings the queue up to it."""

from __future__ import annotations

import hashlib
import logging
import shutil
from pathlib import Path

from lamplighter.console.leads.indexing import index_leads
from lamplighter.console.leads.models import Generation
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.repeating import Repeating
from lamplighter.console.record.sidecar import lay_out
from lamplighter.console.search.index import FOLDER, build_index

_LOG = logging.getLogger("lamplighter.console")
_SECONDS = 5.0
#: Another one where what is laid out or indexed changed: what was made before is made anew.
_LAYOUT = b"5"


def digest_of(links: Path) -> str:
    """Names a result of linking by its run record; empty where there is none."""
    run = links / "run.json"
    try:
        return hashlib.sha256(_LAYOUT + run.read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


def follow_links() -> bool:
    """Lay out and index the newest result if it is not what the queue shows; whether it was new."""
    workspace = deployment().workspace
    digest = digest_of(workspace.links_folder)
    newest = Generation.newest()
    base = workspace.folder / "index" / "console"
    folder = base / digest
    if not digest or (newest and newest.digest == digest and folder.exists()):
        return False
    with workspace.duckdb() as database:
        # Each appears whole or not at all: what is there need not be made again.
        if not folder.exists():
            lay_out(database, folder)
        if not (folder / FOLDER).exists():
            build_index(database, folder)
    index_leads(workspace.links_folder / "operations.parquet", digest, folder)
    for old in base.iterdir():
        if old.name not in (digest, newest.digest if newest else ""):
            shutil.rmtree(old, ignore_errors=True)
    deployment().refresh()
    return True


def follower() -> Repeating:
    """Looks for a new result of linking; meanwhile the queue goes on with the last good one."""
    return Repeating("relink", _SECONDS, lambda _: follow_links(),
                     "a new result of linking could not be shown")  # fmt: skip
