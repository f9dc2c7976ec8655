"""The table of recovered terms (`STRIP_SCHEMA`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.acts import MISSING, Acts
from lamplighter.concealment.force import Force, in_force
from lamplighter.concealment.innocent import EXPLANATIONS, beside_contact, by_itself
from lamplighter.concealment.rates import Periods, periods
from lamplighter.concealment.respelling import same_otherwise
from lamplighter.concealment.schema import STRIP_SCHEMA
from lamplighter.concealment.statistics import clopper_pearson
from lamplighter.concealment.strip_list import Candidates, StripList
from lamplighter.concealment.terms import Corpus, Events, select
from lamplighter.concealment.token_state import DISGUISED

I64 = NDArray[np.int64]

#: A rule deletes at least so often while it is in force.
RULE = 0.85
#: Removals nearly all by people are judgement, however steady.
_PEOPLE = 0.9
_SAME_WORDS = 0.6
_DAY_US = 86_400_000_000


class Wording:
    """How deleted stretches are written, and what stood in their place, by key."""

    def __init__(self, hunks: pa.Table) -> None:
        self.removed: dict[int, Counter[str]] = {}
        self.added: dict[int, Counter[str]] = {}
        columns = (hunks[name].to_pylist() for name in ("key", "removed", "added"))
        for key, removed, added in zip(*columns, strict=True):
            self.removed.setdefault(key, Counter())[removed.lower()] += 1
            self.added.setdefault(key, Counter())[(added or "").lower()] += 1
        places = Counter((word, key) for key, words in self.added.items() for word in words if word)
        spread = Counter(word for word, _ in places)
        # One phrase in the place of many terms is a mask ("removed"), no euphemism.
        self.masks = {word for word, terms in spread.items() if terms >= 5}

    def term(self, key: int) -> str:
        """The most frequent writing; of equals the first in the alphabet."""
        return min(self.removed[key].items(), key=lambda item: (-item[1], item[0]))[0]

    def instead(self, key: int) -> str | None:
        """The words that stand in the term's place most of the time, if they are no mask."""
        words = self.added[key]
        best, count = min(words.items(), key=lambda item: (-item[1], item[0]))
        steady = count >= 3 and count >= _SAME_WORDS * sum(words.values())
        return best if best and best not in self.masks and steady else None


def listed_terms(
    found: StripList, candidates: Candidates, corpus: Corpus, acts: Acts, category: I64,
    category_names: list[str], unit: I64, wording: Wording, declared: Mapping[int, str],
) -> tuple[pa.Table, list[I64], list[I64]]:  # fmt: skip
    """The terms as a table, and in its order the pairs that lost each and those it stood in.

    `category` (n,) indexes `category_names`; `declared` tells which keys have which innocent
    explanation. Sorted by kind, unexplained first, then by removals.
    """
    rows: list[dict[str, Any]] = []
    stretches = periods(acts.when, corpus.counted.astype(bool))
    order = np.argsort(found.events.term, kind="stable")
    bounds = np.searchsorted(found.events.term[order], np.arange(len(found.chosen) + 1))
    for at, chosen in enumerate(found.chosen):
        mine = order[bounds[at] : bounds[at + 1]]
        events = select(found.events, mine)
        force = in_force(events, acts, category)
        key = int(candidates.keys[chosen])
        size = int(candidates.size[chosen])
        explanation = declared.get(key)
        if explanation is None and beside_contact(events, size, corpus.states, corpus.offsets):
            explanation = "contact"
        word, instead = wording.term(key), wording.instead(key)
        explanation = explanation or by_itself(word) or same_otherwise(word, instead)
        people = float(acts.human[force.removed_pairs].mean()) if len(force.removed_pairs) else 0.0
        rows.append(
            _row(force, word, instead, explanation, people,
                 float(found.p[at]), category_names, len(np.unique(unit[force.removed_pairs])))
            | {"periods": _by_period(events, stretches)}
            | {"pairs": np.unique(events.pair[events.gone]), "seen": np.unique(events.pair)}
        )  # fmt: skip
    rows.sort(key=lambda row: (row["kind"] != "filter", row["explanation"] is not None,
                               -row["removed"], row["term"]))  # fmt: skip
    pairs = [row.pop("pairs") for row in rows]
    seen = [row.pop("seen") for row in rows]
    return pa.Table.from_pylist(rows, schema=STRIP_SCHEMA), pairs, seen


def _by_period(events: Events, stretches: Periods | None) -> list[dict[str, int]] | None:
    """In how many listings a term stood and from how many it went, in each stretch of time."""
    if stretches is None:
        return None
    pair, place = np.unique(events.pair, return_inverse=True)
    gone = np.bincount(place, weights=events.gone, minlength=len(pair)) > 0
    when, count = stretches.of_pair[pair], len(stretches.first_day)
    present = np.bincount(when, minlength=count)
    removed = np.bincount(when[gone], minlength=count)
    return [
        {"first": int(stretches.first_day[at]) * _DAY_US, "present": int(present[at]),
         "removed": int(removed[at])}
        for at in np.flatnonzero(present)
    ]  # fmt: skip


def _row(
    force: Force, term: str, instead: str | None, explanation: str | None, people: float,
    p: float, names: list[str], accounts: int,
) -> dict[str, Any]:  # fmt: skip
    present, removed = max(force.inside_present, 1), force.inside_removed
    low, high = clopper_pearson(removed, present)
    rule = removed >= RULE * present
    kind = "filter" if rule and people < _PEOPLE else "judgement"
    return {
        "term": term,
        "present": force.present,
        "removed": force.removed,
        "rate": removed / present,
        "low": float(low),
        "high": float(high),
        "p_value": p,
        "first_seen": _time(force.first),
        "last_seen": _time(force.last),
        "kind": kind,
        "reason": _reason(kind, force, instead, explanation, people),
        "present_in_force": force.inside_present,
        "removed_in_force": removed,
        "entered": _time(force.entered),
        "left": _time(force.left),
        "categories": None if force.categories is None
        else sorted(names[code] for code in force.categories),
        "variants": [{"form": form, "present": n, "removed": k} for form, n, k in force.variants],
        "survives_disguised": force.survives_disguised,
        "by_people": people,
        "replaced_by": instead,
        "explanation": explanation,
        "accounts": accounts,
    }  # fmt: skip


def _time(micros: int) -> int | None:
    return None if micros == MISSING else micros


def _reason(
    kind: str, force: Force, instead: str | None, explanation: str | None, people: float
) -> str:
    share = f"Gone from {force.inside_removed} of {force.inside_present} listings submitted with it"
    scope = []
    if force.entered != MISSING or force.left != MISSING:
        scope.append("while it was in force")
    if force.categories is not None:
        scope.append("in the categories where it is in force")
    parts = [" ".join([share, " and ".join(scope)]).strip()]
    _, other, other_gone = force.variants[DISGUISED]
    if force.survives_disguised:
        parts.append(
            f"written with other spacing or signs it survived in {other - other_gone} of {other}: "
            "a filter compares letters, a person reads words"
        )
    if kind == "filter":
        parts.append("so steadily that a rule explains it, whoever acted")
    elif people >= _PEOPLE:
        parts.append(f"nearly always ({people:.0%}) by a named person")
    else:
        parts.append("not each time: a choice, not a rule")
    if instead:
        parts.append(f"“{instead}” stands in its place")
    if explanation:
        parts.append(f"an innocent explanation fits: {EXPLANATIONS[explanation]}")
    return "; ".join(parts) + "."
