import importlib.util
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lamplighter.signals.indicators import find
from lamplighter.signals.lexicon import load_lexicon
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


def judged(text: str, category: str | None = None) -> Found:
    """Entry → whether it counts and why."""
    texts = pa.array([text], pa.large_string())
    categories = pa.array([category], pa.large_string())
    table = find(tokenise(texts), texts, load_lexicon(), categories)
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
        ("no teens, adults only", "companionship"),
        ("company for your teen's dog", "companionship"),
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
        ("young companion available", "companionship", "child/young"),
        ("young companion available", "Services > Companionship", "child/young"),
        ("young companion available, incall", None, "child/young"),
        ("young companion available tonight", "services", "child/young"),
        ("yоung companion available", "personal services", "child/young"),
        ("y\u200boung companion available", "personal services", "child/young"),
        ("teen companion available", "companionship", "child/teen"),
    ],
)
def test_a_term_counts_where_company_is_offered(
    text: str, category: str | None, entry: str
) -> None:
    counts, why = judged(text, category)[entry]
    assert counts
    assert why.startswith("describes the person whose company is offered")


def test_why_says_what_decided() -> None:
    assert judged("young couple seeks flat", "housing")["child/young"][1] == (
        "posted under “housing”, and nothing in the listing offers a person's company"
    )
    assert judged("young couple seeks flat")["child/young"][1] == (
        "nothing in the listing offers a person's company"
    )
    assert judged("young couple available", "companionship")["child/young"][1] == (
        "goes with “couple”: a family"
    )
    assert judged("no teens", "companionship")["child/teen"][1] == "is denied"
    assert judged("company for a teen", "companionship")["child/teen"][1] == (
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
