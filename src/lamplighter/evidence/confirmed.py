"""A deed confirmed by two people, found in the ledger: what commands rely on before they act.

One person's `decision` act asks for a deed on a subject (`asks`, or a `verdict` that needs two);
another's answers it: `{"asked": <entry>, "deed": …, "word": "confirmed" | "declined", …}`. The
subject is an operation, or whatever `subject` names; it stands in the private part of what asks, as
whoever has the log must not read there whom it concerns. Nothing but the ledger is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed, SecondPersonError

_KIND = "decision"
_STEP = 4_096


@dataclass(frozen=True)
class Confirmed:
    """A deed that may be done: who asked and who confirmed, and in which entries."""

    deed: Deed
    subject: str
    first: str
    second: str
    asked: int
    confirmed: int
    time: datetime


def asking(deed: Deed, subject: str, actor: str, time: datetime, note: str) -> Act:
    """The act by which a person asks for a deed, and why."""
    private = orjson.dumps({"note": note, "subject": subject}, option=orjson.OPT_SORT_KEYS)
    return Act(_KIND, time, actor, {"asks": str(deed)}, private)


def answering(asked: Entry, actor: str, time: datetime, note: str, *, confirm: bool) -> Act:
    """The act by which another person confirms or declines what the entry `asked` asks for."""
    public: dict[str, Json] = {"asked": asked.index, "deed": _deed_of(asked),
              "word": "confirmed" if confirm else "declined"}  # fmt: skip
    return Act(_KIND, time, actor, public, orjson.dumps({"note": note}))


def confirmed_deed(
    ledger: Ledger, deed: Deed, subject: str, entry: int | None = None, *, once: bool = True
) -> Confirmed:
    """The confirmation that allows `deed` on `subject`.

    `entry` is the confirming entry, as the console shows it; without it the newest one is looked
    for from the end of the log. With `once` a confirmation that an act of the log says was used
    (public `confirmed`) allows nothing more. Raises SecondPersonError where there is none.
    """
    if entry is not None:
        found = [entry] if 0 <= entry < ledger.size else []
    else:
        found = _answers(ledger, deed, subject)
    for index in found:
        made = _confirmed(ledger, index, deed, subject)
        if made and not (once and _used(ledger, made)):
            return made
    raise SecondPersonError(
        f"No two people have confirmed this {deed}{' (or it was done already)' if once else ''}.",
        where=subject if entry is None else f"{subject}, entry {entry} of the ledger",
        hint="Ask for it in the console; a second person answers under Second opinions.",
    )


def _confirmed(ledger: Ledger, index: int, deed: Deed, subject: str) -> Confirmed | None:
    """What entry `index` confirms, if it is a second person's yes to this deed on this subject."""
    answer = ledger.entry(index)
    asked = answer.public.get("asked")
    if answer.kind != _KIND or answer.public.get("word") != "confirmed":
        return None
    if not isinstance(asked, int) or not 0 <= asked < index:
        return None
    question = ledger.entry(asked)
    if question.kind != _KIND or _deed_of(question) != deed or answer.public.get("deed") != deed:
        return None
    if subject_of(ledger, asked) != subject:
        return None
    people = question.actor, answer.actor
    if people[0] == people[1] or not all(one.startswith("user:") for one in people):
        return None
    # The first answer counts; a later one cannot turn a no into a yes.
    for other in ledger.entries(asked + 1, index, kinds=[_KIND]):
        if other.public.get("asked") == asked:
            return None
    return Confirmed(deed, subject, *people, asked, index, answer.time)


def _answers(ledger: Ledger, deed: Deed, subject: str) -> list[int]:
    """Entries that confirm such a deed on the subject, newest first."""
    found: list[int] = []
    for stop in range(ledger.size, 0, -_STEP):
        found += reversed([
            entry.index
            for entry in ledger.entries(max(0, stop - _STEP), stop, kinds=[_KIND])
            if entry.public.get("word") == "confirmed"
            and entry.public.get("deed") == deed
            and subject_of(ledger, entry.public.get("asked")) == subject
        ])  # fmt: skip
        if found:
            break  # an older confirmation is not looked for: the newest one stands
    return found


def _used(ledger: Ledger, made: Confirmed) -> bool:
    holding = f'"confirmed":{made.confirmed}'.encode()
    later = ledger.entries(made.confirmed + 1, holding=holding)
    return any(entry.public.get("confirmed") == made.confirmed for entry in later)


def _deed_of(entry: Entry) -> str:
    """What an asking entry asks for: a deed by itself, or the verdict of a decision."""
    return str(entry.public.get("asks") or entry.public.get("verdict") or "")


def subject_of(ledger: Ledger, asked: object) -> str:
    """On what the entry `asked` asks for a deed; empty where that is erased, or it asks for none."""
    said = _said(ledger, asked)
    return str(said.get("subject") or said.get("operation") or "")


def reason_of(ledger: Ledger, asked: int) -> str:
    """Why the entry `asked` asks for a deed; empty where that is erased."""
    return str(_said(ledger, asked).get("note") or "")


def _said(ledger: Ledger, asked: object) -> dict[str, Any]:
    if not isinstance(asked, int) or not 0 <= asked < ledger.size:
        return {}
    private = ledger.opening(asked) if ledger.entry(asked).kind == _KIND else None
    try:
        said = orjson.loads(private or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}
