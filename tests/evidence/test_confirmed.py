from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.confirmed import answering, asking, confirmed_deed
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed, SecondPersonError

NOW = datetime(2026, 1, 31, tzinfo=UTC)
OP = "op-1"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "w", "test.invalid") as made:
        yield made


def ask(ledger: Ledger, deed: Deed = Deed.EXPORT, actor: str = "user:1", subject: str = OP) -> int:
    return ledger.append([asking(deed, subject, actor, NOW, "because")])[0]


def answer(ledger: Ledger, asked: int, actor: str = "user:2", confirm: bool = True) -> int:
    act = answering(ledger.entry(asked), actor, NOW, "seen", confirm=confirm)
    return ledger.append([act])[0]


def refused(ledger: Ledger, *args: Any, **kwargs: Any) -> bool:
    try:
        confirmed_deed(ledger, *args, **kwargs)
    except SecondPersonError:
        return True
    return False


def test_two_people_allow_one_deed_once(ledger: Ledger) -> None:
    asked = ask(ledger)
    assert refused(ledger, Deed.EXPORT, OP)
    entry = answer(ledger, asked)
    found = confirmed_deed(ledger, Deed.EXPORT, OP)
    assert (found.first, found.second, found.asked, found.confirmed) == (
        "user:1",
        "user:2",
        asked,
        entry,
    )
    assert confirmed_deed(ledger, Deed.EXPORT, OP, entry) == found
    assert refused(ledger, Deed.REPORT, OP) and refused(ledger, Deed.EXPORT, "op-2")
    ledger.append([Act("export", NOW, "user:1", {"confirmed": entry})])
    assert refused(ledger, Deed.EXPORT, OP) and refused(ledger, Deed.EXPORT, OP, entry)
    assert confirmed_deed(ledger, Deed.EXPORT, OP, once=False) == found


def test_a_decision_of_the_console_is_an_ask(ledger: Ledger) -> None:
    act = Act(
        "decision", NOW, "user:1", {"verdict": "report", "band": "A"}, b'{"operation":"op-1"}'
    )
    asked = ledger.append([act])[0]
    answer(ledger, asked)
    assert confirmed_deed(ledger, Deed.REPORT, OP).first == "user:1"
    assert refused(ledger, Deed.ACCOUNT_ACTION, OP)


def test_what_only_looks_like_two_is_refused(ledger: Ledger) -> None:
    asked = ask(ledger)
    answer(ledger, asked, actor="user:1")  # oneself
    assert refused(ledger, Deed.EXPORT, OP)
    again = ask(ledger)
    answer(ledger, again, actor="system:console")  # no person
    assert refused(ledger, Deed.EXPORT, OP)
    third = ask(ledger)
    answer(ledger, third, confirm=False)
    answer(ledger, third, actor="user:3")  # a yes after the no
    assert refused(ledger, Deed.EXPORT, OP)
    forged: dict[str, Any] = {
        "asked": ask(ledger, subject="op-2"),
        "deed": "export",
        "word": "confirmed",
    }
    ledger.append([Act("decision", NOW, "user:2", forged)])  # another subject was asked for
    wrong: dict[str, Any] = {**forged, "asked": ask(ledger, Deed.HOLD_RELEASE)}
    ledger.append([Act("decision", NOW, "user:2", wrong)])  # another deed
    ledger.append([Act("note", NOW, "user:2", {**forged, "asked": ask(ledger)})])  # no decision
    for entry in (None, -1, 10_000, *range(ledger.size)):
        assert refused(ledger, Deed.EXPORT, OP, entry), entry


def test_found_far_behind_much_else(ledger: Ledger) -> None:
    entry = answer(ledger, ask(ledger))
    ledger.append([Act("note", NOW, "system:test", {"n": n}) for n in range(9_000)])
    assert confirmed_deed(ledger, Deed.EXPORT, OP).confirmed == entry


def test_whom_it_concerns_is_in_no_public_part(ledger: Ledger) -> None:
    entries = [ask(ledger, subject="op-never-told")]
    entries.append(answer(ledger, entries[0]))
    for entry in entries:
        assert "op-never-told" not in ledger.entry(entry).raw.decode()
    ledger.erase(entries[:1], actor="user:9", reason="retention")
    assert refused(ledger, Deed.EXPORT, "op-never-told")
