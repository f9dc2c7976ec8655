"""Findings: each practice in plain sentences, graded, with the innocent explanations tested.

Grades: 1 weak: few cases, or an innocent explanation fits all of them. 2 moderate: more than chance
gives, in few terms, accounts or kinds of signs. 3 strong: many, and no tested explanation fits. 4
very strong: as 3, and a second, independent mark of the practice agrees.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.concealment.edits import Losses
from lamplighter.concealment.habits import Habit
from lamplighter.concealment.innocent import EXPLANATIONS

PRACTICES = {
    "automatic_filter": "Words deleted by rule before publication",
    "manual_sanitising": "Words deleted by people before publication",
    "coaching": "Posters told which word to leave out",
    "age_reentry": "A refused number entered anew and accepted",
    "missing_originals": "Originals not kept",
}
_LISTINGS = 50
#: Explanations that are told also where they fit no term.
_ALWAYS = ("profanity", "declared", "contact")


@dataclass(frozen=True)
class Tested:
    """An innocent explanation, what was done to test it, and whether it fits."""

    explanation: str
    test: str
    fits: bool


@dataclass(frozen=True)
class Finding:
    """One practice; `details` are further sentences."""

    practice: str
    grade: int
    sentence: str
    details: list[str] = field(default_factory=list)
    innocent_explanations: list[Tested] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For findings.json."""
        return asdict(self)


def findings(
    pairs: pa.Table, strip: pa.Table, losses: Losses, actors: pa.Table, chains: pa.Table,
    originals: pa.Table, habits: list[Habit],
) -> list[Finding]:  # fmt: skip
    """All findings, the strongest first."""
    ids = pairs["listing_id"]
    made = [
        _filter(strip, losses, ids, habits),
        _manual(strip, losses, actors, ids, habits),
        _chain("coaching", chains),
        _chain("age_reentry", chains),
        _originals(originals, pairs.num_rows),
    ]
    order = list(PRACTICES)
    return sorted(
        (one for one in made if one is not None),
        key=lambda one: (-one.grade, order.index(one.practice)),
    )


def _named(terms: list[str], most: int = 6) -> str:
    shown = ", ".join(f"“{term}”" for term in terms[:most])
    return shown + (f" and {len(terms) - most} more" if len(terms) > most else "")


def _listings(losses: Losses, terms: list[int], ids: pa.ChunkedArray) -> tuple[int, list[str]]:
    """How many listings lost one of the terms, and some of them: a few of each term."""
    mine = np.isin(losses.term, terms)
    all_pairs = np.unique(losses.pair[mine])
    each = max(_LISTINGS // max(len(terms), 1), 1)
    few = np.concatenate(
        [losses.pair[losses.term == term][:each] for term in terms] or [np.zeros(0, np.int64)]
    )
    names = ids.take(pa.array(np.unique(few)[:_LISTINGS])).to_pylist()
    return len(all_pairs), sorted(set(names))


def _explained(strip: pa.Table, habits: list[Habit]) -> list[Tested]:
    rows = strip.to_pylist()
    out = []
    for name, what in EXPLANATIONS.items():
        fitting = [row["term"] for row in rows if row["explanation"] == name]
        if name not in _ALWAYS and not fitting:
            continue
        said = f"fits {len(fitting)} of {len(rows)} recovered terms, which are not counted here"
        out.append(Tested(what, said + (f": {_named(fitting)}" if fitting else ""), False))
    taken = "; ".join(f"{one.sentence} ({one.listings:,} listings)" for one in habits)
    out.append(
        Tested(
            "the platform cuts texts short, loses letters, or takes out all prices or hashtags",
            f"{taken}: set aside, not counted here" if taken else "no such habit was found",
            False,
        )
    )
    out.append(
        Tested(
            "posters put right or shorten their own listings",
            "edits by the account itself and slips of spelling are left out; each account counts "
            "once, and a term counts from three accounts on",
            False,
        )
    )
    return out


def _filter(
    strip: pa.Table, losses: Losses, ids: pa.ChunkedArray, habits: list[Habit]
) -> Finding | None:
    rows = strip.to_pylist()
    ruled = [at for at, row in enumerate(rows) if row["kind"] == "filter"]
    partly = [
        at for at, row in enumerate(rows)
        if row["kind"] == "judgement" and row["by_people"] < 0.5 and row["explanation"] is None
    ]  # fmt: skip
    unexplained = [at for at in ruled if rows[at]["explanation"] is None]
    if not unexplained and not partly:
        if not ruled:
            return None
        _, listings = _listings(losses, ruled, ids)
        names = [rows[at]["term"] for at in ruled]
        return Finding(
            "automatic_filter", 1,
            f"{len(ruled)} terms are deleted by rule, and an innocent explanation fits each: "
            f"{_named(names)}.", [], [Tested(t.explanation, t.test, True) for t in _explained(strip, habits)
                                      if ": " in t.test], listings,
        )  # fmt: skip
    chosen = unexplained or partly
    present = sum(rows[at]["present_in_force"] for at in chosen)
    removed = sum(rows[at]["removed_in_force"] for at in chosen)
    count, listings = _listings(losses, chosen, ids)
    names = [rows[at]["term"] for at in chosen]
    disguised = [at for at in unexplained if rows[at]["survives_disguised"]]
    dated = [at for at in unexplained if rows[at]["entered"] or rows[at]["left"]]
    alone = [at for at in unexplained if rows[at]["by_people"] < 0.5]
    milder = [rows[at] for at in chosen if rows[at]["replaced_by"]]
    many = len(unexplained) >= 3 and removed >= 20
    marked = len(disguised) >= 2 or (len(alone) >= 5 and len(dated) >= 1)
    grade = (4 if marked else 3) if many else 2
    how = "by rule" if unexplained else "often, and by no named person"
    details = []
    if disguised:
        details.append(
            f"{len(disguised)} of them survive where spacing or signs differ, which is how a filter "
            "reads and no person does."
        )
    if dated:
        details.append(f"{len(dated)} entered or left the list at a time that can be told.")
    if alone and unexplained:
        details.append(
            f"{len(alone)} went mostly from listings that no named person had acted on, or within "
            "seconds."
        )
    if milder:
        pairs = [f"“{row['term']}” became “{row['replaced_by']}”" for row in milder[:5]]
        details.append(f"{len(milder)} were replaced by other words: {', '.join(pairs)}.")
    return Finding(
        "automatic_filter", grade,
        f"{len(chosen)} {'term is' if len(chosen) == 1 else 'terms are'} deleted {how} "
        f"({_named(names)}): gone in {removed:,} of {present:,} cases where one stood in a submitted "
        f"listing while it was in force. {count:,} listings were published without them.",
        details, _explained(strip, habits), listings,
    )  # fmt: skip


def _manual(
    strip: pa.Table, losses: Losses, actors: pa.Table, ids: pa.ChunkedArray,
    habits: list[Habit],
) -> Finding | None:  # fmt: skip
    rows = strip.to_pylist()
    chosen = [
        at for at, row in enumerate(rows)
        if row["kind"] == "judgement" and row["by_people"] >= 0.5 and row["explanation"] is None
    ]  # fmt: skip
    if not chosen:
        return None
    variants = [variant for at in chosen for variant in rows[at]["variants"]]
    removed = sum(variant["removed"] for variant in variants)
    present = sum(variant["present"] for variant in variants)
    count, listings = _listings(losses, chosen, ids)
    people = [
        row for row in actors.to_pylist()
        if row["person"] and (row["removal_rate"] or 0) > 0
    ]  # fmt: skip
    apart = [row for row in people if row["p_value"] is not None and row["p_value"] < 0.01]
    many = len(chosen) >= 3 and removed >= 20 and len(people) >= 2
    grade = (4 if len(chosen) >= 5 and removed >= 50 and len(people) >= 3 else 3) if many else 2
    details = [
        f"{len(people)} named {'person' if len(people) == 1 else 'people'} took them out, not each "
        "time: this is judgement, not a rule."
    ]
    details += [
        f"{row['actor']} took out {row['removal_rate']:.0%} of these terms, where colleagues "
        f"took out {row['colleagues_rate']:.0%} of the same terms."
        for row in sorted(apart, key=lambda row: row["p_value"])[:3]
        if row["colleagues_rate"] is not None
    ]
    return Finding(
        "manual_sanitising", grade,
        f"People took {len(chosen)} {'term' if len(chosen) == 1 else 'terms'} "
        f"({_named([rows[at]['term'] for at in chosen])}) out in {removed:,} of {present:,} "
        f"cases where one stood in a submitted listing: {count:,} listings were published without.",
        details, _explained(strip, habits), listings,
    )  # fmt: skip


def _chain(practice: str, chains: pa.Table) -> Finding | None:
    mine = chains.filter(pc.equal(chains["practice"], practice))
    every = mine.to_pylist()
    if not every:
        return None
    rows = [row for row in every if row["explanation"] is None] or every
    explained = rows is every and all(row["explanation"] for row in every)
    accounts = len({row["account_id"] for row in rows})
    named = sum(row["named"] for row in rows)
    minutes = float(np.median([row["minutes"] for row in rows]))
    many = accounts >= 10
    grade = (4 if named >= 0.3 * len(rows) else 3) if many else 2 if accounts >= 3 else 1
    if explained:
        grade = 1
    if practice == "coaching":
        terms = sorted({row["changed"] for row in rows})
        sentence = (
            f"{len(rows):,} refused listings of {accounts:,} accounts were published once the same "
            f"account left out just a term ({_named(terms)}), half of them within {minutes:.0f} "
            "minutes."
        )
    else:
        low = [int(row["changed"]) for row in rows]
        high = [int(row["became"]) for row in rows]
        sentence = (
            f"{len(rows):,} refused listings of {accounts:,} accounts were published once the same "
            f"account changed just a number: refused from {min(low)} to {max(low)}, accepted from "
            f"{min(high)} to {max(high)}, half of them within {minutes:.0f} minutes."
        )
    details = [f"In {named:,} of them a message that names it stands between."] if named else []
    tests = [
        Tested("posters corrected a slip, or took out a contact",
               "chains that differ by spelling, a contact or a price are left out", False),
        Tested("posters were told to keep to openly stated rules",
               f"{len(every) - (0 if explained else len(rows)):,} chains left out only a swear word, "
               "a courtesy, a contact or a declared term" + (": all of them" if explained else ", and are not counted"),
               explained),
        Tested("posters changed their minds by themselves",
               "the same term or label comes back from several accounts more often than chance "
               "gives, or the message names it; for numbers one threshold parts refused from "
               "accepted", False),
    ]  # fmt: skip
    ids = [
        name for row in rows[: _LISTINGS // 2] for name in (row["refused_id"], row["published_id"])
    ]
    return Finding(practice, grade, sentence, details, tests, list(dict.fromkeys(ids)))


def _originals(originals: pa.Table, total: int) -> Finding | None:
    rows = originals.to_pylist()
    if not rows:
        return None
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + row["count"]
    enough = {
        "unsaved": 10,
        "overwritten": 10,
        "backward_clock": 5,
        "backward_ids": 5,
        "backward_log": 5,
    }
    strong = [kind for kind, count in counts.items() if count >= enough.get(kind, 1)]
    grade = min(len(strong) + 1, 4)
    sentences = [row["sentence"] for row in rows]
    listings = list(dict.fromkeys(name for row in rows for name in row["listings"]))[:_LISTINGS]
    asked = {
        "sequence_gap": ("numbers go missing one by one, as listings are dropped from an export",
                         "only runs are told that are too long for that"),
        "time_gap": ("quiet hours", "each hour is compared with the same hour of other days"),
        "backward_clock": ("a clock changed with the season",
                           "differences of five minutes or of one hour are left out"),
        "backward_ids": ("ids are given when a draft is begun, or a clock changed with the season",
                         "only series in which 99 % follow the time count, and one hour does not"),
        "backward_log": ("the log is sorted in another way",
                         "a log of which more than 1 % goes back is not told"),
        "overwritten": ("the poster edited the listing",
                        "edits by the account itself are left out"),
        "unsaved": ("the export was made without the submitted column",
                    f"{total - counts.get('unsaved', 0):,} other listings have one"),
    }  # fmt: skip
    tests = [Tested(*asked[kind], kind == "unsaved" and counts[kind] == total) for kind in counts]
    if counts.get("unsaved") == total:
        grade = 1 + (len(strong) > 1)
    return Finding("missing_originals", grade, sentences[0], sentences[1:8], tests, listings)
