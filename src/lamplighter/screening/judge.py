"""A policy applied to the facts of one listing: which rules hold, and what follows."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import NamedTuple

from lamplighter.operations.sentences import PLACEHOLDER, number_text
from lamplighter.screening.decision import Reason
from lamplighter.screening.policy import OUTCOMES, Condition, Rule, ScreeningPolicy

_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
#: Phrases, values or lists that a sentence names at most.
_NAMED = 5


@dataclass
class Facts:
    """What is known of one listing; an absent number is 0, an absent text holds no condition.

    `words` are what sentences may name: `lists`, `operation`, `tie`, `contacts`, and the phrases
    of each `language.*` fact.
    """

    category: str = ""
    country: str = ""
    numbers: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)


class Verdict(NamedTuple):
    """The gravest outcome, and a reason for each rule that holds: the gravest first."""

    outcome: str
    reasons: tuple[Reason, ...]


def judge(policy: ScreeningPolicy, facts: Facts) -> Verdict:
    """Apply every rule. The result depends on the policy and the facts only."""
    category = facts.category.casefold()
    found = [_reason(rule, facts) for rule in policy.rules if _holds(rule, category, facts)]
    found.sort(key=lambda reason: -OUTCOMES.index(reason.do))
    return Verdict(found[0].do if found else OUTCOMES[0], tuple(found))


def _holds(rule: Rule, category: str, facts: Facts) -> bool:
    # Loops, not `all` and the like: this is asked of every rule for every listing.
    for condition in rule.when:
        if not _true(condition, facts):
            return False
    if rule.categories and category not in rule.categories:
        return False
    if rule.countries and facts.country not in rule.countries:
        return False
    return category not in rule.except_categories and facts.country not in rule.except_countries


def _true(condition: Condition, facts: Facts) -> bool:
    if condition.comparison == "in":
        return facts.texts.get(condition.fact) in condition.texts
    value = facts.numbers.get(condition.fact, 0.0)
    return bool(_COMPARE[condition.comparison](value, condition.number))


def _reason(rule: Rule, facts: Facts) -> Reason:
    return Reason(rule.name, rule.do, _sentence(rule, facts), rule.evidence, rule.source)


def _sentence(rule: Rule, facts: Facts) -> str:
    parts = []
    last = 0
    for found in PLACEHOLDER.finditer(rule.because):
        parts.append(rule.because[last : found.start()])
        last = found.end()
        name, singular, plural = found.groups()
        if name == "terms":
            phrases = [
                phrase
                for condition in rule.when
                for phrase in facts.words.get(condition.fact, ())
                if condition.fact.startswith("language.")
            ]
            parts.append(_listed(phrases))
        elif name in facts.words:
            parts.append(_listed(facts.words[name]))
        elif name in facts.texts:
            parts.append(facts.texts[name])
        else:
            parts.append(number_text(facts.numbers.get(name, 0.0), singular, plural))
    parts.append(rule.because[last:])
    text = "".join(parts)
    return f"The listing {text}."


def _listed(words: list[str]) -> str:
    shown = list(dict.fromkeys(words))
    more = len(shown) - _NAMED
    return ", ".join(shown[:_NAMED]) + (f" and {more} more" if more > 0 else "")
