"""The finding that refused posters were told what to change."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.concealment.finding import LISTINGS, Finding, Tested, quoted


def advised(practice: str, chains: pa.Table) -> Finding | None:
    """`coaching` or `age_reentry`; None where there is no chain of it."""
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
            f"account left out just a term ({quoted(terms)}), half of them within {minutes:.0f} "
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
        name for row in rows[: LISTINGS // 2] for name in (row["refused_id"], row["published_id"])
    ]
    return Finding(practice, grade, sentence, details, tests, list(dict.fromkeys(ids)))
