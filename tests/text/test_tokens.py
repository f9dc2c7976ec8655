"""Tokens read past disguises."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.text.fold import fold_word
from lamplighter.text.tokens import (
    MARK_HOMOGLYPH,
    MARK_SPACED,
    MARK_ZERO_WIDTH,
    hash_phrase,
    tokenise,
)


@pytest.mark.parametrize(
    "disguised",
    ["CLEAN house", "c1ean h0u5e", "сlеаn hоusе", "c l e a n house", "c.l.e.a.n house",
     "cl\u200bean house", "ｃｌｅａｎ house", "clean🔥house", "𝐜𝐥𝐞𝐚𝐧 house", "cléan hoüse", "cle@n hou$e"],
)  # fmt: skip
def test_a_disguise_changes_no_token(disguised: str) -> None:
    assert hash_phrase(disguised) == hash_phrase("clean house")


def test_numbers_stay_apart() -> None:
    seen = {tuple(hash_phrase(str(number))) for number in range(1000)}
    assert len(seen) == 1000
    assert hash_phrase("10") != hash_phrase("io")


def test_marks_say_what_was_disguised() -> None:
    def marks(text: str) -> int:
        return int(tokenise(pa.array([text], pa.large_string())).marks[0])

    assert marks("сlean") & MARK_HOMOGLYPH
    assert marks("cl\u200bean") & MARK_ZERO_WIDTH
    assert marks("c l e a n") & MARK_SPACED
    assert not marks("Привет") & MARK_HOMOGLYPH
    assert not marks("don’t") & (MARK_HOMOGLYPH | MARK_ZERO_WIDTH)


def test_scripts_without_spaces_give_overlapping_pieces() -> None:
    assert len(hash_phrase("你好世界")) == 3
    assert len(hash_phrase("中")) == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=8))
def test_spans_lie_in_their_text_in_order(texts: list[str]) -> None:
    texts = [t.encode("utf-8", "ignore").decode() for t in texts]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    for row, text in enumerate(texts):
        raw = text.encode()
        last = 0
        for at in range(tokens.offsets[row], tokens.offsets[row + 1]):
            start, end = int(tokens.starts[at]), int(tokens.ends[at])
            assert 0 <= start < end <= len(raw)
            assert start >= last or tokens.marks[at] & 128
            raw[start:end].decode()  # never inside a character
            last = start


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_row_reads_the_same_alone_and_in_a_batch(texts: list[str]) -> None:
    texts = [t.encode("utf-8", "ignore").decode() for t in texts]
    together = tokenise(pa.array(texts, pa.large_string()))
    for row, text in enumerate(texts):
        part = together.hashes[together.offsets[row] : together.offsets[row + 1]]
        assert part.tolist() == hash_phrase(text)


def test_the_slow_twin_folds_alike() -> None:
    assert fold_word("сlеаn") == fold_word("CLEAN") == fold_word("c1e4n")
