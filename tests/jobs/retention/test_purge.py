"""Holds over a workspace, and purge: only what nothing keeps goes, and the log proves it was there."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from lamplighter.cli.main import run
from lamplighter.evidence.act import Act
from lamplighter.evidence.entry import commit
from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.holds.read import FILE, HoldTable, holds_of
from lamplighter.evidence.two_people import SecondPersonError
from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody import holds as holds_job
from lamplighter.jobs.custody.export import ExportRequest, export
from lamplighter.jobs.custody.holds import active_cover, list_holds, place_hold
from lamplighter.jobs.custody.receive import receive
from lamplighter.jobs.custody.release import release_hold
from lamplighter.jobs.retention import purge as purge_job
from lamplighter.jobs.retention.purge import purge
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace
from tests.jobs.custody.house import EVIL, link, make, take

LATER = datetime.now(UTC) + timedelta(days=400)
YEAR = timedelta(days=365)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 400 days later."""
    for module in (holds_job, purge_job):
        monkeypatch.setattr(module, "now", lambda: LATER)


def ids(workspace: Workspace) -> set[str]:
    return {
        row[0] for row in workspace.duckdb().execute("SELECT listing_id FROM versions").fetchall()
    }


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_only_what_nothing_keeps_goes(
    tmp_path: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make(tmp_path) as workspace:
        place_hold(workspace, Scope("account", ("acc1",)), rule="litigation", by="u7", reason="r")
        size = workspace.ledger.size
        shown = purge(workspace, YEAR, by="u7", dry_run=True)
        assert (shown["listings"], shown["held"]) == (2, 2) and workspace.ledger.size == size
        assert ids(workspace) == {"a1", "a2", "b1", EVIL}
        done = purge(workspace, YEAR, by="u7")
        assert ids(workspace) == {"a1", "a2"} and done["versions"] == 2
        act = workspace.ledger.entry(done["purge_entries"][0])
        assert act.kind == "purge" and act.actor == "user:u7"
        assert "no hold" in act.public["reason"]
        again = purge(workspace, YEAR, by="u7")
        assert again["listings"] == again["entries"] == 0 and not again["purge_entries"]
    with Workspace.open(tmp_path / "ws") as opened:  # nothing comes back from the ledger
        assert ids(opened) == {"a1", "a2"}
    monkeypatch.setattr(sys, "argv", ["lamplighter", "evidence", "verify", str(tmp_path / "ws")])
    with pytest.raises(SystemExit) as ended:
        run()
    assert not ended.value.code


def test_erased_is_gone_and_still_proved(tmp_path: Path, later: None) -> None:
    """The issue's test: erase, verify, prove that the erased entry existed and when."""
    with make(tmp_path) as workspace:
        ledger = workspace.ledger
        rows = workspace.duckdb().execute(
            "SELECT ledger_index FROM versions WHERE listing_id = 'b1'"
        )
        index = rows.fetchall()[0][0]
        salt, private = ledger.salted(index) or (b"", b"")
        before, size, root = ledger.entry(index), ledger.size, ledger.root
        assert commit(salt, private) == before.commitment and b"Blue bicycle" in private
        place_hold(workspace, Scope("listing", ("a1", "a2", EVIL)), rule="own", by="u7", reason="r")
        purge(workspace, YEAR, by="u7")
        after = ledger.entry(index)
        assert ledger.opening(index) is None
        assert after == before and after.time == before.time
        assert ledger.inclusion(index).check(after.raw, ledger.root)
        assert ledger.consistency(size).check(root, ledger.root)
        for folder in ("openings", "listings", "objects"):
            assert b"Blue bicycle" not in everything(tmp_path / "ws" / folder)
    with Workspace.open(tmp_path / "ws", write=True) as opened:
        assert opened.ledger.opening(index) is None and "b1" not in ids(opened)


def test_an_erased_entry_is_in_an_export_as_erased(tmp_path: Path) -> None:
    with make(tmp_path) as workspace:
        rows = workspace.duckdb().execute(
            "SELECT ledger_index FROM versions WHERE listing_id = 'a2'"
        )
        workspace.ledger.erase([rows.fetchall()[0][0]], actor="user:u7", reason="request 4")
        request = ExportRequest("u7", "u8", "r", Scope("listing", ("a1", "a2")))
        export(workspace, request, tmp_path / "case", Steps(quiet=True))
    found = receive(tmp_path / "case")
    assert found["erased"] == 1 and found["originals"] == 2
    assert "Erased before" in (tmp_path / "case/data/MANIFEST.html").read_text()


def test_a_hold_on_an_operation_follows_it(tmp_path: Path, later: None) -> None:
    with make(tmp_path) as workspace:
        link(workspace, {"a1": "op-1", "a2": "op-1", "b1": None, EVIL: None})
        with pytest.raises(UsageError, match="No such operation"):
            place_hold(workspace, Scope("operation", ("op-9",)), rule="own", by="u7", reason="r")
        held = place_hold(workspace, Scope("operation", ("op-1",)), rule="own", by="u7", reason="r")
        assert held["listings"] == 2
        # Something arrives, the operation takes another id, and later loses the newcomer again.
        take(workspace, [{"listing_id": "a3", "text": "Another oak table"}], tmp_path)
        link(workspace, {"a1": "op-0", "a2": "op-0", "a3": "op-0", "b1": None, EVIL: None})
        assert active_cover(workspace)[held["hold"]] == {"a1", "a2", "a3"}
        link(workspace, {"a1": "op-0", "a2": None, "a3": None, "b1": "op-5", EVIL: "op-5"})
        purge(workspace, YEAR, by="u7")
        assert ids(workspace) == {"a1", "a2", "a3"}
        assert not workspace.links_folder.exists()
        assert list_holds(workspace)[0]["listings"] == 3


def test_release_by_two_then_it_goes(tmp_path: Path, later: None) -> None:
    with make(tmp_path) as workspace:
        hold = place_hold(
            workspace, Scope("phone", ("+31302310001",)), rule="own", by="u7", reason="r"
        )["hold"]
        assert active_cover(workspace) == {hold: {"a1"}}
        with pytest.raises(UsageError, match="reason"):
            release_hold(workspace, hold, by="u7", reason=" ")
        assert release_hold(workspace, hold, by="u7", reason="settled")["state"] == "release asked"
        with pytest.raises(SecondPersonError):
            release_hold(workspace, hold, by="USER:U7", reason="")
        assert list_holds(workspace)[0]["state"] == "release asked"
        assert release_hold(workspace, hold, by="u8", reason="")["state"] == "released"
        with pytest.raises(UsageError):
            release_hold(workspace, hold, by="u9", reason="x")
        purge(workspace, YEAR, by="u7")
        assert ids(workspace) == set()
        assert workspace.listings.rows == 0


def test_the_table_of_holds_can_be_made_again(tmp_path: Path) -> None:
    with make(tmp_path) as workspace:
        one = place_hold(workspace, Scope("account", ("acc1",)), rule="own", by="u7", reason="r")[
            "hold"
        ]
        list_holds(workspace)
        place_hold(workspace, Scope("filter", ("city=Utrecht", "from=2026-01-01")), rule="us/cybertipline",
                   by="u7", reason="r", details={"report": "77"})  # fmt: skip
        release_hold(workspace, one, by="u7", reason="x")
        release_hold(workspace, one, by="u8", reason="")
        followed = list_holds(workspace)
        (workspace.folder / FILE).unlink()
        assert list_holds(workspace) == followed and len(followed) == 2
        table = HoldTable(workspace.folder / FILE)
        assert table.follow(workspace.ledger) == holds_of(workspace.ledger)
        table.close()
    (tmp_path / "two").mkdir()
    with make(tmp_path / "two") as other:  # a table of another ledger is not believed
        (tmp_path / "ws" / FILE).replace(other.folder / FILE)
        for _ in range(5):
            other.ledger.append([Act("note", now(), "system:x", {})])
        assert list_holds(other) == []


@pytest.mark.parametrize(("days", "kept"), [(364, True), (366, False)])
def test_a_report_keeps_its_listings_for_a_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, kept: bool
) -> None:
    with make(tmp_path) as workspace:
        private = orjson.dumps({"listings": ["b1"]})
        act = Act("report", now(), "user:u7", {"channel": "cybertipline"}, private)
        workspace.ledger.append([act])
        for module in (holds_job, purge_job):
            monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) + timedelta(days=days))
        done = purge(workspace, timedelta(days=30), by="u7")
        assert ("b1" in ids(workspace)) is kept and done["kept_by_rule"] == int(kept)


def test_purge_does_not_guess(tmp_path: Path, later: None) -> None:
    with make(tmp_path) as workspace:
        act = Act(
            "report", LATER, "user:u7", {"channel": "cybertipline"}, b'{"operation":"op-gone"}'
        )
        workspace.ledger.append([act])
        with pytest.raises(LamplighterError, match="cannot be told"):
            purge(workspace, YEAR, by="u7")
        assert len(ids(workspace)) == 4
        with pytest.raises(UsageError):
            purge(workspace, timedelta(0), by="u7")


def test_refused_rows_go_only_while_nothing_is_held(tmp_path: Path, later: None) -> None:
    with make(tmp_path) as workspace:
        take(workspace, [{"listing_id": "", "text": "a refused row"}], tmp_path)
        rejected = next(e.index for e in workspace.ledger.entries() if e.kind == "listing.rejected")
        hold = place_hold(workspace, Scope("listing", ("a1",)), rule="own", by="u7", reason="r")[
            "hold"
        ]
        assert purge(workspace, YEAR, by="u7")["rejected_rows"] == 0
        release_hold(workspace, hold, by="u7", reason="x")
        release_hold(workspace, hold, by="u8", reason="")
        assert purge(workspace, YEAR, by="u7")["rejected_rows"] == 1
        assert workspace.ledger.opening(rejected) is None


def test_media_go_unless_another_needs_them(tmp_path: Path, later: None) -> None:
    with make(tmp_path) as workspace:
        ledger = workspace.ledger
        at = dict(
            workspace.duckdb()
            .execute("SELECT listing_id, min(ledger_index) FROM versions GROUP BY 1")
            .fetchall()
        )
        own, shared = ledger.put_object(b"own"), ledger.put_object(b"shared")
        for listing, objects in (("b1", (own, shared)), ("a1", (shared,))):
            about = {"received": at[listing]}
            ledger.append([Act("moderation", now(), "platform:m", about, b"{}", objects)])
        place_hold(workspace, Scope("account", ("acc1",)), rule="own", by="u7", reason="r")
        assert purge(workspace, YEAR, by="u7")["objects"] == 1
        assert not ledger.object_path(own).exists() and ledger.object_path(shared).exists()


def test_a_crash_between_ledger_and_store_is_finished_by_the_next_purge(
    tmp_path: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError("disk full")

    with make(tmp_path) as workspace:
        with monkeypatch.context() as broken:
            broken.setattr(purge_job, "remove_versions", fail)
            with pytest.raises(OSError, match="disk full"):
                purge(workspace, YEAR, by="u7")
        assert len(ids(workspace)) == 4
        assert purge(workspace, YEAR, by="u7")["versions"] == 5
        assert ids(workspace) == set()
