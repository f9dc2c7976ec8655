"""The index against a slow, obvious twin; and killed while it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking.hamming_bits import DISTANCE
from lamplighter.linking.hamming_lookup import look_up, make_lookup
from lamplighter.screening.index.kernels import (
    MEMBERS,
    MOST,
    NODE_BITS,
    candidates,
    find_sorted,
    postings_of,
    scratch,
)
from lamplighter.screening.index.known import LARGEST, RECENT, TIER, joinable
from lamplighter.screening.index.manifest import FORMAT, read_manifest
from lamplighter.screening.index.recent import Recent, listed_of
from lamplighter.screening.index.segment import Listed, Segment, joined, write_segment
from lamplighter.screening.index.tables import ASKED, Tables, learn_tables
from lamplighter.screening.said import read_said
from lamplighter.screening.service import Screener
from lamplighter.screening.submission import check_submission, rows_of
from lamplighter.signals.lexicon import load_lexicon
from tests.screening.workspaces import OTHER, TEXT, listing, make

WORDS = [
    "oak",
    "table",
    "chair",
    "lamp",
    "sofa",
    "blue",
    "green",
    "near",
    "far",
    "cheap",
    "old",
    "new",
    "big",
    "small",
    "house",
    "canal",
]
texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=0, max_size=14), min_size=1, max_size=12)


def _listed(rows: list[str], first: int = 0) -> tuple[Listed, Tables]:
    from lamplighter.listings.schema import LISTING_SCHEMA

    batch = pa.RecordBatch.from_pylist(
        [
            {"listing_id": f"L{first + i}", "text": text, "account_id": f"a{i % 3}",
             "images": [f"pdq:{i % 2:064x}"]}
            for i, text in enumerate(rows)
        ],
        schema=LISTING_SCHEMA,
    )  # fmt: skip
    said = read_said(batch, load_lexicon(), "GB", None)
    tables = learn_tables(said.offsets, said.tokens, {}, len(rows))
    ledger = np.arange(first, first + len(rows), dtype=np.int64)
    listed = listed_of(
        said.offsets, said.tokens, tables.apart(said.topics), batch.column(0), batch.column(4),
        ledger, said.identifiers, said.images,
    )  # fmt: skip
    return listed, tables


def _twin(keys: list[list[int]], asked: list[int]) -> list[int]:
    """Nodes by falling score, as the kernel is defined: with Python's own dictionaries."""
    scores: dict[int, float] = {}
    for key in asked:
        having = [node for node, own in enumerate(keys) if key and key in own][:MEMBERS]
        for node in having:
            scores[node] = scores.get(node, 0.0) + 2.0 - np.log2(len(having)) / 12.0
    return sorted(scores, key=lambda node: (-round(scores[node], 4), node))[:MOST]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(1, 30), max_size=8), min_size=1, max_size=20),
       st.sets(st.integers(1, 40), max_size=10))  # fmt: skip
def test_candidates_are_the_twins(known: list[set[int]], asked: set[int]) -> None:
    up = 1 << 40  # keys differ in the bits that a posting keeps
    keys = np.zeros((len(known), 8), np.uint64)
    for row, own in enumerate(known):
        keys[row, : len(own)] = [key * up for key in sorted(own)]
    postings = postings_of(keys, np.arange(len(known), dtype=np.int64))
    postings.sort()
    assert int(postings.max(initial=0)) >> NODE_BITS < 1 << 36
    wanted = np.zeros((1, 10), np.uint64)
    wanted[0, : len(asked)] = [key * up for key in sorted(asked)]
    out, score = np.empty((1, MOST), np.int64), np.zeros((1, MOST), np.float32)
    candidates(postings, wanted, out, score, *scratch())
    found = [node for node in out[0].tolist() if node >= 0]
    twin = _twin([[key * up for key in own] for own in known], sorted(k * up for k in asked))
    assert sorted(found) == sorted(twin) if len(twin) < MOST else len(found) == MOST


@settings(max_examples=25, deadline=None)
@given(texts)
def test_a_segment_and_the_recent_part_say_the_same(rows: list[list[str]]) -> None:
    from tempfile import TemporaryDirectory

    lines = [" ".join(row) + f" mail a{len(row)}@example.com" for row in rows]
    listed, tables = _listed(lines)
    recent = Recent()
    recent.add(listed, tables)
    with TemporaryDirectory() as folder:
        write_segment(Path(folder), listed, tables)
        segment = Segment(Path(folder))
        keys = Tables.keys(tables.weigh_places(listed.offsets, listed.tokens), ASKED)
        one, two = segment.candidates(keys), recent.candidates(keys)
        assert (one[0] == two[0]).all()
        assert np.allclose(one[1], two[1])
        nodes = np.arange(len(lines), dtype=np.int64)
        assert (segment.id_hashes(nodes) == recent.id_hashes(nodes)).all()
        assert (segment.lengths(nodes) == recent.lengths(nodes)).all()
        for value in (f"email:a{len(rows[0])}@example.com", "account:a0", "phone:+1"):
            from lamplighter.text.hashing import hash_strings

            hashed = int(hash_strings(pa.array([value], pa.large_string()))[0])
            mine, theirs = (p.nodes_of_values([(value, hashed)])[0] for p in (segment, recent))
            assert (mine[0].tolist(), mine[1]) == (theirs[0].tolist(), theirs[1])
        again = segment.listed()
        write_segment(Path(folder), joined([again, again]), tables, mixed=True)
        assert Segment(Path(folder)).rows == 2 * len(lines)


def test_pictures_are_found_as_by_comparing_all() -> None:
    rng = np.random.default_rng(4)
    known = rng.integers(0, 1 << 63, (5000, 4), dtype=np.uint64)
    asked = known[:60].copy()
    for row, flips in enumerate(range(60)):  # 0 to 59 flipped bits
        for bit in rng.choice(256, flips, replace=False).tolist():
            asked[row, bit >> 6] ^= np.uint64(1) << np.uint64(bit & 63)
    far = np.bitwise_count(asked[:, None, :] ^ known[None, :, :]).sum(axis=2)
    rows, nodes = np.nonzero(far <= DISTANCE)
    wanted = sorted(zip(rows.tolist(), nodes.tolist(), strict=True))
    given_rows, given_nodes, distance = look_up(make_lookup(known), asked)
    assert list(zip(given_rows.tolist(), given_nodes.tolist(), strict=True)) == wanted
    assert (distance == far[given_rows, given_nodes]).all()
    assert len(wanted) == DISTANCE + 1


def test_contacts_tie_to_an_operation_and_hubs_do_not(tmp_path: Path) -> None:
    same = [listing(f"s{i}", TEXT + f" Number {i}.", account_id="seller") for i in range(4)]
    strangers = [
        {"listing_id": f"h{i}", "text": " ".join(np.random.default_rng(i).choice(WORDS, 12))
         + " book at desk@example.org", "account_id": f"p{i}"}
        for i in range(9)
    ]  # fmt: skip
    with Screener.open(make(tmp_path / "w", [*same, *strangers])) as screener:
        mine = screener.submit({"listing_id": "n1", "text": "Lamp, ring +44 113 496 0123 please"})
        assert mine.resembles is not None and mine.resembles.operation_id is not None
        assert mine.resembles.ties == ("contact",)
        assert mine.resembles.contacts == ("phone:+441134960123",)
        hub = screener.submit({"listing_id": "n2", "text": "Bicycle. book at desk@example.org"})
        assert hub.resembles is None
        assert [reason.rule for reason in hub.reasons] == ["shared-by-many"]


def test_a_number_of_strangers_without_accounts_is_not_one_party_s_own(tmp_path: Path) -> None:
    """Linking may have taken them for one operation: a number alone then holds nobody."""
    same = [listing(f"s{i}", TEXT + f" Number {i}.", account_id="seller") for i in range(4)]
    strangers = [
        {"listing_id": f"h{i}", "text": " ".join(np.random.default_rng(i).choice(WORDS, 30))
         + " call +44 113 496 0777"} for i in range(3)
    ]  # fmt: skip
    with Screener.open(make(tmp_path / "w", [*same, *strangers])) as screener:
        rows = [{"listing_id": "n1", "text": "Lamp, ring +44 113 496 0123 please"},
                {"listing_id": "n2", "text": "Bicycle, call +44 113 496 0777"}]  # fmt: skip
        batch, _ = rows_of([check_submission(row) for row in rows])
        one, other = screener.decider.weigh(batch, screener.decider.read(batch))
    for found in (one, other):
        assert found.resembles is not None and found.resembles.operation_id is not None
    assert one.facts.numbers["operation.contacts"] == 1
    assert other.facts.numbers["operation.contacts"] == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from lamplighter.screening.index import files, segment
from lamplighter.screening.index import known
left = int(sys.argv[2])
real = segment.write_array
def write(*given):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*given)
segment.write_array = write
known.RECENT = 4
from lamplighter.screening.service import Screener
from tests.screening.workspaces import listing
with Screener.open(Path(sys.argv[1])) as screener:
    for number in range(40):
        screener.submit(listing(f"k{sys.argv[2]}-{number}"))
        screener.decider.index.settle()
"""


def test_kill_9_while_a_segment_is_written(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("z", OTHER)])
    Screener.open(folder).close()
    for left in (1, 9, 25):
        run = subprocess.run(
            [sys.executable, "-c", dedent(KILLED), str(folder), str(left)],
            env={**os.environ, "PYTHONPATH": "src:."}, check=False, timeout=120,
        )  # fmt: skip
        assert run.returncode == -signal.SIGKILL
        with Screener.open(folder) as screener:
            index = screener.decider.index
            assert index.rows == screener.workspace.listings.rows
            answer = screener.submit(listing("probe"))
            assert answer.resembles is not None and answer.resembles.likeness == 1.0
        manifest = read_manifest(folder / "index")
        assert manifest is not None
        there = {path.name for path in (folder / "index").iterdir() if path.is_dir()}
        assert there == manifest.folders


def test_an_index_of_another_make_is_built_anew(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("z", OTHER)])
    Screener.open(folder).close()
    manifest = folder / "index" / "manifest.json"
    before = manifest.read_text()
    manifest.write_text(before.replace(f'"format": {FORMAT}', f'"format": {FORMAT - 1}'))
    assert manifest.read_text() != before
    with Screener.open(folder) as screener:
        assert screener.decider.index.rows == 1
    assert f'"format": {FORMAT}' in manifest.read_text()


def test_only_its_own_leftovers_are_cleared_away(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("z", OTHER)])
    Screener.open(folder).close()
    for name in ("console", "segment-000099", ".partial-000098"):
        (folder / "index" / name).mkdir()
    Screener.open(folder).close()
    left = {path.name for path in (folder / "index").iterdir()}
    assert "console" in left and not {"segment-000099", ".partial-000098"} & left


def test_a_damaged_index_is_built_anew(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("z", OTHER), listing("a")])
    Screener.open(folder).close()
    manifest = read_manifest(folder / "index")
    assert manifest is not None
    (folder / "index" / manifest.segments[0] / "keys").write_bytes(b"")
    with Screener.open(folder) as screener:
        assert screener.decider.index.rows == 2
        found = screener.submit(listing("b")).resembles
        assert found is not None and found.listings == ("a",)


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from(["even", "few", "skewed"]),
    st.sampled_from([0, 1, 300, 9_000]),
)
def test_a_value_is_found_where_a_slow_search_finds_it(seed: int, kind: str, count: int) -> None:
    """From a few thousand on its place is reckoned first, which must hold for any spread."""
    chance = np.random.default_rng(seed)
    if kind == "even":
        values = chance.integers(0, 2**63, count, dtype=np.uint64)
    elif kind == "few":
        values = chance.integers(0, max(2, count // 50), count).astype(np.uint64)
    else:
        values = (chance.pareto(0.3, count) * 1000).clip(0, 2**62).astype(np.uint64)
    values.sort()
    wanted = np.concatenate(
        [
            values[:: max(1, count // 40)],
            chance.integers(0, 2**63, 40, dtype=np.uint64),
            values[:9] + np.uint64(1),
            np.array([0, 2**63], np.uint64),
        ]
    )
    at = np.searchsorted(values, wanted)
    there = at < count
    there[there] = values[at[there]] == wanted[there]
    assert find_sorted(values, wanted).tolist() == np.where(there, at, -1).tolist()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.5]))
def test_segments_stay_few_and_no_listing_is_written_often(seed: int, restarts: float) -> None:
    """Whatever sizes restarts leave: of three million listings, a thousand to ten thousand at a time."""
    chance = np.random.default_rng(seed)
    rows: list[int] = []
    written = total = 0
    while total < 3_000_000:
        own = int(chance.integers(1_000, RECENT)) if chance.random() < restarts else RECENT
        rows, total = [*rows, own], total + own
        while count := joinable(rows):
            assert count >= TIER and sum(rows[-count:]) <= LARGEST
            written += sum(rows[-count:])
            rows = [*rows[:-count], sum(rows[-count:])]
        assert len(rows) <= 20
    assert sum(rows) == total and written <= 8 * total
