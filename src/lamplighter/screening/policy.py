"""Rules by which a listing is published, held for a person, or refused.

There are three outcomes and no fourth: no action of this module can change what a listing says.
A rule that refuses must rest on an exact match with a list that the operator keeps; a score, a
resemblance or a word can hold a listing for a person, and no more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

#: From the mildest to the gravest; of all rules that hold, the gravest outcome counts.
OUTCOMES = ("publish", "hold", "refuse")


@dataclass(frozen=True)
class Condition:
    """`fact comparison value` (a number), or `fact in value, value` (texts)."""

    fact: str
    comparison: str
    number: float = 0.0
    texts: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.comparison == "in":
            return f"{self.fact} in {', '.join(self.texts)}"
        return f"{self.fact} {self.comparison} {self.number:g}"


@dataclass(frozen=True)
class Rule:
    """What to do where all conditions hold, in these categories and countries (empty: in all)."""

    name: str
    do: str
    when: tuple[Condition, ...]
    because: str
    evidence: str
    source: str
    categories: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    except_countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScreeningPolicy:
    """A validated policy."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    text: str  #: the TOML it was read from, to be kept with the decisions

    @cached_property
    def digest(self) -> str:
        """First 16 hex digits of SHA-256 over the content: comments and order of keys aside."""
        content = [self.name, self.version, [repr(rule) for rule in self.rules]]
        return sha256(json.dumps(content).encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """Name, version and digest, as written into every decision."""
        return f"{self.name} {self.version} {self.digest}"
