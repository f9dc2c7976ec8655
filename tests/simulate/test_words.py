"""What the texts say: bland words only; slots intact; grammars well formed."""

from __future__ import annotations

import re

import numpy as np
import phonenumbers
import pytest

from lamplighter.foundation.errors import InputError
from lamplighter.simulate.batches import simulate
from lamplighter.simulate.chance import scattered
from lamplighter.simulate.cities import cities
from lamplighter.simulate.grammar import VOCABULARIES, Compiler, tables
from lamplighter.simulate.phones import PER_PREFIX, Numbers
from lamplighter.simulate.words import LANGUAGES

#: Words that have no place in a simulated listing (whole words, lower case).
_NEVER = {
    "sexual",
    "erotic",
    "nude",
    "porn",
    "escort",
    "lingerie",
    "seductive",
    "incall",
    "outcall",
}
#: Words for the young, each with the word that must stand beside it.
_YOUNG = {"teen", "child", "children", "young", "baby", "girl", "girls", "boy", "boys", "minor"}
_ORDINARY = re.compile(
    r"teen room furniture|teen desk|child care|children left home|children play in the court"
    r"|young famil|young couple|young adult novels|young mother and father|young parents"
    r"|new baby|cot for a baby|no children yet"
)


def _leaves(vocabulary: str, language: str) -> list[str]:
    return [body for table in tables(vocabulary, language).values() for body in table.values()]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_grammars_are_bland(vocabulary: str, language: str) -> None:
    for body in _leaves(vocabulary, language):
        words = set(re.findall(r"[\w-]+", body.lower()))
        assert not words & _NEVER, words & _NEVER


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_words_for_the_young_stand_in_ordinary_places(vocabulary: str) -> None:
    for trade, table in tables(vocabulary, "en").items():
        for body in table.values():
            rest = _ORDINARY.sub("", body.lower().replace("teen's room", "teen room furniture"))
            found = set(re.findall(r"\w+", rest)) & _YOUNG
            assert not found, (trade, found)
            if trade in ("personal", "household", "abroad"):
                assert not set(re.findall(r"\w+", body.lower())) & _YOUNG, trade


def test_ages_are_those_of_adults() -> None:
    ages = [
        int(found)
        for vocabulary in VOCABULARIES
        for block in simulate(20_000, 2, vocabulary=vocabulary)
        for text in block.listings["text"].to_pylist()
        for found in re.findall(r"(\d+) years old, and I offer|I am (?:\d+), and", text)
        if found
    ]
    assert ages
    assert min(ages) >= 26


def test_numbers_of_every_city_validate_and_differ() -> None:
    compiler = Compiler()
    numbers = Numbers(compiler)
    table = cities()
    contacts = np.arange(0, 3 * PER_PREFIX, 60_013)
    for city, country in enumerate(table.countries):
        found = numbers.number(contacts, np.full(len(contacts), city))
        for national in found[:60].tolist():
            parsed = phonenumbers.parse(str(national), country)
            assert phonenumbers.is_valid_number(parsed), (national, table.names[city])
    where = np.arange(len(contacts)) % len(table.names)
    few = contacts[contacts < PER_PREFIX]
    assert len(np.unique(numbers.number(few, where[: len(few)]))) == len(few)


def test_a_wrong_grammar_is_named() -> None:
    with pytest.raises(InputError, match=r"\{nowhere\}"):
        Compiler().table("en.goods", "en.common", {"text": "see {nowhere}"})


@pytest.mark.parametrize("size", [1, 2, 5, 16, 17, 1000])
def test_scattering_is_a_permutation(size: int) -> None:
    found = scattered(np.arange(size), size, 4)
    assert sorted(found.tolist()) == list(range(size))


@pytest.mark.parametrize("mix", ["evasion", "padding", "scattered", "forms", "unspaced", "scripts"])
def test_mixes_keep_the_contacts_readable(mix: str) -> None:
    """Edits, disguise and padding never touch what a slot wrote."""
    blocks = list(simulate(2000, 6, mix=mix))
    texts = [text for block in blocks for text in block.listings["text"].to_pylist()]
    assert all(text.strip() for text in texts)
    mails = [mail for text in texts for mail in re.findall(r"[\x21-\x7e]+@[\x21-\x7e]+", text)]
    assert len(mails) > 100
    assert all(re.match(r"[a-z]+[._-]\d+@([a-z]+\.)?example\.(com|org|net)", m) for m in mails)


def test_unspaced_texts_are_edited_too() -> None:
    """Copies of one template differ by words although no blank parts them."""
    copies: dict[str, set[str]] = {}
    for block in simulate(3000, 6, mix="unspaced"):
        texts = block.listings["text"].to_pylist()
        for template, text in zip(block.truth["template_id"].to_pylist(), texts, strict=True):
            if template:
                copies.setdefault(template, set()).add(re.sub(r"[\x00-\x7f]+", "", text))
    assert sum(len(texts) for texts in copies.values()) > 1.8 * len(copies)


def test_evasion_disguises_and_padding_lengthens() -> None:
    def campaign(mix: str) -> list[str]:
        rows: list[str] = []
        for block in simulate(4000, 6, mix=mix):
            member = [name != "" for name in block.truth["operation_id"].to_pylist()]
            rows += [
                t for t, m in zip(block.listings["text"].to_pylist(), member, strict=True) if m
            ]
        return rows

    plain, evasion, padding = (campaign(mix) for mix in ("scattered", "evasion", "padding"))
    strange = re.compile("[\u200b-\u200d\u2060а-яѕіј🌸-💫]|[a-z] [a-z] [a-z] |[a-z]\\.[a-z]\\.")
    changed = sum(bool(strange.search(text)) for text in evasion) / len(evasion)
    assert changed > 0.6
    assert sum(bool(strange.search(text)) for text in plain) / len(plain) < 0.1
    assert np.mean([len(t) for t in padding]) > 1.3 * np.mean([len(t) for t in plain])
