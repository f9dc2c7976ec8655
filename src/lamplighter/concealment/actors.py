"""Manual against automatic: what each actor does, against colleagues (`ACTOR_SCHEMA`)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.acts import Acts
from lamplighter.concealment.edits import Losses
from lamplighter.concealment.hunks import PASSAGE, REMOVED, REPLACED
from lamplighter.concealment.schema import ACTOR_SCHEMA
from lamplighter.concealment.statistics import holm, stratified, wilson
from lamplighter.listings.actions import REFUSED

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


def actor_rows(
    pairs: pa.Table, hunks: pa.Table, acts: Acts, losses: Losses, stood: list[I64],
    kinds: list[str],
) -> pa.Table:  # fmt: skip
    """`ACTOR_SCHEMA`, most indicators removed first.

    `stood` are the pairs in which each term of the strip list was submitted, `kinds` its kind.
    Persons are compared by the terms deleted by judgement: a rule deletes whoever acts. Machines
    and acts without a name are told by all unexplained terms.
    """
    names = [*acts.names, ""]
    who = np.where(acts.actor >= 0, acts.actor, len(acts.names))
    poster = pairs["by_poster"].to_numpy()
    use = ~poster
    edited = np.zeros(len(who), bool)
    edited[
        hunks["pair"].to_numpy()[np.isin(hunks["kind"].to_numpy(), (REMOVED, REPLACED, PASSAGE))]
    ] = True
    timed = np.isfinite(acts.delay)
    lost = np.zeros(len(who), bool)
    lost[losses.pairs(explained=False)] = True
    size = len(names)
    seen = np.bincount(who[use], minlength=size)
    edits = np.bincount(who[use & edited], minlength=size)
    dated = np.bincount(who[use & edited & timed], minlength=size)
    automatic = np.bincount(who[use & edited & timed & acts.automatic], minlength=size)
    refused = np.bincount(who[use & (pairs["action"].to_numpy() == REFUSED)], minlength=size)
    person = np.zeros(size, bool)
    person[np.unique(who[acts.human])] = True
    person[-1] = False
    present, gone = _by_term(who, use, losses, stood, size)
    chosen = np.array([kind == "judgement" for kind in kinds], bool) & losses.unexplained
    rows: list[dict[str, Any]] = []
    for at in np.flatnonzero(seen):
        terms = chosen if person[at] else losses.unexplained
        n, k = present[at, terms], gone[at, terms]
        others = np.flatnonzero(person & (np.arange(size) != at))
        rest_n, rest_k = present[np.ix_(others, terms)].sum(0), gone[np.ix_(others, terms)].sum(0)
        asked = int(n.sum())
        low, high = wilson(k.sum(), asked)
        delays = acts.delay[use & timed & (who == at)]
        rows.append({
            "actor": names[at],
            "edits": int(edits[at]),
            "automatic_share": automatic[at] / dated[at] if dated[at] else None,
            "indicators_removed": int((use & lost & (who == at)).sum()),
            "consistency": _consistency(n, k),
            "seen": int(seen[at]),
            "refused": int(refused[at]),
            "median_delay_seconds": float(np.median(delays)) if len(delays) else None,
            "removal_rate": float(k.sum() / asked) if asked else None,
            "low": float(low) if asked else None,
            "high": float(high) if asked else None,
            "colleagues_rate": _expected(n, rest_n, rest_k) if person[at] else None,
            "p_value": stratified(k, n, rest_k, rest_n) if person[at] else None,
            "person": bool(person[at]),
        })  # fmt: skip
    told = [row for row in rows if row["p_value"] is not None]
    for row, p in zip(told, holm([row["p_value"] for row in told]), strict=True):
        row["p_value"] = float(p)
    rows.sort(key=lambda row: (-row["indicators_removed"], row["actor"]))
    return pa.Table.from_pylist(rows, schema=ACTOR_SCHEMA)


def _by_term(
    who: I64, use: NDArray[np.bool_], losses: Losses, stood: list[I64], actors: int
) -> tuple[I64, I64]:
    """(actors, terms) pairs with the term, and of these without it afterwards."""
    terms = len(stood)
    sizes = np.array([len(pairs) for pairs in stood], np.int64)
    term = np.repeat(np.arange(terms), sizes)
    pair = np.concatenate(stood) if stood else np.zeros(0, np.int64)
    keep, went = use[pair], use[losses.pair]
    shape = (actors, terms)
    present = np.bincount(who[pair[keep]] * terms + term[keep], minlength=actors * terms)
    gone = np.bincount(who[losses.pair[went]] * terms + losses.term[went], minlength=actors * terms)
    return present.reshape(shape), gone.reshape(shape)


def _consistency(present: I64, gone: I64) -> float | None:
    """Chance that two different listings with one term are treated alike, over terms seen twice."""
    n, k = present.astype(float), gone.astype(float)
    twice = n >= 2
    if not twice.any():
        return None
    n, k = n[twice], k[twice]
    alike = k * (k - 1) + (n - k) * (n - k - 1)
    return float(alike.sum() / (n * (n - 1)).sum())


def _expected(mine: I64, present: I64, gone: I64) -> float | None:
    """What colleagues would have removed of the terms that this actor had before them."""
    both = (mine > 0) & (present > 0)
    if not both.any():
        return None
    rate: F64 = gone[both] / present[both]
    return float((rate * mine[both]).sum() / mine[both].sum())
