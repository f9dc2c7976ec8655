"""The finding that people delete words, each time as they judge."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.concealment.edits import Losses
from lamplighter.concealment.finding import Finding, quoted
from lamplighter.concealment.habits import Habit
from lamplighter.concealment.lost_terms import explanations, listings_of


def deleted_by_people(
    strip: pa.Table, losses: Losses, actors: pa.Table, ids: pa.ChunkedArray,
    habits: list[Habit],
) -> Finding | None:  # fmt: skip
    """`manual_sanitising`; None where no term is deleted so."""
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
    count, listings = listings_of(losses, chosen, ids)
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
        f"({quoted([rows[at]['term'] for at in chosen])}) out in {removed:,} of {present:,} "
        f"cases where one stood in a submitted listing: {count:,} listings were published without.",
        details, explanations(strip, habits), listings,
    )  # fmt: skip
