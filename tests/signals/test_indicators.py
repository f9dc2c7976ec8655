from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.signals.indicators import INDICATOR_SCHEMA, find
from lamplighter.signals.lexicon import Entry, Lexicon, Source, load_lexicon
from lamplighter.signals.phrase_compile import compile_lexicon
from lamplighter.signals.phrase_match import find_phrases
from lamplighter.signals.phrases import Form, expand
from lamplighter.signals.spans import join_fields
from lamplighter.text.tokens import tokenise

SOURCE = Source("A list", "A ministry", "2024")


def lexicon(*phrases: str) -> Lexicon:
    return Lexicon(
        tuple(
            Entry(f"test/{number:03}", "test", 1, "en", "expert-opinion", SOURCE, (phrase,),
                  tuple(expand(phrase)))
            for number, phrase in enumerate(phrases)
        )
    )  # fmt: skip


def strings(*values: str) -> pa.Array:
    return pa.array(list(values), pa.large_string())


def terms(text: str, *phrases: str) -> list[str]:
    """What was found in one text, as written."""
    texts = strings(text)
    table = find(tokenise(texts), texts, lexicon(*phrases))
    assert table.schema == INDICATOR_SCHEMA
    table.validate(full=True)
    return [text[hit["start"] : hit["end"]] for hit in table.to_pylist()]


def test_whole_words_in_order_within_a_sentence() -> None:
    assert terms("No passport, no passports. Pass port", "passport") == ["passport"]
    assert terms("Recruitment FEE and recruitment-fees", "recruitment {fee|fees}") == [
        "Recruitment FEE",
        "recruitment-fees",
    ]
    assert terms("the fee recruitment", "recruitment fee") == []
    assert terms("It is little. Girls play.", "little girls") == []


def test_gaps_numbers_and_negations() -> None:
    phrase = "keeps {0,2} passport"
    assert terms("keeps passport", phrase) == ["keeps passport"]
    assert terms("he keeps all the passport here", phrase) == ["keeps all the passport"]
    assert terms("keeps all of the passport", phrase) == []
    assert terms("keeps no passport", phrase) == []
    assert terms("earn 5000 a week", "earn # {0,2} week") == ["earn 5000 a week"]
    assert terms("earn much a week", "earn # {0,2} week") == []
    assert terms("she is 19 years old", "{18-22} years old") == ["19 years old"]
    assert terms("xx aa bb bb cc", "aa {0,1} bb cc") == ["aa bb bb cc"]


@pytest.mark.parametrize(
    "disguised",
    [
        "p\u200bassport kept",
        "PASSPORT KEPT",
        "p\u0430ssport kept",
        "\uff50\uff41\uff53\uff53\uff50\uff4f\uff52\uff54 kept",
        "passpórt kept",
        "p4ssport kept",
    ],
)
def test_disguises(disguised: str) -> None:
    assert terms(disguised, "passport kept") == [disguised]


def test_scripts_without_spaces() -> None:
    assert terms("公司保管护照和合同", "保管护照") == ["保管护照"]
    assert terms("公司护照保管", "保管护照") == []


def test_spans_count_characters_of_the_field() -> None:
    titles = pa.array(["Ünï fee", None, "", "fee"], pa.large_string())
    bodies = strings("😀 é fee", "ü fee", "fee", "x")
    texts, title_bytes = join_fields(titles, bodies)
    table = find(tokenise(texts), texts, lexicon("fee"), None, title_bytes)
    found = [(hit["row"], hit["field"], hit["start"], hit["end"]) for hit in table.to_pylist()]
    assert found == [
        (0, "title", 4, 7),
        (0, "text", 4, 7),
        (1, "text", 2, 5),
        (2, "text", 0, 3),
        (3, "title", 0, 3),
    ]


def test_a_phrase_does_not_run_from_title_into_text() -> None:
    texts, title_bytes = join_fields(strings("little"), strings("girl"))
    assert find(tokenise(texts), texts, lexicon("little girl"), None, title_bytes).num_rows == 0


def test_overlaps_of_one_entry_are_merged() -> None:
    assert terms("aa bb aa bb aa", "aa bb aa") == ["aa bb aa"]
    assert terms("young girl", "young {girl|girls}", "young") == ["young girl", "young"]


def test_a_collision_of_hashes_is_no_hit() -> None:
    words = lexicon("passport")
    matcher = compile_lexicon(words)
    wrong = {key: frozenset({"another"}) for key in matcher.spelled}
    texts = strings("a passport")
    tokens = tokenise(texts)
    assert len(find_phrases(tokens, texts, matcher).row) == 1
    assert len(find_phrases(tokens, texts, matcher._replace(spelled=wrong)).row) == 0


def test_nothing_and_slices() -> None:
    empty = pa.array([], pa.large_string())
    assert find(tokenise(empty), empty, load_lexicon()).num_rows == 0
    texts = strings("x", "teen", "", "young").slice(1)
    table = find(tokenise(texts), texts, load_lexicon())
    assert table["row"].to_pylist() == [0, 2]


def twin(words: Sequence[str], firsts: Sequence[bool], form: Form) -> set[tuple[int, int]]:
    """All matches of a form by plain backtracking: (first, last) words, shortest gaps first."""

    def match(at: int, item: int, start: int) -> int | None:
        if item == len(form):
            return at - 1
        place = form[item]
        if isinstance(place, int) and place > 0:
            for skipped in range(place + 1):
                over = range(at, at + skipped)
                if any(k >= len(words) or firsts[k] or words[k] == "no" for k in over):
                    return None
                end = match(at + skipped, item + 1, start)
                if end is not None:
                    return end
            return None
        if at >= len(words) or (at > start and firsts[at]):
            return None
        fits = words[at].isdigit() if isinstance(place, int) else words[at] in place
        return match(at + 1, item + 1, start) if fits else None

    found = set()
    for start in range(len(words)):
        end = match(start, 0, start)
        if end is not None:
            found.add((start, end))
    return found


def apart(found: set[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for first, last in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or first > kept[-1][1]:
            kept.append((first, last))
    return kept


VOCABULARY = ["ant", "bee", "cat", "dog", "no", "77"]
PLACE = st.one_of(
    st.sampled_from(["ant", "bee", "cat", "{ant|bee}", "{cat|dog}", "{ant bee|dog}", "#"]),
    st.sampled_from(["{0,1}", "{0,2}", "{0,4}"]),
)
WORDS = st.lists(st.sampled_from([*VOCABULARY, "."]), max_size=14)


@settings(max_examples=150, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=6), st.lists(WORDS, min_size=1, max_size=4))
def test_against_a_slow_twin(places: list[str], rows: list[list[str]]) -> None:
    try:
        forms = expand(" ".join(places))
    except ValueError:
        return
    if any(form[0] == 0 and all(isinstance(item, int) for item in form[:2]) for form in forms):
        return
    texts = strings(*(" ".join(row) for row in rows))
    book = lexicon(" ".join(places))
    hits = find_phrases(tokenise(texts), texts, compile_lexicon(book, frozenset({"no"})))
    offset = tokenise(texts).offsets
    got = [
        (row, first - offset[row], last - offset[row])
        for row, first, last in zip(hits.row, hits.first, hits.last, strict=True)
    ]
    want: list[tuple[int, int, int]] = []
    for number, row in enumerate(rows):
        words, firsts, fresh = [], [], True
        for word in row:
            if word == ".":
                fresh = True
                continue
            words.append(word)
            firsts.append(fresh)
            fresh = False
        spans = set[tuple[int, int]]().union(*(twin(words, firsts, form) for form in forms))
        want.extend((number, first, last) for first, last in apart(spans))
    assert got == want


def test_rows_in_another_order_give_the_same() -> None:
    rows = ["teen room", "young girl available", "keeps your passport", "", "reliable"] * 3
    order = np.random.default_rng(4).permutation(len(rows))
    texts, other = strings(*rows), strings(*(rows[at] for at in order))
    one, two = (find(tokenise(t), t, load_lexicon()).to_pylist() for t in (texts, other))
    back = [{**hit, "row": int(order[hit["row"]])} for hit in two]
    assert sorted(back, key=lambda hit: (hit["row"], hit["entry"], hit["start"])) == one
