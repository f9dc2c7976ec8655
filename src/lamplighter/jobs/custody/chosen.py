"""Which listings an export is of, and what of them the workspace has."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.evidence.holds.hold import Hold, Scope, check_hold_id
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.custody.selection import Selection
from lamplighter.workspace.workspace import Workspace


def chosen(
    scope: Scope | None,
    hold_id: str | None,
    holds: dict[str, Hold],
    cover: dict[str, set[str]],
    selection: Selection,
) -> tuple[set[str], str]:
    """Listing ids, and what they are in words."""
    if hold_id is not None:
        hold = holds.get(check_hold_id(hold_id))
        if hold is None:
            raise UsageError("There is no such hold.", where=hold_id,
                             hint="lamplighter evidence holds WORKSPACE")  # fmt: skip
        # A hold that ended keeps nothing more, but what it covered can still be handed on.
        return cover.get(hold.hold_id, set(hold.ever)), f"{hold.hold_id}: {hold.scope.sentence()}"
    assert scope is not None
    return selection.matches(scope), scope.sentence()


def rows_of(workspace: Workspace, ids: set[str]) -> dict[int, str]:
    """Ledger index → listing id of every version of these listings."""
    views = workspace.duckdb()
    views.register("wanted", pa.table({"value": pa.array(sorted(ids), pa.large_string())}))
    found = views.execute(
        "SELECT ledger_index, listing_id FROM versions JOIN wanted ON listing_id = value ORDER BY 1"
    ).fetchall()
    return dict(found)


def operations_of(workspace: Workspace, ids: set[str]) -> dict[str, str]:
    """Listing id → operation, for those that are in one."""
    if not (workspace.links_folder / "listings.parquet").is_file():
        return {}
    views = workspace.duckdb()
    views.register("wanted", pa.table({"value": pa.array(sorted(ids), pa.large_string())}))
    found = views.execute(
        "SELECT listing_id, operation_id FROM listing_links JOIN wanted ON listing_id = value "
        "WHERE operation_id IS NOT NULL"
    ).fetchall()
    return dict(found)
