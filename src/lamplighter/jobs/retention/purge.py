"""Removing what no hold covers and retention allows, and logging that it was done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.erasure import erased_by
from lamplighter.evidence.holds.pack import Pack, shipped
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.custody.holds import active_cover
from lamplighter.jobs.custody.kept_by_rule import kept_by_rules, received_of
from lamplighter.jobs.custody.selection import Selection
from lamplighter.jobs.cybertipline.forgetting import forget_reports, left_of
from lamplighter.jobs.retention.sayings import Sayings
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.workspace.known_rejects import forget
from lamplighter.workspace.receiver import now
from lamplighter.workspace.removal import remove_versions
from lamplighter.workspace.store import ListingStore
from lamplighter.workspace.workspace import Workspace


@dataclass(frozen=True)
class PurgePlan:
    """What a purge would remove. Indices are of the ledger."""

    listings: set[str]
    entries: set[int]
    rejected: set[int]
    objects: set[str]
    stale: set[int]  # versions in the store whose opening an earlier purge erased
    sayings: int  # openings of statements, appeals, notices and reports about them
    reports: set[str]  # drafts of reports whose listings are all gone
    held: int  # listings old enough that a hold covers
    kept: int  # listings old enough that a rule keeps
    open: (
        int  # … that somebody may still object to, that wait for a decision, or are being reported
    )
    cutoff: datetime

    @property
    def empty(self) -> bool:
        """True if nothing is to be done."""
        return not (self.entries or self.rejected or self.objects or self.stale or self.reports)

    def counts(self) -> dict[str, Any]:
        """For people and programs."""
        return {
            "listings": len(self.listings),
            "entries": len(self.entries),
            "rejected_rows": len(self.rejected),
            "objects": len(self.objects),
            "sayings": self.sayings,
            "reports": len(self.reports),
            "held": self.held,
            "kept_by_rule": self.kept,
            "kept_open": self.open,
            "received_before": self.cutoff.isoformat(),
        }


def plan_purge(workspace: Workspace, older_than: timedelta, moment: datetime) -> PurgePlan:
    """What may go: listings of which nothing came since `moment - older_than`, that no active hold
    covers and no rule of the workspace's policy pack keeps. What came under a hold is logged first.
    What was said of them elsewhere (`sayings.Sayings`) goes with the last of the listings it names.

    Rows that the schema refused belong to no listing that could be held, so they go only while no
    hold is active at all.
    """
    if older_than < timedelta(days=1):
        raise UsageError("The age must be a day or more.", hint="--older-than 730")
    cutoff = moment - older_than
    cover = active_cover(workspace)
    views = workspace.duckdb()
    selection = Selection(views, workspace.config.region)
    old = {
        row[0]
        for row in views.execute(
            "SELECT listing_id FROM versions GROUP BY listing_id HAVING max(received_at) < ?",
            [cutoff],
        ).fetchall()
    }
    held = old & set().union(*cover.values())
    kept = (old & kept_by_rules(workspace.ledger, selection, _pack(workspace).rules, moment)) - held
    sayings = Sayings(workspace.ledger, selection, cutoff, moment, _objection(workspace))
    open_ = (old & sayings.keeping()) - held - kept
    going = old - held - kept - open_
    views.register("going", pa.table({"value": pa.array(sorted(going), pa.large_string())}))
    received = {
        row[0]
        for row in views.execute(
            "SELECT ledger_index FROM versions JOIN going ON listing_id = value"
        ).fetchall()
    }
    said = sayings.going(
        lambda names: selection.known(names) - going,
        lambda accounts: _owners(views, accounts),
        unheld=not cover,
    )
    openings = {entry for one in said if not one.record for entry in one.entries}
    walk = _walk(
        workspace.ledger, received, cutoff if not cover else None, sayings.objects_apart(said)
    )
    walk.entries |= openings
    return PurgePlan(
        listings=going,
        entries=walk.entries - walk.erased,
        rejected=walk.rejected - walk.erased,
        objects=walk.going_objects - walk.staying_objects,
        stale=_stale(views, walk.erased),
        sayings=len(openings - walk.erased),
        reports=left_of(workspace, sayings.reports_in(said)),
        held=len(held),
        kept=len(kept),
        open=len(open_),
        cutoff=cutoff,
    )


def _objection(workspace: Workspace) -> Callable[[datetime], datetime]:
    """Until when a poster may object to what they were told at a time."""
    return read_settings(workspace.folder).clocks["complain"].end


def _owners(views: duckdb.DuckDBPyConnection, accounts: set[str]) -> set[str]:
    """Those of the accounts that have a listing which stays; `going` is registered."""
    views.register("owners", pa.table({"value": pa.array(sorted(accounts), pa.large_string())}))
    query = (
        "SELECT DISTINCT account_id FROM versions JOIN owners ON account_id = value "
        "ANTI JOIN going ON listing_id = going.value"
    )
    return {row[0] for row in views.execute(query).fetchall()}


def _stale(views: duckdb.DuckDBPyConnection, erased: set[int]) -> set[int]:
    if not erased:
        return set()
    views.register("erased", pa.table({"value": pa.array(sorted(erased), pa.int64())}))
    query = "SELECT ledger_index FROM versions JOIN erased ON ledger_index = value"
    return {row[0] for row in views.execute(query).fetchall()}


@dataclass
class _Walk:
    entries: set[int]
    rejected: set[int]
    erased: set[int]
    going_objects: set[str]
    staying_objects: set[str]


def _walk(
    ledger: Ledger, received: set[int], refused_before: datetime | None,
    apart: tuple[set[int], set[str], set[str]],
) -> _Walk:  # fmt: skip
    """One pass over the log: acts of the listings that go, their objects, and who else needs these.

    `apart`: entries whose objects were judged already, with those that go and those that stay.
    """
    judged, going_objects, staying_objects = apart
    walk = _Walk(set(), set(), set(), going_objects, staying_objects)
    gone_objects: set[str] = set()
    for entry in ledger.entries():
        goes = _goes(entry, received)
        refused = entry.kind == "listing.rejected" and refused_before is not None
        if refused and refused_before is not None and entry.time < refused_before:
            walk.rejected.add(entry.index)
            goes = True
        elif goes and entry.commitment is not None:
            walk.entries.add(entry.index)
        runs, digests = erased_by(entry)
        for run in runs:
            walk.erased.update(run)
        gone_objects.update(digests)
        if entry.index not in judged:
            (walk.going_objects if goes else walk.staying_objects).update(entry.objects)
    walk.going_objects -= gone_objects
    return walk


def _goes(entry: Entry, received: set[int]) -> bool:
    """A version that goes, or an act about it alone: its publication, moderation, a decision."""
    if entry.kind == "listing.received":
        return entry.index in received
    return received_of(entry) in received


def purge(
    workspace: Workspace, older_than: timedelta, *, by: str, dry_run: bool = False
) -> dict[str, Any]:
    """Remove what the plan says: openings and objects from the ledger's stores (logged as `purge`),
    then drafts of reports, the versions from the listing store, and what was derived from them (`links/`, `index/`), which
    the next linking and screening make anew. Entries and commitments stay: the log verifies as
    before, and proves that what was erased existed, and when.
    """
    who, _ = check_second_person(Deed.PURGE, by, None)
    plan = plan_purge(workspace, older_than, now())
    result = plan.counts() | {"dry_run": dry_run, "purge_entries": []}
    if dry_run or plan.empty:
        return result
    logged: list[int] = []
    if plan.entries or plan.rejected or plan.objects:
        reason = f"retention: nothing received for {older_than.days} days; no hold, no rule"
        logged = list(
            workspace.ledger.erase(
                plan.entries | plan.rejected,
                actor=who,
                reason=reason,
                kind="purge",
                objects=plan.objects,
            )
        )
    forget_reports(workspace, plan.reports)
    workspace.listings.commit()
    removed = remove_versions(workspace.listings, plan.entries | plan.stale)
    workspace.listings = ListingStore(workspace.listings.folder)
    if removed:
        workspace.forget_links()
        forget(workspace.folder)
        shutil.rmtree(workspace.folder / "index", ignore_errors=True)
    return result | {"purge_entries": logged, "versions": removed}


def _pack(workspace: Workspace) -> Pack:
    """The workspace's policy pack. Raises UsageError that names the known ones."""
    name = workspace.config.jurisdiction.lower()
    if name not in shipped():
        raise UsageError(
            "The workspace names a jurisdiction that no policy pack has.",
            where=f"{workspace.folder / 'lamplighter.toml'}: {name}",
            hint=f"Known are: {', '.join(sorted(shipped()))}.",
        )
    return shipped()[name]
