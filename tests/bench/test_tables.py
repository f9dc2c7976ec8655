from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench import markdown, quality, spent, study
from bench.ours import numbers, read_labels
from bench.peers import Components, Labels, shingles
from bench.volume import input_file, truth_of
from lamplighter.simulate.measures import agreement


def exact_linker(least: int = 1) -> object:
    """A linker that joins equal texts of at least so many characters: a factory for the study."""

    def link(ids: list[str], texts: list[str]) -> Labels:
        names = [text if len(text) >= least else i for i, text in zip(ids, texts, strict=True)]
        _, codes = np.unique(names, return_inverse=True)
        return codes.astype(np.int64)

    return link


def nothing_linker(ids: list[str], texts: list[str]) -> Labels:
    return np.full(len(ids), -1, np.int64)


def test_components_are_named_by_their_smallest_index() -> None:
    components = Components(6)
    components.join(5, 3)
    components.join(3, 1)
    components.join(4, 0)
    assert components.labels().tolist() == [0, 1, -1, 1, 0, 1]


def test_shingles_have_five_characters_unless_the_text_is_shorter() -> None:
    assert shingles("ABCDEFG") == {"abcde", "bcdef", "cdefg"}
    assert shingles("ab") == {"ab"}


@pytest.mark.parametrize("peer", ["datasketch c5 0.4", "rensa c5 0.5"])
def test_peers_join_copies_and_nothing_else(peer: str) -> None:
    pytest.importorskip(peer.split()[0])
    from bench.peers import PEERS

    texts = ["a bench of solid oak, to be collected", "red bicycle with basket and bell"]
    texts += [texts[0] + " today", "lessons in pottery on monday evenings"]
    assert PEERS[peer](list("abcd"), texts).tolist() == [0, -1, 0, -1]


def test_names_become_numbers_and_nothing_minus_one() -> None:
    got = numbers(pa.array(["x", None, "y", "", "x"], pa.large_string()))
    assert got.tolist() == [got[0], -1, got[2], -1, got[0]]
    assert got[0] != got[2]


def test_labels_are_read_in_the_order_asked_and_nothing_may_be_missing(tmp_path: Path) -> None:
    columns = {"listing_id": ["c", "a", "b"], "operation_id": ["o1", None, "o1"]}
    pq.write_table(pa.table(columns), tmp_path / "listings.parquet")
    assert read_labels(tmp_path, ["a", "b", "c"]).tolist() == [-1, 0, 0]
    with pytest.raises(RuntimeError, match="1 listings are missing"):
        read_labels(tmp_path, ["a", "z"])


def test_the_grid_is_a_product() -> None:
    assert study.grid([]) == [{}]
    assert study.grid(["a=1,2", "b=0.5"]) == [{"a": 1, "b": 0.5}, {"a": 2, "b": 0.5}]


def test_held_out_sets_judge_one_combination_only() -> None:
    asked = argparse.Namespace(grid=["a=1,2"], vocabulary="held-out")
    with pytest.raises(SystemExit, match="one combination"):
        study.run(asked)


def test_study_prints_every_class_and_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    asked = argparse.Namespace(
        factory="tests.bench.test_tables:exact_linker",
        grid=["least=1,1000"],
        classes="scattered,forms",
        listings=300,
        seeds="1",
        vocabulary="dev",
    )
    study.run(asked)
    printed = capsys.readouterr().out
    assert "| class | seed | least=1 | least=1000 |" in printed
    assert "| scattered | 1 |" in printed
    assert "0/2" in printed  # no class met by joining copies


def test_quality_prints_each_linker(capsys: pytest.CaptureFixture[str]) -> None:
    asked = argparse.Namespace(
        classes="scattered",
        listings="200,300",
        vocabulary="dev",
        seeds="1",
        linkers="tests.bench.test_tables:nothing_linker",
    )
    quality.run(asked)
    printed = capsys.readouterr().out
    assert printed.count("| scattered |") == 3
    assert "| **no** |" in printed


def test_reached_asks_for_precision_f1_and_no_giant() -> None:
    truth = np.repeat(np.arange(100), 3)
    assert quality.reached("scattered", agreement(truth, truth)) is True
    merged = truth.copy()
    merged[:6] = 0
    assert quality.reached("scattered", agreement(merged, truth)) is False
    assert quality.reached("natural", agreement(truth, truth)) is None


def test_cells() -> None:
    shown = [markdown.cell(v) for v in (None, True, 0.5, 12345, "x")]
    assert shown == ["–", "yes", "0.5000", "12,345", "x"]


def test_spent_counts_the_child_and_tells_its_failure() -> None:
    got = spent.run([sys.executable, "-c", "print(sum(range(3_000_000)))"])
    assert got.output.strip() == str(sum(range(3_000_000)))
    assert got.cpu > 0
    assert got.peak_mb > 1
    with pytest.raises(RuntimeError, match="no such thing"):
        spent.run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_input_files_are_made_once_with_their_truth(tmp_path: Path) -> None:
    path = input_file(tmp_path, "volume", 500, 1, "dev")
    made = path.stat().st_mtime_ns
    assert input_file(tmp_path, "volume", 500, 1, "dev").stat().st_mtime_ns == made
    truth = truth_of(path)
    assert len(truth) == 500
    assert (truth >= 0).sum() == pytest.approx(150, abs=1)
