"""Honest habits that take words by rule are no filter; and they do not hide one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lamplighter.concealment.innocent import by_itself
from lamplighter.concealment.respelling import same_otherwise
from lamplighter.simulate.platform import write_platform
from tests.concealment.test_audit_job import run

Row = dict[str, Any]
_PRICE = re.compile(r"[$€£] ?\d[\d,.]*|\d[\d,.]* ?(?:usd|dollars|euros|€)", re.I)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    path = tmp_path_factory.mktemp("honest") / "pairs.parquet"
    write_platform("honest", 3000, 9, path, vocabulary="second")
    return pq.read_table(path)


def both(row: Row, submitted: str, published: str) -> None:
    """Put a sentence into both versions, as each has it."""
    row["text"] += submitted
    row["published_text"] += published


def cut(row: Row, _: random.Random) -> None:
    row["published_text"] = row["published_text"][:200]


def no_accents(row: Row, chance: random.Random) -> None:
    words = chance.choice(["café", "кухня", "piñata"])
    both(row, f" Near the {words}.", f" Near the {words}.")
    row["published_text"] = row["published_text"].encode("ascii", "replace").decode()


def no_prices(row: Row, chance: random.Random) -> None:
    said = f" Asking ${chance.choice([50, 100, 250])} or 75 dollars."
    both(row, said, said)
    row["published_text"] = _PRICE.sub("", row["published_text"])


def no_hashtags(row: Row, chance: random.Random) -> None:
    both(row, " #" + " #".join(chance.sample(["sale", "deal", "local", "city"], 2)), "")


def translated(row: Row, _: random.Random) -> None:
    if row["listing_id"][-1] in "37":
        row["published_text"] = re.sub(
            "[A-Za-z]+", lambda found: found[0][::-1].lower() + "o", row["published_text"]
        )


def corrected(row: Row, chance: random.Random) -> None:
    one, two = chance.choice(
        [("your", "you're"), ("grate", "great"), ("apt", "apartment"), ("pls", "please"),
         ("5 feet", "152 cm"), ("march", "april"), ("very very", "very")]
    )  # fmt: skip
    both(row, f" It is {one} nice.", f" It is {two} nice.")


def no_services(row: Row, chance: random.Random) -> None:
    name = chance.choice(["WhatsApp", "Telegram", "Instagram", "Viber"])
    both(row, f" Find me on {name} too.", " Find me on *** too.")


def no_sign_offs(row: Row, chance: random.Random) -> None:
    said = chance.choice(
        [" Thank you.", " Kind regards", " Have a nice day", " Thanks for looking!"]
    )
    both(row, said, "")


HABITS = [no_sign_offs, cut, no_accents, no_prices, no_hashtags, translated, corrected, no_services]


def changed(table: pa.Table, habit: Callable[[Row, random.Random], None], out: Path) -> None:
    chance, rows = random.Random(4), table.to_pylist()
    for row in rows:
        if row["text"] and row["published_text"]:
            habit(row, chance)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), out)


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_a_habit_that_chooses_no_words_is_no_filter(
    habit: Callable[[Row, random.Random], None], honest: pa.Table, tmp_path: Path
) -> None:
    changed(honest, habit, tmp_path / "pairs.parquet")
    result = run(tmp_path / "pairs.parquet", tmp_path / "out")
    assert all(grade == 1 for grade in result["findings"].values()), result["findings"]


@pytest.mark.parametrize("habit", [cut, no_prices, translated], ids=lambda habit: habit.__name__)
def test_a_habit_hides_no_filter(
    habit: Callable[[Row, random.Random], None], honest: pa.Table, tmp_path: Path
) -> None:
    listed = ["night shift", "barter", "cash only", "pallet"]

    def filtered(row: Row, chance: random.Random) -> None:
        if chance.random() < 0.1:
            word = chance.choice(listed)
            row["text"] = f"We have {word} here. " + row["text"]
            row["published_text"] = "We have here. " + row["published_text"]
        habit(row, chance)

    changed(honest, filtered, tmp_path / "pairs.parquet")
    result = run(tmp_path / "pairs.parquet", tmp_path / "out")
    assert result["findings"]["automatic_filter"] >= 3
    strip = pq.read_table(tmp_path / "out" / "strip_list.parquet").to_pylist()
    found = {row["term"] for row in strip if not row["explanation"]}
    assert found == set(listed)
    told = orjson.loads((tmp_path / "out" / "findings.json").read_bytes())
    tests = [one for finding in told for one in finding["innocent_explanations"]]
    if habit is not translated:
        assert any("set aside" in one["test"] for one in tests)


@pytest.mark.parametrize(
    ("term", "instead", "kind"),
    [
        ("apt", "apartment", "abbreviation"), ("asap", "as soon as possible", "abbreviation"),
        ("kerb", "curb", "spelling"), ("your", "you're", "spelling"), ("10 miles", "16 km", "measure"),
        ("march", "april", "date"), ("lodger", "guest", None), ("16", "18", None),
        ("16 years", "18 years", None), ("pawned", "kept", None), ("march", None, None),
    ],
)  # fmt: skip
def test_the_same_written_otherwise(term: str, instead: str | None, kind: str | None) -> None:
    assert same_otherwise(term, instead) == kind


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("thank you", "courtesy"), ("a nice day", "courtesy"), ("Bien cordialement", "courtesy"),
        ("kind regards", "courtesy"), ("www.example.com", "contact"), ("a@example.org", "contact"),
        ("day", None), ("looking for", None), ("you", None), ("night shift", None),
        ("kind young", None), ("hello young", None),
    ],
)  # fmt: skip
def test_what_a_term_explains_by_itself(term: str, why: str | None) -> None:
    assert by_itself(term) == why
