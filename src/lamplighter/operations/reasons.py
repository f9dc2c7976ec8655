"""Every rule that fired, as a reason: name, points, sentence, grade, listings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import Indices, Mask
from lamplighter.operations.features import Features
from lamplighter.operations.judge import Verdict
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import REASON
from lamplighter.operations.policy import Combination, Policy, Rule
from lamplighter.operations.runs import offsets_of, spread
from lamplighter.operations.sentences import sentences

#: Listings that a reason names at most: with points, and without.
NAMED, NAMED_WITHOUT_POINTS = 20, 5
#: How a reason's sentence says what its grade means, where that is not plain.
_NOT_A_SIGN = " (commonly believed; tested; not a sign)"


def reasons(
    policy: Policy,
    verdict: Verdict,
    layout: Layout,
    features: Features,
    listing_ids: pa.Array,
    order: Indices,
) -> pa.Array:
    """List of reasons of each operation, in the given order of operations: what moved the band
    first, then by points, then as the policy has them. `listing_ids` are those of the members."""
    clauses: list[Rule | Combination] = [*policy.rules, *policy.combinations]
    parts = []
    cache: dict[str, tuple[Indices, Indices]] = {}
    for clause, hit in zip(clauses, verdict.fired, strict=True):
        who = np.flatnonzero(hit)
        if len(who):
            parts.append(_one(clause, hit, who, layout, features, cache))
    operation = np.concatenate([part[0] for part in parts])
    number = np.concatenate([np.full(len(p[0]), k, np.int64) for k, p in enumerate(parts)])
    points = np.concatenate([np.full(len(p[0]), p[2], np.float64) for p in parts])
    counts = np.concatenate([part[5] for part in parts])
    starts = offsets_of(counts)[:-1]
    members = np.concatenate([part[6] for part in parts])
    place = np.empty(layout.operations, np.int64)
    place[order] = np.arange(len(order))
    lifting = np.array([part[7] for part in parts])[number]
    sort = np.lexsort((number, -np.abs(points), ~lifting, place[operation]))
    names = pa.array([part[1] for part in parts], pa.large_string())
    grades = pa.array([part[4] for part in parts], pa.large_string())
    texts = pa.concat_arrays([part[3] for part in parts])
    rows = pa.array(number[sort])
    listings = pa.LargeListArray.from_arrays(
        pa.array(offsets_of(counts[sort])),
        listing_ids.take(pa.array(members[spread(starts[sort], counts[sort])])),
    )
    table = pa.StructArray.from_arrays(
        [
            names.take(rows),
            pa.array(points[sort]),
            texts.take(pa.array(sort)),
            grades.take(rows),
            listings,
        ],
        fields=list(REASON),
    )
    per_operation = np.bincount(place[operation], minlength=layout.operations)
    return pa.LargeListArray.from_arrays(pa.array(offsets_of(per_operation)), table)


def headlines(policy: Policy, verdict: Verdict, features: Features) -> Sequence[str]:
    """(m,) one sentence: size, and what weighs most."""
    m = len(verdict.score)
    heaviest: list[list[str]] = [[] for _ in range(m)]
    # Heaviest first; of mere observations the last, which is the most general.
    ranked = sorted(
        range(len(policy.rules)), key=lambda number: (-policy.rules[number].points, -number)
    )
    for number in ranked:
        rule, hit = policy.rules[number], verdict.fired[number]
        if rule.points <= 0 and not rule.fallback and rule.evidence != "observation":
            continue
        label = rule.name.replace("-", " ")
        for at in np.flatnonzero(hit).tolist():
            if len(heaviest[at]) < 3 and (rule.points > 0 or not heaviest[at]):
                heaviest[at].append(label)
    listings = features.values["listings"].tolist()
    phones = features.values["phones"].tolist()
    places = features.values["places"].tolist()
    return [
        f"{_some(n, 'listing')}, {_some(p, 'phone')}, {_some(c, 'place')}: {', '.join(what)}"
        for n, p, c, what in zip(listings, phones, places, heaviest, strict=True)
    ]


def _some(count: float, word: str) -> str:
    return f"{count:,.0f} {word}{'' if count == 1 else 's'}"


def _one(
    clause: Rule | Combination,
    hit: Mask,
    who: Indices,
    layout: Layout,
    features: Features,
    cache: dict[str, tuple[Indices, Indices]],
) -> tuple[Indices, str, float, pa.Array, str, Indices, Indices, bool]:
    if isinstance(clause, Rule):
        feature, points = clause.when[0].feature, clause.points
        lifting = clause.moves_to in ("A", "B")
        cap = NAMED if points > 0 or lifting else NAMED_WITHOUT_POINTS
    else:
        feature, points, cap, lifting = "", 0.0, NAMED_WITHOUT_POINTS, True
    mask = features.rests_on.get(feature)
    key = feature if mask is not None else ""
    if key not in cache:
        everyone = np.arange(len(layout.rows), dtype=np.int64)
        at = everyone if mask is None else np.flatnonzero(mask)
        counts = np.bincount(layout.operation[at], minlength=layout.operations)
        cache[key] = (at, counts)
    at, all_counts = cache[key]
    counts = all_counts[who]
    kept = np.minimum(counts, cap)
    members = at[spread(offsets_of(all_counts)[:-1][who], kept)]
    texts = sentences(
        clause.sentence,
        who,
        all_counts.astype(np.float64),
        features.words.get(feature),
        features,
    )
    if clause.evidence in ("tested-null", "tested-negative"):
        ending, nothing = (pa.scalar(text, pa.large_string()) for text in (_NOT_A_SIGN, ""))
        texts = pc.binary_join_element_wise(texts, ending, nothing)
    return who, clause.name, points, texts, clause.evidence, kept, members, lifting
