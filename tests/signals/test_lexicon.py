from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.foundation.errors import InputError
from lamplighter.signals.lexicon import (
    REFUTED,
    STRONG_CATEGORIES,
    lexicon_text,
    load_lexicon,
    read_lexicon,
)
from lamplighter.signals.phrases import PhraseError, expand

HEAD = """\
[sources.mine]
title = "A list"
publisher = "A ministry"
date = "2024-05"

[[entry]]
id = "labour/test"
category = "labour"
weight = 1
language = "en"
evidence = "expert-opinion"
source = "mine"
phrases = ["a {b|c d}"]
"""


def read(text: str) -> None:
    read_lexicon(lexicon_text("mine.toml", text))


def test_the_packaged_lexicon_keeps_the_rules() -> None:
    entries = load_lexicon().entries
    assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)
    for entry in entries:
        assert entry.source.kind in ("government", "intergovernmental", "academic")
        assert entry.source.date and entry.source.title and entry.source.publisher
        if entry.evidence in REFUTED:
            assert entry.weight <= 0
        if entry.protected:
            assert entry.weight == 0
        if entry.category == "child":
            assert entry.evidence == "official-list" and entry.context.startswith("person-")
        assert entry.evidence in STRONG_CATEGORIES.get(entry.category, (entry.evidence,))
    categories = {entry.category for entry in entries}
    assert categories >= {"child", "trust", "youth", "movement", "screening", "age-under-23",
                          "ethnicity", "labour", "control"}  # fmt: skip


def test_movement_language_points_the_other_way() -> None:
    entry = load_lexicon().entry("movement/new-in-town")
    assert entry.evidence == "tested-negative" and entry.weight < 0


def test_a_user_extends_replaces_and_removes(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('remove = ["child/fresh"]\n' + HEAD, "utf-8")
    again = tmp_path / "again.toml"
    again.write_text(HEAD.replace("weight = 1", "weight = 2"), "utf-8")
    base, more, replaced = load_lexicon(), load_lexicon([path]), load_lexicon([path, again])
    assert len(more.entries) == len(base.entries)
    assert more.entry("labour/test").forms == ((("a",), ("b",)), (("a",), ("c",), ("d",)))
    assert replaced.entry("labour/test").weight == 2
    with pytest.raises(KeyError):
        more.entry("child/fresh")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the lexicon cannot be read"):
        load_lexicon([tmp_path / "none.toml"])
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="the lexicon cannot be read"):
        load_lexicon([tmp_path / "binary.toml"])


def test_an_error_shows_the_place() -> None:
    with pytest.raises(InputError) as caught:
        read(HEAD.replace('"expert-opinion"', '"tested-null"'))
    assert str(caught.value).splitlines() == [
        "a sign that is tested-null may not have the weight 1",
        "  where: mine.toml:9:1",
        "    |",
        "  9 | weight = 1",
        "    | ^^^^^^",
        "  hint:  it was tested and is not a sign: weight = 0, "
        "or less where it points the other way",
    ]


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("weight = 1", "weight = 99", "a number from -10 to 10", 9),
        ("weight = 1", "weight = 1\nprotected = true", "a protected characteristic", 9),
        ('category = "labour"', 'category = "child"', "which expert-opinion evidence", 11),
        ('category = "labour"', 'category = "trust"', "which expert-opinion evidence", 11),
        ('"labour/test"', '"Labour Test"', "is no id", 7),
        ('language = "en"', 'language = "English"', "is no language", 10),
        ('source = "mine"', 'source = "yours"', "is not in this file", 12),
        ('date = "2024-05"', 'date = "May"', "'May' is no date", 4),
        ('title = "A list"\n', "", "a source needs `title`", 1),
        ("{b|c d}", "{b|c", "a brace has no partner", 13),
        ("{b|c d}", "{b||c}", "an alternative is empty", 13),
        ("{b|c d}", "{0,3}", "begins and ends with a word", 13),
        ("{b|c d}", "{9-2}", "a range goes up", 13),
        ('phrases = ["a {b|c d}"]', "phrases = []", "needs phrases", 13),
        ('source = "mine"', 'source = "mine"\ncolour = "red"', "`colour` is not known", 13),
        ('source = "mine"', 'source = "mine"\ncontext = "any"', "is no context", 13),
        ('source = "mine"', "source = mine", "not valid TOML", 12),
    ],
)  # fmt: skip
def test_errors_tell_what_and_where(old: str, new: str, what: str, line: int) -> None:
    assert old in HEAD
    with pytest.raises(InputError) as caught:
        read(HEAD.replace(old, new))
    assert what in str(caught.value)
    assert f"mine.toml:{line}:" in str(caught.value)
    assert "hint:" in str(caught.value)


def test_an_id_is_there_once() -> None:
    with pytest.raises(InputError, match="is there twice"):
        read(HEAD + HEAD[HEAD.index("[[entry]]") :])


def test_a_child_term_needs_a_context() -> None:
    text = HEAD.replace('"labour"', '"child"').replace("expert-opinion", "official-list")
    with pytest.raises(InputError, match="judged in context"):
        read(text)


WORD = st.text("abcdefg", min_size=1, max_size=4)


@given(st.lists(st.lists(WORD, min_size=1, max_size=4, unique=True), min_size=1, max_size=4))
def test_alternatives_of_single_words_are_one_form(places: list[list[str]]) -> None:
    phrase = " ".join("{" + "|".join(words) + "}" for words in places)
    assert expand(phrase) == [tuple(tuple(sorted(words)) for words in places)]


@given(st.text("ab{}|-0,39# ", max_size=20))
def test_any_text_is_a_phrase_or_an_error(phrase: str) -> None:
    try:
        forms = expand(phrase)
    except PhraseError as error:
        assert error.what
    else:
        assert forms


def test_numbers_and_glued_pieces() -> None:
    assert expand("{18-20} yo") == [(("18", "19", "20"), ("yo",))]
    assert expand("{18-19}yo") == [(("18yo", "19yo"),)]
    assert expand("earn # {0,2} day") == [(("earn",), 0, 2, ("day",))]
    with pytest.raises(PhraseError, match="forms"):
        expand(" ".join(["{a b|c d|e f|g h|i j}"] * 3))
