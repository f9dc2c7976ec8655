"""Weights of evidence: rules, combinations and bands, read from TOML and held to the rules.

A rule turns features into points and a sentence. A combination lifts the band when several
*different* signs come together. The validation enforces INDICATORS: only tested or official
evidence moves a band by itself, what was tested and found wanting has no positive weight, and a
protected characteristic has none without a written justification.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Literal

Band = Literal["A", "B", "C", "D"]
BANDS: tuple[Band, ...] = ("A", "B", "C", "D")

#: Grades of evidence (INDICATORS rule 1). `observation` describes and has no points.
GRADES = (
    "tested-positive",
    "tested-null",
    "tested-negative",
    "official-list",
    "expert-opinion",
    "observation",
)
#: Grades that may move a band by themselves.
STRONG = ("tested-positive", "official-list")
#: Grades that never count in favour.
REFUTED = ("tested-null", "tested-negative")

COMPARISONS = (">=", "<=", "==", ">", "<")


@dataclass(frozen=True)
class Condition:
    """`feature comparison value`, for example `circuit >= 3`."""

    feature: str
    comparison: str
    value: float

    def __str__(self) -> str:
        return f"{self.feature} {self.comparison} {self.value:g}"


@dataclass(frozen=True)
class Rule:
    """One sign: where its conditions hold (in these trades), its points and its sentence."""

    name: str
    when: tuple[Condition, ...]
    points: float
    sentence: str
    evidence: str
    source: str
    date: str
    sign: str = ""  #: family of signs; combinations count different ones
    trades: tuple[str, ...] = ()  #: empty: in every trade
    moves_to: str = ""  #: the band that this rule alone calls for
    fallback: bool = False  #: only where no other reason was found
    protected: bool = False
    justification: str = ""


@dataclass(frozen=True)
class Combination:
    """Different signs together: `at_least` of `signs`, all rules `given`, none of `without`."""

    name: str
    band: str
    signs: tuple[str, ...]
    at_least: int
    sentence: str
    evidence: str
    source: str
    date: str
    given: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True)
class Policy:
    """A validated policy. `organised` is the score from which an operation is at least in C."""

    name: str
    version: str
    organised: float
    rules: tuple[Rule, ...]
    combinations: tuple[Combination, ...]
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: further words that tell the trade in a category only
    categories_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """First 16 hex digits of SHA-256 over the content: comments and order of keys aside."""
        content = {
            "organised": self.organised,
            "rules": [repr(rule) for rule in self.rules],
            "combinations": [repr(combination) for combination in self.combinations],
            "words": self.words,
            "categories": self.categories_of,
        }
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """Name, version and digest, as written into every operation."""
        return f"{self.name} {self.version} {self.digest}"

    @property
    def categories(self) -> tuple[str, ...]:
        """Lexicon categories that the rules read, sorted."""
        read = {
            condition.feature.split(".")[1]
            for rule in self.rules
            for condition in rule.when
            if condition.feature.startswith("language.")
        }
        return tuple(sorted(read))

    @property
    def alarming(self) -> tuple[str, ...]:
        """Lexicon categories of which one counted indicator makes even one listing a lead:
        those of rules that by themselves call for band A."""
        return tuple(
            sorted(
                condition.feature.split(".")[1]
                for rule in self.rules
                for condition in rule.when
                if rule.moves_to == "A" and condition.feature.startswith("language.")
            )
        )
