"""Open the index of a workspace, and bring it up to what the listing store has."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from lamplighter.foundation.progress import Steps
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.index.build import rebuild
from lamplighter.screening.index.known import KnownIndex, clear_away
from lamplighter.screening.index.manifest import read_manifest
from lamplighter.screening.said import read_said
from lamplighter.signals.lexicon import Lexicon
from lamplighter.workspace.workspace import Workspace

FOLDER = "index"
#: The tables of rarity are learned again when there are this many times as many listings.
GROWN = 2


def open_index(workspace: Workspace, lexicon: Lexicon, steps: Steps) -> KnownIndex:
    """The index, for the one writer. It is built where there is none, or where the site has
    doubled since; else what is missing is added, and a new result of linking is taken over."""
    folder: Path = workspace.folder / FOLDER
    folder.mkdir(exist_ok=True)
    clear_away(folder)
    index = KnownIndex.open(folder)
    if index is None:
        return rebuild(workspace, folder, lexicon, steps)
    store = workspace.listings
    missing = sum(part.rows for part in store.manifest.parts if part.last > index.manifest.upto)
    if index.rows + missing > max(1000, GROWN * index.tables.listings) and missing:
        return rebuild(workspace, folder, lexicon, steps)
    index.follow_links(workspace.links_folder)
    with steps.step("listings since", missing) as progress:
        columns = [*LISTING_SCHEMA.names, "ledger_index"]
        for batch in store.batches(columns, after=index.manifest.upto, rows=8192):
            rows = batch.select(LISTING_SCHEMA.names)
            said = read_said(rows, lexicon, workspace.config.region, workspace.config.images)
            names = batch.schema.get_field_index
            index.settle()
            index.add(
                said, batch.column(names("listing_id")), batch.column(names("account_id")),
                pa.array(batch.column(names("ledger_index"))),
            )  # fmt: skip
            progress.advance(batch.num_rows)
    return index


def is_built(workspace: Path) -> bool:
    """Whether a workspace has an index of this make."""
    return read_manifest(workspace / FOLDER) is not None
