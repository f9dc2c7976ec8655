"""Small workspaces for tests of screening: bland goods and jobs, linked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lamplighter.foundation.progress import Steps
from lamplighter.jobs.link import LinkOptions, link
from lamplighter.operations.policy_check import default_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.workspace.workspace import Workspace

TEXT = (
    "Solid oak kitchen table with six chairs, hardly used, a few marks on one leg. Collect from "
    "the blue house by the canal in {city} or ask for delivery. The table folds at both ends and "
    "seats eight. Price can be discussed. Call {phone} after five in the evening."
)
OTHER = (
    "Night porter wanted for a small hotel near the station, four shifts a week, meals included, "
    "uniform given. Experience with guests helps but is not needed. Write to {mail} with a few "
    "lines about yourself."
)


def listing(name: str, text: str = TEXT, **columns: Any) -> dict[str, Any]:
    """A bland listing."""
    filled = text.format(city="Leeds", phone="0113 496 0123", mail=f"{name}@example.com")
    return {"listing_id": name, "text": filled, "country": "GB", **columns}


def make(folder: Path, rows: list[dict[str, Any]], *, linked: bool = True) -> Path:
    """A workspace with these listings, and a result of linking."""
    with Workspace.create(folder) as workspace:
        if rows:
            workspace.receive(rows)
    if linked and rows:
        import json

        source = folder.with_suffix(".jsonl")
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        options = LinkOptions(default_policy(), load_lexicon(), region="GB", threads=1)
        link([str(source)], folder / "links", options, Steps(quiet=True))
    return folder
