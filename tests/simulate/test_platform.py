"""Simulated platforms: the truth says what was done, and honest ones do nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lamplighter.foundation.errors import UsageError
from lamplighter.simulate.platform import simulate_platform, write_platform
from lamplighter.simulate.platform_edits import TermFinder, disguised, masked, without
from lamplighter.simulate.platform_habits import platform_words

PRACTICES = {"automatic_filter", "manual_sanitising", "coaching", "age_reentry",
             "missing_originals"}  # fmt: skip


def made(platform: str, seed: int = 3, listings: int = 3000) -> tuple[pa.Table, pa.Table]:
    blocks = list(simulate_platform(platform, listings, seed))
    return (pa.Table.from_batches([block.listings for block in blocks]),
            pa.Table.from_batches([block.truth for block in blocks]))  # fmt: skip


def test_an_honest_platform_practises_nothing() -> None:
    pairs, truth = made("honest")
    assert not PRACTICES & set(truth["practice"].to_pylist())
    actions = Counter(pairs["moderation_action"].to_pylist())
    assert {"published", "refused", "removed", "edited"} <= set(actions)


def test_a_sanitising_platform_practises_everything_and_says_where() -> None:
    pairs, truth = made("sanitising")
    assert set(truth["practice"].to_pylist()) >= PRACTICES
    rows = {row["listing_id"]: row for row in pairs.to_pylist() if row["published_text"]}
    seen = 0
    for fact in truth.to_pylist():
        row = rows.get(fact["listing_id"])
        if (
            fact["practice"] == "automatic_filter"
            and row
            and row["text"] not in ("", row["published_text"])
        ):
            finder = TermFinder([fact["term"]])
            before = len(finder.find(row["text"]))
            assert before > len(finder.find(row["published_text"])), fact
            seen += 1
    assert seen > 500


def test_the_vocabularies_share_no_listed_word() -> None:
    one, two = platform_words("default"), platform_words("second")
    for name in ("filter", "judgement", "coached"):
        assert not set(getattr(one, name)) & set(getattr(two, name))
    assert set(one.euphemisms) <= set(one.filter)


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for name, threads in (("a", 1), ("b", 2)):
        write_platform("mixed", 500, 9, tmp_path / f"{name}.jsonl", tmp_path / f"{name}.csv",
                       threads=threads)  # fmt: skip
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_an_unknown_platform_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="There is no platform 'fair'"):
        next(simulate_platform("fair", 10, 1))
    with pytest.raises(UsageError, match="There is no vocabulary 'third'"):
        next(simulate_platform("honest", 10, 1, vocabulary="third"))


def test_a_plain_filter_misses_what_is_disguised() -> None:
    finder = TermFinder(["quick sale", "barn"], case_sensitive=True)
    text = "quick sale of a barn door, not of barnacles or a BARN"
    spans = finder.find(text)
    assert [span[2] for span in spans] == ["quick sale", "barn"]
    assert without(text, spans) == "of a door, not of barnacles or a BARN"
    chance = np.random.default_rng(1)
    assert not finder.find(disguised("quick sale", chance))
    assert masked("call 555 201 1000 or a@example.org") == (
        "call [contact hidden] or [contact hidden]"
    )
