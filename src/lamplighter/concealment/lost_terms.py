"""What the findings about deleted terms share: their listings, and the explanations tested."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lamplighter.concealment.edits import Losses
from lamplighter.concealment.finding import LISTINGS, Tested, quoted
from lamplighter.concealment.habits import Habit
from lamplighter.concealment.innocent import EXPLANATIONS

#: Explanations that are told also where they fit no term.
_ALWAYS = ("profanity", "declared", "contact")


def listings_of(losses: Losses, terms: list[int], ids: pa.ChunkedArray) -> tuple[int, list[str]]:
    """How many listings lost one of the terms, and some of them: a few of each term."""
    mine = np.isin(losses.term, terms)
    all_pairs = np.unique(losses.pair[mine])
    each = max(LISTINGS // max(len(terms), 1), 1)
    few = np.concatenate(
        [losses.pair[losses.term == term][:each] for term in terms] or [np.zeros(0, np.int64)]
    )
    names = ids.take(pa.array(np.unique(few)[:LISTINGS])).to_pylist()
    return len(all_pairs), sorted(set(names))


def explanations(strip: pa.Table, habits: list[Habit]) -> list[Tested]:
    """What was tested on the terms of the strip list, and on the whole platform."""
    rows = strip.to_pylist()
    out = []
    for name, what in EXPLANATIONS.items():
        fitting = [row["term"] for row in rows if row["explanation"] == name]
        if name not in _ALWAYS and not fitting:
            continue
        said = f"fits {len(fitting)} of {len(rows)} recovered terms, which are not counted here"
        out.append(Tested(what, said + (f": {quoted(fitting)}" if fitting else ""), False))
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
