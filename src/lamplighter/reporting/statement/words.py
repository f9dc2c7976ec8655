"""A statement in words: the same on paper, on the page and through the API.

It names the rule and what was found in general. It never says which words, spelling or threshold
the decision went by, and gives no advice on wording: whoever is told that learns how to pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lamplighter.reporting.statement.settings import Settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source, Statement

#: Listings that a statement names; the rest is counted.
MOST_NAMED = 20

_WHAT = {
    Measure.HOLD: "{listing} is not shown for now. A person will look at it and decide.",
    Measure.REFUSAL: "{listing} was not accepted and is not shown.",
    Measure.REMOVAL: "{listing} was taken down and is no longer shown.",
    Measure.ACCOUNT: "Your account {account} may not be used any more. This concerns {listing}.",
}
_TITLE = {
    Measure.HOLD: "Your listing is on hold",
    Measure.REFUSAL: "Your listing was not accepted",
    Measure.REMOVAL: "Your listing was taken down",
    Measure.ACCOUNT: "Your account was closed",
}
_DETECTED = {
    True: "What led to the decision was found with automated means.",
    False: "What led to the decision was found by a person, without automated means.",
}
_DECIDED = {
    Automated.FULLY: "The decision itself was taken by automated means.",
    Automated.PARTIALLY: "The decision itself was taken by a person with the help of automated means.",
    Automated.NOT: "The decision itself was taken by a person.",
}
_SOURCE = {
    Source.OWN: "The platform acted on its own initiative.",
    Source.NOTICE: "The platform had been given a notice about it.",
    Source.FLAGGER: "The platform had been given a notice about it by a trusted flagger.",
}


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs: plain text, nothing in it is markup."""

    heading: str
    paragraphs: tuple[str, ...]


def title(statement: Statement) -> str:
    """What happened, in a line."""
    return _TITLE[statement.measure]


def sections(statement: Statement, settings: Settings, appeal_until: datetime) -> list[Section]:
    """The statement as DSA art. 17(3) orders it: what, on what facts and means, ground, redress."""
    ground = statement.ground
    kind = "the law" if ground.kind == "law" else f"the terms of {settings.platform}"
    where = (
        f" They are at {settings.terms_url}." if settings.terms_url and ground.kind != "law" else ""
    )
    return [
        Section("What was decided", (
            _WHAT[statement.measure].format(
                listing=_listings(statement.listings), account=f"“{statement.account}”"),
            f"Decided on {_day(statement.decided_at)}.",
        )),
        Section("Why", (
            f"It rests on {kind}: {ground.reference}.{where}",
            ground.words,
            ground.facts,
            _SOURCE[statement.source],
        )),
        Section("Whether machines took part", (
            _DETECTED[statement.automated_detection], _DECIDED[statement.automated_decision],
        )),
        Section("If you think this is wrong", (
            f"You can object free of charge until {_day(appeal_until)}. A person who took no part in "
            "the decision will decide, and tells you why. You need no account.",
            *settings.clocks.elsewhere,
            *([f"Questions: {settings.contact}"] if settings.contact else []),
        )),
    ]  # fmt: skip


def as_text(statement: Statement, settings: Settings, appeal_until: datetime, link: str) -> str:
    """One plain text, for e-mail and paper."""
    lines = [title(statement), f"Statement {statement.puid}", ""]
    for section in sections(statement, settings, appeal_until):
        lines += [section.heading, *(f"  {one}" for one in section.paragraphs), ""]
    if link:
        lines += [f"To object: {link}", ""]
    return "\n".join(lines)


def _listings(names: Sequence[str]) -> str:
    if not names:
        return "all that was posted with it"
    if len(names) == 1:
        return f"Your listing “{names[0]}”"
    shown = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    rest = len(names) - MOST_NAMED
    return f"{len(names):,} listings: {shown}" + (f" and {rest:,} more" if rest > 0 else "")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
