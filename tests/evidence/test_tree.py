"""Tiles, roots and proofs against the slow twin, and against published vectors."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.evidence.log import Log
from lamplighter.evidence.merkle import check_consistency, check_inclusion, leaf_hash
from lamplighter.evidence.tiles import bundle, tile_path, tiles_of, unbundle
from lamplighter.evidence.tree_writer import TreeWriter, drop_partials
from tests.evidence import slow_tree

# The eight leaves and roots of the test vectors of Certificate Transparency's own implementations.
VECTORS = (
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
)  # fmt: skip


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % index for index in range(size)]


def write_log(folder: Path, sizes: list[int]) -> list[bytes]:
    """A log that grew through these sizes, opened anew each time."""
    entries = entries_of(sizes[-1])
    for old, new in pairwise([0, *sizes]):
        tree = TreeWriter(folder, old)
        slow_tree.write(tree.add(entries[old:new]))
        assert tree.root() == Log(folder, new).root()
        drop_partials(folder, old, new)
    return entries


def test_roots_of_the_published_vectors(tmp_path: Path) -> None:
    entries = [bytes.fromhex(leaf) for leaf, _ in VECTORS]
    tree = TreeWriter(tmp_path, 0)
    for entry, (_, root) in zip(entries, VECTORS, strict=True):
        slow_tree.write(tree.add([entry]))
        assert tree.root().hex() == root
    assert slow_tree.mth(entries).hex() == VECTORS[-1][1]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=4), st.data())
def test_any_growth_gives_the_twins_roots_and_proofs(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("log")
    sizes = [sum(steps[: at + 1]) for at in range(len(steps))]
    entries = write_log(folder, sizes)
    log = Log(folder, sizes[-1])
    size = data.draw(st.integers(1, sizes[-1]))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    root = slow_tree.mth(entries[:size])
    assert log.root(size) == root
    assert [log.raw(at) for at in (0, index, sizes[-1] - 1)] == [
        entries[at] for at in (0, index, sizes[-1] - 1)
    ]
    inclusion = log.inclusion(index, size)
    assert list(inclusion.hashes) == slow_tree.path(index, entries[:size])
    assert inclusion.check(entries[index], root)
    assert not inclusion.check(entries[index] + b"!", root)
    consistency = log.consistency(old, size)
    assert list(consistency.hashes) == slow_tree.proof(old, entries[:size])
    assert consistency.check(slow_tree.mth(entries[:old]), root)
    if old != size:
        assert not consistency.check(slow_tree.mth(entries[: old + 1]), root)


@given(st.integers(1, 40), st.data())
def test_a_proof_with_anything_changed_does_not_hold(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = slow_tree.path(index, entries)
    root, leaf = slow_tree.mth(entries), leaf_hash(entries[index])
    assert check_inclusion(leaf, index, size, proof, root)
    other = data.draw(
        st.integers(0, size - 1).filter(lambda at: at != index) if size > 1 else st.just(1)
    )
    assert not check_inclusion(leaf, other, size, proof, root)
    assert not check_inclusion(leaf, index, size, [*proof, root], root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not check_inclusion(leaf, index, size, proof[:at] + proof[at + 1 :], root)
        wrong = [*proof[:at], bytes(32), *proof[at + 1 :]]
        assert not check_inclusion(leaf, index, size, wrong, root)
    old = data.draw(st.integers(1, size))
    grown = slow_tree.proof(old, entries)
    old_root = slow_tree.mth(entries[:old])
    assert check_consistency(old, size, grown, old_root, root)
    assert not check_consistency(old, size, [*grown, root], old_root, root)
    assert not check_consistency(old, size, grown, bytes(32), root)
    if grown:
        assert not check_consistency(old, size, grown[:-1], old_root, root)


def test_names_of_tiles_as_the_specification_gives_them() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path("entries", 273, 112) == "tile/entries/273.p/112"
    assert tile_path(2, 1000) == "tile/2/x001/000"
    assert list(tiles_of(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles_of(256)) == [(0, 1, 0), (1, 0, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20), st.binary(min_size=1, max_size=3))
def test_bundles_read_back_and_broken_ones_do_not(entries: list[bytes], tail: bytes) -> None:
    data = bundle(entries)
    assert unbundle(data) == entries
    with pytest.raises(ValueError, match="broken length"):
        unbundle(data + b"\xff\xff" + tail)
