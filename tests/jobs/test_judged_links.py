"""People's word on two listings is heard by linking, for ever, however listings come in."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from lamplighter.foundation.errors import InputError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.jobs.judged_links import FILE, JudgedLinks, read_judged
from lamplighter.jobs.link import LinkOptions, link
from lamplighter.jobs.workspace_link import link_workspace
from lamplighter.operations.policy_check import default_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace

QUIET = Steps(quiet=True)
TABLES = ("operations", "links", "templates", "listings")


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    path = tmp_path_factory.mktemp("market") / "market.jsonl"
    write_market(900, 8, path, path.with_suffix(".csv"))
    return path.read_bytes().splitlines(keepends=True)


def _give(home: Path, lines: list[bytes]) -> None:
    path = home.parent / "piece.jsonl"
    path.write_bytes(b"".join(lines))
    with Workspace.open(home, write=True) as opened:
        ingest(opened, [str(path)], IngestOptions(), QUIET)
    link_workspace(home, 1, QUIET)


def _judge(home: Path, *rows: tuple[str, str, str]) -> None:
    said = [{"one": one, "other": other, "word": word} for one, other, word in rows]
    (home / FILE).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in said))


def _operations(folder: Path) -> dict[str, str | None]:
    found = duckdb.execute(f"SELECT listing_id, operation_id FROM '{folder / 'listings.parquet'}'")
    return dict(found.fetchall())


def _links(folder: Path, one: str, other: str) -> list[tuple[Any, ...]]:
    pair = sorted((one, other))
    return duckdb.execute(
        f"SELECT kind, kept, reason FROM '{folder / 'links.parquet'}' "
        "WHERE list_sort([source, target]) = ? ORDER BY ALL", [pair],
    ).fetchall()  # fmt: skip


def _subjects(folder: Path) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two listings that a link holds together; and one each of two operations."""
    held = _operations(folder)
    sizes = Counter(one for one in held.values() if one)
    large = min(sizes, key=lambda name: (-sizes[name], name))
    source, target = duckdb.execute(
        f"SELECT source, target FROM '{folder / 'links.parquet'}' k "
        f"JOIN '{folder / 'listings.parquet'}' l ON l.listing_id = k.source "
        "WHERE kept AND operation_id = ? ORDER BY ALL LIMIT 1", [large],
    ).fetchall()[0]  # fmt: skip
    third, fourth = (
        min(name for name, operation in held.items() if operation == wanted)
        for wanted in sorted(set(sizes) - {large})[:2]
    )
    return (source, target), (third, fourth)


def test_judging_then_ingesting_is_judging_all_at_once(lines: list[bytes], tmp_path: Path) -> None:
    home = tmp_path / "w"
    Workspace.create(home, name="test.invalid/w").close()
    _give(home, lines[:500])
    (a, b), (c, d) = _subjects(home / "links")
    before = _operations(home / "links")
    assert before[a] == before[b] and before[c] != before[d]
    _judge(home, (a, b, "different"), (d, c, "same"), ("gone", a, "same"))
    _give(home, lines[500:700])
    _give(home, lines[700:])
    after = _operations(home / "links")
    assert after[a] != after[b] or after[a] is None
    assert after[c] == after[d] is not None
    said = _links(home / "links", a, b)
    assert all(not kept and "a person judged" in reason.lower() for _, kept, reason in said)
    assert ("judged", False, "A person judged the two to be of different hands.") in said
    assert ("judged", True, "A person judged the two to be of the same hand.") in _links(
        home / "links", c, d
    )
    run = orjson.loads((home / "links" / "run.json").read_bytes())
    assert (run["judged_same"], run["judged_different"], run["judged_unknown"]) == (1, 1, 1)

    source = tmp_path / "all.jsonl"
    source.write_bytes(b"".join(lines))
    options = LinkOptions(
        policy=default_policy(), lexicon=load_lexicon(), threads=1,
        judged=JudgedLinks(same=((min(c, d), max(c, d)),), different=((min(a, b), max(a, b)),)),
    )  # fmt: skip
    link([str(source)], tmp_path / "out", options, QUIET)
    for table in TABLES:
        made, wanted = (
            (folder / f"{table}.parquet").read_bytes()
            for folder in (home / "links", tmp_path / "out")
        )
        assert made == wanted, table

    # Taken back, it is as if nobody had spoken.
    (home / FILE).write_bytes(b"")
    assert link_workspace(home, 1, QUIET) is not None
    free = _operations(home / "links")
    assert free[a] == free[b] and free[c] != free[d]
    assert link_workspace(home, 1, QUIET) is None


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b'{"one": "a", "other": "b"}', b'{"one": "a", "other": "a", "word": "same"}',
     b'{"one": "a", "other": 7, "word": "same"}', b'{"one": "a", "other": "b", "word": "maybe"}'],
)  # fmt: skip
def test_a_spoilt_file_is_named_with_its_line(tmp_path: Path, line: bytes) -> None:
    good = b'{"one": "a", "other": "b", "word": "same"}\n\n'
    (tmp_path / FILE).write_bytes(good + line + b"\n")
    with pytest.raises(InputError) as told:
        read_judged(tmp_path / FILE)
    assert str(told.value.where).endswith(f"{FILE}, line 3") and told.value.hint


def test_the_last_word_on_a_pair_counts(tmp_path: Path) -> None:
    _write = [("b", "a", "same"), ("a", "b", "different"), ("c", "d", "same"), ("c", "d", "undone")]
    _judge(tmp_path, *_write)
    assert read_judged(tmp_path / FILE) == JudgedLinks(different=(("a", "b"),))
    assert not read_judged(tmp_path / "none")
