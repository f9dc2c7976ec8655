"""Entries are RFC 8785, and keys and notes are as C2SP writes them."""

from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.act import Act
from lamplighter.evidence.block import read_head, unpack
from lamplighter.evidence.bulk import encode_columns
from lamplighter.evidence.entry import canonical, check_public, commit, decode, encode
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.note import SignerKey, VerifierKey, check_signed, parse_note

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)  # fmt: skip
TREES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_what_an_act_may_hold_is_written_as_rfc_8785_says(value: dict[str, object]) -> None:
    check_public(value)
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(KEYS, TREES, max_size=4), st.datetimes())
def test_an_entry_reads_back(public: dict[str, object], moment: datetime) -> None:
    act = Act("note", moment.replace(tzinfo=UTC), "user:1", public)  # type: ignore[arg-type]
    entry = decode(3, encode(act, "ab" * 32))
    assert (entry.kind, entry.time, entry.actor, entry.public) == (
        "note", act.time, "user:1", public,
    )  # fmt: skip


@given(
    st.dictionaries(KEYS, TREES, max_size=3),
    st.lists(st.tuples(st.none() | st.binary(max_size=9), TREES, st.booleans()), max_size=5),
)
def test_entries_of_a_batch_are_written_as_one_by_one(
    public: dict[str, Any], rows: list[tuple[bytes | None, Any, bool]]
) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    stored = [("ab" * 32,) if has else () for _, _, has in rows]
    entries, run = encode_columns(
        7, "note", "user:1", moment, [private for private, _, _ in rows], public,
        {"own": [value for _, value, _ in rows]}, stored,
    )  # fmt: skip
    opened = {
        opening.index: opening
        for block in run.blocks()
        if (head := read_head(block, 0))
        for opening in unpack(block, head)
    }
    assert [opening.private for opening in opened.values()] == [
        r[0] for r in rows if r[0] is not None
    ]
    for index, (private, value, _) in enumerate(rows, 7):
        commitment = None if private is None else commit(opened[index].salt, private)
        act = Act("note", moment, "user:1", public | {"own": value}, objects=stored[index - 7])
        assert entries[index - 7] == encode(act, commitment)


# The example of the Go package golang.org/x/mod/sumdb/note, with the key that it publishes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
    "b6KE6RyyBwJnAM=\n"
).encode()


def test_a_note_signed_by_go_is_accepted_and_a_changed_one_is_not() -> None:
    key = VerifierKey.parse(PETER)
    assert str(key) == PETER
    check_signed(parse_note(SIGNED), key)
    with pytest.raises(TamperError, match="forged"):
        check_signed(parse_note(SIGNED.replace(b"answer", b"Answer")), key)


def test_a_key_reads_back_and_signs() -> None:
    key = SignerKey.make("example.org/log")
    assert SignerKey.parse(str(key)) == key
    check_signed(parse_note(key.sign(b"text\n")), key.verifier)
    with pytest.raises(TamperError, match="no signature"):
        check_signed(parse_note(key.sign(b"text\n")), SignerKey.make("example.org/log").verifier)


@pytest.mark.parametrize("name", ["", "with space", "a+b", "a\nb"])
def test_a_name_that_no_note_may_carry_is_refused(name: str) -> None:
    with pytest.raises(LedgerError):
        SignerKey.make(name)
