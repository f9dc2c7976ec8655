"""From what a listing says and what is known, to the facts that a policy reads."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from lamplighter.screening.decision import Indicator, Resemblance
from lamplighter.screening.index.belonging import Belonging
from lamplighter.screening.index.ties import TIES, Match, Tie
from lamplighter.screening.index.values import CONTACTS
from lamplighter.screening.judge import Facts
from lamplighter.screening.listing import Listing
from lamplighter.screening.lists import Hits, ListEntry
from lamplighter.screening.spoken import Spoken

#: Phrases and listings that a decision names at most.
_NAMED = 5
_MOST_INDICATORS = 50


class Weighed(NamedTuple):
    """One listing, ready to be judged."""

    facts: Facts
    resembles: Resemblance | None
    indicators: tuple[Indicator, ...]
    problems: tuple[str, ...]


def weigh(
    listing: Listing,
    spoken: Spoken,
    match: Match,
    hits: Hits,
    lists: dict[str, ListEntry],
    belonging: Belonging,
) -> Weighed:
    """Facts of one listing."""
    facts = Facts(listing.category or "", listing.country or "")
    numbers = facts.numbers
    if spoken.language:
        facts.texts["language"] = spoken.language
    contacts = [each for each in spoken.identifiers if each.kind in CONTACTS]
    numbers["words"] = len(spoken.tokens)
    numbers["contacts"] = len({(each.kind, each.value) for each in contacts})
    numbers["obscured"] = sum(each.obscured for each in contacts)
    numbers["evasive"] = spoken.evasive
    numbers["images"] = len(spoken.images)
    numbers["price"] = listing.price or 0.0
    _language(facts, spoken.indicators, (listing.title or "", listing.text))
    _listed(facts, hits, lists)
    resembles = _known(facts, match, belonging)
    return Weighed(
        facts, resembles, tuple(spoken.indicators[:_MOST_INDICATORS]),
        tuple(spoken.problems[:_NAMED]),
    )  # fmt: skip


def _language(facts: Facts, found: list[Indicator], shown: tuple[str, str]) -> None:
    entries: defaultdict[str, set[str]] = defaultdict(set)
    for each in found:
        name = f"language.{each.category}" + ("" if each.counts else ".set-aside")
        entries[name].add(each.entry)
        text = shown[0 if each.field == "title" else 1][each.start : each.end]
        facts.words.setdefault(name, []).append(f"“{text[:80]}”")
    for name, held in entries.items():
        facts.numbers[name] = len(held)


def _listed(facts: Facts, hits: Hits, lists: dict[str, ListEntry]) -> None:
    words = []
    for name, values in hits.exact.items():
        facts.numbers[f"list.{name}"] = len(values)
        key = f"lists.{lists[name].use}"
        facts.numbers[key] = facts.numbers.get(key, 0) + len(values)
        words += [f"{value} in {name}, from {lists[name].source}" for value in values]
    for name, values in hits.near.items():
        facts.numbers[f"list.{name}.near"] = len(values)
        facts.numbers["lists.near"] = facts.numbers.get("lists.near", 0) + len(values)
        words += [f"{value} of {name}, from {lists[name].source}" for value in values]
    if words:
        facts.words["lists"] = words


def _known(facts: Facts, match: Match, belonging: Belonging) -> Resemblance | None:
    numbers = facts.numbers
    numbers["known.copies"] = len(match.copies)
    numbers["known.likeness"] = match.likeness
    numbers["known.contacts"] = len(match.contacts)
    numbers["known.hubs"] = len(match.hubs)
    numbers["known.images"] = match.images
    numbers["known.account"] = match.account
    if match.contacts:
        facts.words["contacts"] = [each.replace(":", " ", 1) for each in match.contacts]
    template, follows = belonging.template(match.template) if match.template >= 0 else (None, 0)
    numbers["template.listings"] = follows
    if not match.ties:
        if not match.copies and not match.contacts:
            return None
        return Resemblance(
            None, None, None, None, template, ("text",) if match.copies else ("contact",),
            match.likeness, tuple(match.copies)[:_NAMED], tuple(match.contacts[:_NAMED]),
        )  # fmt: skip
    number, tie = min(match.ties.items(), key=lambda item: _gravity(item[0], item[1], belonging))
    operation = belonging.operation(number)
    kinds = tuple(kind for kind in TIES if kind in tie.kinds)
    numbers["operation.score"] = operation.score
    numbers["operation.listings"] = operation.listings
    numbers["operation.ties"] = len(kinds)
    numbers["operation.likeness"] = tie.likeness
    numbers["operation.contacts"] = len(tie.firm)
    for name in operation.says:
        numbers[f"operation.says.{name}"] = 1
    facts.texts |= {
        "operation.band": operation.band,
        "operation.tie": kinds[0],
        "operation.trade": operation.trade,
    }
    facts.words["operation"] = [f"operation {operation.operation_id}"]
    facts.words["tie"] = [_tie_words(kind, tie) for kind in kinds]
    return Resemblance(
        operation.operation_id, operation.band, operation.score, operation.headline, template,
        kinds, tie.likeness, tuple(tie.listings), tuple(tie.contacts),
    )  # fmt: skip


def _gravity(number: int, tie: Tie, belonging: Belonging) -> tuple[str, int, float, float, str]:
    operation = belonging.operation(number)
    return (operation.band, -len(tie.kinds), -tie.likeness, -operation.score,
            operation.operation_id)  # fmt: skip


def _tie_words(kind: str, tie: Tie) -> str:
    example = f"such as {tie.listings[0]}" if tie.listings else ""
    if kind == "text":
        return f"its text is {tie.likeness:.0%} like that of listings {example}"
    if kind == "contact":
        return "it gives the same " + " and ".join(c.replace(":", " ", 1) for c in tie.contacts[:2])
    if kind == "image":
        return f"it shows the same picture as listings {example}"
    return f"it comes from the account of listings {example}"
