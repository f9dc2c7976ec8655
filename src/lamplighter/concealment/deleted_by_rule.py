"""The finding that words are deleted by rule."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.concealment.edits import Losses
from lamplighter.concealment.finding import Finding, Tested, quoted
from lamplighter.concealment.habits import Habit
from lamplighter.concealment.lost_terms import explanations, listings_of


def deleted_by_rule(
    strip: pa.Table, losses: Losses, ids: pa.ChunkedArray, habits: list[Habit]
) -> Finding | None:
    """`automatic_filter`; None where no term is deleted so."""
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
        _, listings = listings_of(losses, ruled, ids)
        names = [rows[at]["term"] for at in ruled]
        return Finding(
            "automatic_filter", 1,
            f"{len(ruled)} terms are deleted by rule, and an innocent explanation fits each: "
            f"{quoted(names)}.", [], [Tested(t.explanation, t.test, True) for t in explanations(strip, habits)
                                      if ": " in t.test], listings,
        )  # fmt: skip
    chosen = unexplained or partly
    present = sum(rows[at]["present_in_force"] for at in chosen)
    removed = sum(rows[at]["removed_in_force"] for at in chosen)
    count, listings = listings_of(losses, chosen, ids)
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
        f"({quoted(names)}): gone in {removed:,} of {present:,} cases where one stood in a submitted "
        f"listing while it was in force. {count:,} listings were published without them.",
        details, explanations(strip, habits), listings,
    )  # fmt: skip
