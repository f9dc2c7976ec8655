from __future__ import annotations

import re

import numpy as np
import pytest

from bench.classes import CLASSES, REACH, Which, make_set
from bench.sets.evasion import evade, leet, spacing, zero_width
from bench.sets.letters import LETTERS
from bench.sets.natural import phrases
from bench.sets.recipe import TECHNIQUES
from bench.sets.speech import Phones
from bench.sets.vocabulary import vocabulary

LISTINGS = 400


@pytest.mark.parametrize("which", ["dev", "held-out"])
@pytest.mark.parametrize("name", CLASSES)
def test_a_set_has_what_its_recipe_says(name: str, which: Which) -> None:
    ids, texts, truth = make_set(name, LISTINGS, 3, which)
    recipe = CLASSES[name]
    assert len(ids) == len(set(ids)) == len(texts) == len(truth) == LISTINGS
    assert all(text.strip() for text in texts)
    planted = int((truth >= 0).sum())
    assert abs(planted - recipe.planted * LISTINGS) <= 1
    sizes = np.bincount(truth[truth >= 0])
    assert (sizes >= 2).all()
    if recipe.sizes == "pairs":
        assert (sizes == 2).all()


@pytest.mark.parametrize("name", ["mixed", "natural", "forms-reposted", "numbers"])
def test_the_same_question_has_the_same_answer_and_another_seed_another(name: str) -> None:
    first, again, other = (make_set(name, LISTINGS, seed, "dev") for seed in (1, 1, 2))
    assert first[1] == again[1]
    assert (first[2] == again[2]).all()
    assert first[1] != other[1]


@pytest.mark.parametrize("source", ["goods", "website", "quotes", "natural", "numbers"])
def test_what_strangers_share_does_not_grow_with_the_set(source: str) -> None:
    few, many = (make_set(source, size, 1, "dev")[1] for size in (100, 2_000))
    longest = [max(len(text.split()) for text in texts) for texts in (few, many)]
    assert longest[1] < 2 * longest[0]


def test_every_target_is_of_a_class() -> None:
    assert set(REACH) <= set(CLASSES)


@pytest.mark.parametrize("language", sorted({language for language, _ in LETTERS} | {"japanese"}))
def test_vocabularies_share_no_word(language: str) -> None:
    def words(which: str) -> set[str]:
        v = vocabulary(language, which)
        return {w.lower() for w in (*v.common, *v.content, *v.names, *v.goods, *v.cities)}

    assert not words("dev") & words("held-out")
    assert not set(vocabulary(language, "dev").stock) & set(vocabulary(language, "held-out").stock)


def test_natural_grammars_share_nothing_but_the_commonest_words() -> None:
    dev, held_out = phrases("dev"), phrases("held-out")
    assert not set(dev.stock) & set(held_out.stock)
    assert not set(dev.general) & set(held_out.general)
    for key in set(dev.words) - {"month"}:
        assert not set(dev.words[key]) & set(held_out.words[key]), key
    assert len(dev.every) > 2000


def test_boiler_stands_on_its_share_of_all_listings() -> None:
    _, texts, truth = make_set("boiler", 2000, 5, "dev")
    stock = [s.lower() for s in vocabulary("plain", "dev").stock[:6]]
    has = np.array([any(s in text.lower() for s in stock) for text in texts])
    assert 0.25 < has.mean() < 0.35
    assert 0.22 < has[truth >= 0].mean() < 0.38


def test_half_of_the_singles_are_forms() -> None:
    _, texts, truth = make_set("forms-lines", 2000, 5, "dev")
    lines = np.array([text.count("\n") >= 4 for text in texts])
    assert 0.45 < lines[truth < 0].mean() < 0.55
    assert not lines[truth >= 0].any()


def test_scripts_without_spaces_have_none_within_a_sentence() -> None:
    for name in ("chinese", "japanese"):
        _, texts, _ = make_set(name, 200, 1, "dev")
        assert np.mean([text.count(" ") for text in texts]) < 3


def test_only_campaigns_evade() -> None:
    _, texts, truth = make_set("evasion-zero-width", 500, 2, "dev")
    hidden = np.array([bool(re.search("[\u200b\u200c\u2060\ufeff\u00ad]", t)) for t in texts])
    assert hidden[truth >= 0].mean() > 0.8
    assert not hidden[truth < 0].any()


def test_every_technique_changes_a_word() -> None:
    from random import Random

    for technique in TECHNIQUES:
        changed = sum(evade("potato", Random(seed), technique) != "potato" for seed in range(50))
        assert changed >= 48, technique
    assert leet("oasis", Random(1)) != "oasis"
    assert spacing("word", Random(1)).replace(spacing("word", Random(1))[1], "") == "word"
    assert len(zero_width("word", Random(1))) > 4


@pytest.mark.parametrize("shape", ["(###) ###-####", "08# ### ####"])
def test_phone_numbers_never_repeat(shape: str) -> None:
    phones = Phones(11)
    numbers = [phones.fill(shape) for _ in range(20_000)]
    assert len(set(numbers)) == len(numbers)


def test_an_unknown_class_or_vocabulary_is_named() -> None:
    with pytest.raises(ValueError, match="no class 'nonsense'"):
        make_set("nonsense", 10, 1, "dev")
    with pytest.raises(ValueError, match="no vocabulary"):
        vocabulary("plain", "third")
