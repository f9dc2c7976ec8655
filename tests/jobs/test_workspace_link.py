"""Linking a workspace piece by piece gives what linking all at once gives, byte for byte."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from lamplighter.foundation.progress import Steps
from lamplighter.jobs import version_batches
from lamplighter.jobs.changes import changes
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.jobs.link import LinkOptions, link
from lamplighter.jobs.workspace_link import link_workspace
from lamplighter.operations.policy_check import default_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace

TABLES = ("operations", "links", "templates", "listings")
QUIET = Steps(quiet=True)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    path = tmp_path_factory.mktemp("market") / "market.jsonl"
    write_market(2_500, 8, path, path.with_suffix(".csv"))
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def at_once(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("at_once")
    source = folder / "all.jsonl"
    # Rows twice and a row without words: link refuses these, a workspace keeps them apart.
    blank = orjson.dumps({"listing_id": "blank", "text": "", "published_text": "shown"}) + b"\n"
    source.write_bytes(b"".join(lines[:300] + lines + [blank]))
    options = LinkOptions(policy=default_policy(), lexicon=load_lexicon())
    link([str(source)], folder / "out", options, QUIET)
    return folder / "out"


def _give(home: Path, lines: list[bytes]) -> None:
    path = home.parent / "piece.jsonl"
    path.write_bytes(b"".join(lines))
    with Workspace.open(home, write=True) as opened:
        ingest(opened, [str(path)], IngestOptions(batch_rows=700), QUIET)


def _pieces(lines: list[bytes], how: str) -> list[list[bytes]]:
    count = len(lines)
    if how == "two":
        return [lines[: count // 2], lines[count // 2 :]]
    if how == "backwards":
        back = lines[::-1]
        return [back[:900], back[900:1000], back[1000:]]
    # Later versions first, and everything again at the end.
    mixed = lines[1::2] + lines[::2]
    return [mixed[:10], mixed[10 : count - 40], mixed[count - 40 :], lines]


@pytest.mark.parametrize("how", ["two", "backwards", "again"])
def test_piece_by_piece_is_all_at_once(
    lines: list[bytes], at_once: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small batches, so that some are cached, some are read again and all are more than one.
    monkeypatch.setattr(version_batches, "ROWS", 600)
    monkeypatch.setattr(version_batches, "_LEAST", 200)
    home = tmp_path / "ws"
    Workspace.create(home, name="example.org/test").close()
    read: list[int] = []
    for piece in _pieces(lines, how):
        _give(home, piece)
        made = link_workspace(home, 2, QUIET)
        if made is not None:
            read.append(made.run["signals_read"])
        assert link_workspace(home, 1, QUIET) is None
    if how == "again":
        assert made is None  # the last piece had nothing new
    assert read[-1] < len(lines) // 2 + 600  # what was read before was not read again
    for name in TABLES:
        ours = (home / "links" / f"{name}.parquet").read_bytes()
        assert ours == (at_once / f"{name}.parquet").read_bytes(), name


def test_what_changed_is_told_and_logged(lines: list[bytes], tmp_path: Path) -> None:
    home = tmp_path / "ws"
    Workspace.create(home, name="example.org/test").close()
    assert link_workspace(home, 1, QUIET) is None  # nothing to link

    def row(name: str, phone: str) -> bytes:
        told = {"listing_id": name, "text": f"oak table {name}, call {phone}", "phone": phone}
        return orjson.dumps(told) + b"\n"

    one, two = "212 555 0143", "212 555 0187"
    _give(home, [row("a", one), row("b", one), row("c", two), row("d", two), row("e", "")])
    first = link_workspace(home, 1, QUIET)
    _give(home, [row("ab", one)])
    second = link_workspace(home, 1, QUIET)
    assert first is not None and second is not None
    assert first.run["changes"]["appeared"] == first.run["operations"] == 2
    told: dict[str, Any] = orjson.loads((home / "links" / "changes.json").read_bytes())
    assert [(c["listings"], c["new"]) for c in told["grew"]] == [(3, 1)]
    with Workspace.open(home) as opened:
        last = opened.ledger.entry(opened.ledger.size - 1)
        assert (last.kind, last.public["what"]) == ("note", "link")
        assert orjson.loads(opened.ledger.opening(last.index) or b"") == told
        views = opened.duckdb()
        shown = views.execute("SELECT count(*) FROM listing_links WHERE operation_id IS NOT NULL")
        assert shown.fetchone() == (5,)
    assert len(list((home / "linked").glob("0*"))) == 2


def test_kinds_of_change(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def write(name: str, groups: dict[str, str]) -> Path:
        rows = {x: op for op, members in groups.items() for x in members}
        table = pa.table({"listing_id": list(rows), "operation_id": list(rows.values())})
        (tmp_path / name).mkdir()
        pq.write_table(table, tmp_path / name / "listings.parquet")
        return tmp_path / name

    old = write("old", {"A": "ab", "B": "cd", "C": "efgh", "D": "ij", "E": "kl"})
    new = write("new", {"A": "abcdx", "C": "ef", "G": "gh", "N": "yz", "K": "kl"})
    told = changes(old, new)
    assert [c["operation_id"] for c in told["appeared"]] == ["N"]
    assert told["joined"] == [{"operation_id": "A", "from": ["A", "B"], "listings": 5, "new": 1}]
    assert told["split"] == [{"operation_id": "C", "into": ["C", "G"], "left": False}]
    assert [c["operation_id"] for c in told["dissolved"]] == ["D"]
    assert {c["operation_id"] for c in told["grew"]} == {"G", "K"}


def test_what_was_linked_can_be_forgotten_and_made_again(
    lines: list[bytes], tmp_path: Path
) -> None:
    home = tmp_path / "ws"
    Workspace.create(home, name="example.org/test").close()
    _give(home, lines[:200])
    assert link_workspace(home, 1, QUIET) is not None
    before = (home / "links" / "operations.parquet").read_bytes()
    with Workspace.open(home, write=True) as opened:
        opened.forget_links()
    assert not (home / "links").exists() and not (home / "linked").exists()
    assert link_workspace(home, 1, QUIET) is not None
    assert (home / "links" / "operations.parquet").read_bytes() == before
