import importlib.util
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lamplighter.signals.indicators import find
from lamplighter.signals.lexicon import Lexicon, lexicon_text, load_lexicon, read_lexicon
from lamplighter.text.tokens import tokenise

_BENCH = Path(__file__).parents[2] / "bench" / "context_kinds.py"


def bench() -> Any:
    """The benchmark's module, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("context_kinds", _BENCH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["context_kinds"] = module
    spec.loader.exec_module(module)
    return module


Found = dict[str, tuple[bool, str]]

#: Words that stand for terms of the list, so that no test describes anybody.
STAND_INS = """
[sources.test]
title = "Stand-ins"
publisher = "These tests"
kind = "government"
date = "2026"

[[entry]]
id = "child/walnut"
category = "child"
weight = 10
language = "en"
evidence = "official-list"
source = "test"
context = "person-modifier"
phrases = ["walnut"]

[[entry]]
id = "child/hazels"
category = "child"
weight = 10
language = "en"
evidence = "official-list"
source = "test"
context = "person-noun"
phrases = ["{hazel|hazels}"]
"""


def stand_ins() -> Lexicon:
    """A lexicon of two words."""
    return read_lexicon(lexicon_text("stand-ins.toml", STAND_INS))


def judged(text: str, category: str | None = None, lexicon: Lexicon | None = None) -> Found:
    """Entry → whether it counts and why."""
    texts = pa.array([text], pa.large_string())
    categories = pa.array([category], pa.large_string())
    table = find(tokenise(texts), texts, lexicon or load_lexicon(), categories)
    return {hit["entry"]: (hit["counts"], hit["why"]) for hit in table.to_pylist()}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("teen bedroom furniture", "furniture"),
        ("young couple seeks flat", None),
        ("fresh eggs every Friday", None),
        ("weather radio with amber alert", "electronics"),
        ("girl's bike for a little girl", None),
        ("school girl uniform for sale", "other"),
        ("young dogs looking for a home", "pets"),
        ("teen driving school", "services"),
        ("companion for our mother, young at heart", "services"),
        ("Ford Escort, first car of our teen", "cars"),
        ("relaxing massage chair from a teen room", "other"),
        ("junior soccer, young players welcome", None),
        # The category alone is no reason where the words explain themselves.
        ("young couple offers company at chess", "personal services"),
        ("makeup for teen girls before the prom dress", "personal services"),
    ],
)
def test_ordinary_words_do_not_count(text: str, category: str | None) -> None:
    found = judged(text, category)
    child = {entry: counts for entry, (counts, _) in found.items() if entry.startswith("child/")}
    assert child
    assert not any(child.values())


@pytest.mark.parametrize(
    ("text", "category", "entry"),
    [
        ("walnut companion available", "companionship", "child/walnut"),
        ("walnut companion available", "Services > Companionship", "child/walnut"),
        ("walnut companion available tonight", "services", "child/walnut"),
        ("wаlnut companion available", "personal services", "child/walnut"),
        ("w\u200balnut companion available", "personal services", "child/walnut"),
        ("hazel companion available", "companionship", "child/hazels"),
    ],
)
def test_a_term_counts_where_company_is_offered(
    text: str, category: str | None, entry: str
) -> None:
    counts, why = judged(text, category, stand_ins())[entry]
    assert counts
    assert why.startswith("describes the person whose company is offered")


@pytest.mark.parametrize("text", ["no hazels, walnut trees only", "company for your hazel's dog"])
def test_a_term_that_is_denied_or_belongs_to_another_does_not_count(text: str) -> None:
    found = judged(text, "companionship", stand_ins())
    assert found
    assert not any(counts for counts, _ in found.values())


def test_why_says_what_decided() -> None:
    assert judged("young couple seeks flat", "housing")["child/young"][1] == (
        "posted under “housing”, and nothing in the listing offers a person's company"
    )
    assert judged("young couple seeks flat")["child/young"][1] == (
        "nothing in the listing offers a person's company"
    )
    held = stand_ins()
    assert judged("walnut couple available", "companionship", held)["child/walnut"][1] == (
        "goes with “couple”: a family"
    )
    assert judged("no hazels", "companionship", held)["child/hazels"][1] == "is denied"
    assert judged("company for a hazel", "companionship", held)["child/hazels"][1] == (
        "speaks of whom it is for, not of who is offered"
    )


def test_tested_language_counts_only_where_it_was_tested() -> None:
    text = "Reliable and trustworthy, new in town"
    for category, counts in (("companionship", True), ("plumbing", False), (None, False)):
        found = judged(text, category)
        assert found["trust/trustworthy"][0] is counts
        assert found["movement/new-in-town"][0] is counts


@pytest.mark.parametrize(
    ("text", "category", "entry", "counts"),
    [
        ("Maid needed. The employer keeps your passport", "jobs", "labour/documents-kept", True),
        ("We never keep passports", "jobs", "labour/documents-kept", False),
        ("Lost passport, held by the office", "lost and found", "labour/documents-kept", False),
        ("A recruitment fee is taken from your wages", "jobs", "labour/recruitment-fee", True),
        ("No recruitment fee is taken from wages", "jobs", "labour/recruitment-fee", False),
        ("Training fee payable in advance", "education", "labour/recruitment-fee", False),
        ("Staff may not leave the house alone", "household help", "control/movement-restricted",
         True),
        ("The dog may not leave the house alone", "pets", "control/movement-restricted", False),
    ],
)  # fmt: skip
def test_signs_of_forced_labour_count_where_work_is_offered(
    text: str, category: str, entry: str, counts: bool
) -> None:
    assert judged(text, category)[entry][0] is counts


def test_ordinary_kinds_stay_out() -> None:
    kinds = bench()
    listings = kinds.ordinary_listings()
    assert len({listing.kind for listing in listings}) >= 300
    assert len(listings) >= 3000
    wrong = kinds.counted(listings)
    assert len({(listing.text, listing.category) for listing, *_ in wrong}) <= len(listings) / 1000
