"""What became of operations between two linkings: appeared, grew, joined, split, dissolved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KINDS = ("appeared", "joined", "split", "grew", "dissolved")


def _members(folder: Path) -> pa.Table:
    table = pq.read_table(folder / "listings.parquet", columns=["listing_id", "operation_id"])
    return table.filter(pc.is_valid(table["operation_id"]))


def changes(before: Path | None, after: Path) -> dict[str, list[dict[str, Any]]]:
    """Compare the operations of two output folders by their listings, lists by operation id.

    `grew` also holds operations whose smallest listing, and so whose id, changed.
    """
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    connection = duckdb.connect(":memory:")
    new = _members(after)
    old = new.slice(0, 0) if before is None else _members(before)
    connection.register("old", old)
    connection.register("new", new)
    met = connection.execute(
        "SELECT old.operation_id, new.operation_id, count(*) FROM old FULL JOIN new USING "
        "(listing_id) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    of_new: dict[str, dict[str | None, int]] = {}
    of_old: dict[str, list[str | None]] = {}
    for was, now, count in met:
        if now is not None:
            of_new.setdefault(now, {})[was] = count
        if was is not None:
            of_old.setdefault(was, []).append(now)
    for now, came in sorted(of_new.items()):
        parents = sorted(name for name in came if name is not None)
        total, fresh = sum(came.values()), came.get(None, 0)
        if not parents:
            found["appeared"].append({"operation_id": now, "listings": total})
        elif len(parents) > 1:
            told = {"operation_id": now, "from": parents, "listings": total, "new": fresh}
            found["joined"].append(told)
        elif fresh or parents != [now]:
            told = {"operation_id": now, "from": parents, "listings": total, "new": fresh}
            found["grew"].append(told)
    for was, into in sorted(of_old.items()):
        kept = sorted(name for name in into if name is not None)
        if not kept:
            found["dissolved"].append({"operation_id": was})
        elif len(into) > 1:
            found["split"].append({"operation_id": was, "into": kept, "left": None in into})
    return found
