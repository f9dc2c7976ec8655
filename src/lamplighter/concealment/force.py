"""When and where a term was on the list: the stretch of time, the categories and the forms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.concealment.acts import MISSING, Acts
from lamplighter.concealment.strip_list import REMOVED, SURVIVED
from lamplighter.concealment.terms import Events
from lamplighter.concealment.token_state import DISGUISED, FORMS, PLAIN

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: A stretch or a set of categories counts if it holds so much of all removals …
_MOST = 0.85
#: … and if survivals outside it are no accident.
_ACCIDENT = 0.01


class Force(NamedTuple):
    """How a term fares. Indices into the listings of the term, which are sorted by time."""

    present: int
    removed: int
    inside_present: int
    inside_removed: int
    entered: int  # microseconds; MISSING where not told
    left: int
    first: int
    last: int
    categories: I64 | None  # codes; None for all
    variants: list[tuple[str, int, int]]
    survives_disguised: bool
    removed_pairs: I64


def _per_pair(events: Events, keep: Mask) -> tuple[I64, Mask]:
    """Pairs with a term in some forms, and whether it is gone from them."""
    pair, gone = events.pair[keep], events.gone[keep]
    distinct, inverse = np.unique(pair, return_inverse=True)
    return distinct, np.bincount(inverse, weights=gone, minlength=len(distinct)) > 0


def _stretch(gone: Mask) -> tuple[int, int]:
    """[start, stop) of largest score: Kadane's maximum subarray."""
    score = np.where(gone, REMOVED, SURVIVED)
    sums = np.concatenate([np.zeros(1), np.cumsum(score)])
    lowest = np.minimum.accumulate(sums[:-1])
    stop = int(np.argmax(sums[1:] - lowest)) + 1
    start = int(np.argmin(sums[:stop]))
    return start, stop


def in_force(events: Events, acts: Acts, category: I64) -> Force:
    """What the occurrences of one term say; `acts` and `category` are of all pairs (n,)."""
    variants = []
    caught = np.zeros(len(FORMS), bool)
    for form in range(len(FORMS)):
        pair, gone = _per_pair(events, events.form == form)
        variants.append((FORMS[form], len(pair), int(gone.sum())))
        caught[form] = form == PLAIN or (len(pair) > 0 and 2 * gone.sum() >= len(pair))
    if not caught[events.form].any():
        caught[:] = True
    pair, gone = _per_pair(events, caught[events.form])
    when = acts.when
    order = np.argsort(acts.rank[pair])
    pair, gone = pair[order], gone[order]
    time, codes = when[pair], category[pair]
    # A list may hold for some categories and for some time: either may have to be known to see
    # the other, so both ways round are tried and the one that explains more is kept.
    tried = [
        _scope(time, codes, gone, first)
        for first in (np.ones(len(gone), bool), np.isin(codes, np.unique(codes[gone])))
    ]
    scope = max(tried, key=lambda one: one.score)
    lost = when[pair[gone]]
    dated = len(lost) > 0 and bool((lost != MISSING).all())
    return Force(
        present=len(pair),
        removed=int(gone.sum()),
        inside_present=int(scope.inside.sum()),
        inside_removed=int(gone[scope.inside].sum()),
        entered=scope.entered,
        left=scope.left,
        first=int(lost.min()) if dated else MISSING,
        last=int(lost.max()) if dated else MISSING,
        categories=scope.categories,
        variants=variants,
        survives_disguised=_survives(variants),
        removed_pairs=pair[gone],
    )


class _Scope(NamedTuple):
    """Listings in force, from when until when, and in which categories."""

    inside: Mask
    entered: int
    left: int
    categories: I64 | None
    score: float


def _scope(time: I64, codes: I64, gone: Mask, first: Mask) -> _Scope:
    """The scope that is found by looking for a stretch of time among the listings `first`."""
    entered = left = MISSING
    among = np.flatnonzero(first)
    inside = first.copy()
    if len(among) and gone.any() and (time != MISSING).all():
        start, stop = _stretch(gone[among])
        part = gone[among]
        if part[start:stop].sum() >= _MOST * gone.sum():
            miss = 1 - min(float(part[start:stop].mean()), 0.99)
            if start and miss ** (start - part[:start].sum()) < _ACCIDENT:
                entered = int(time[among[start]])
                inside &= time >= entered
            if stop < len(part) and miss ** (len(part) - stop - part[stop:].sum()) < _ACCIDENT:
                left = int(time[among[stop - 1]])
                inside &= time <= left
    within = (time >= entered) & ((time <= left) | (left == MISSING))
    categories = _categories(codes[within], gone[within], int(gone.sum()))
    inside = within if categories is None else within & np.isin(codes, categories)
    hits = gone[inside].sum()
    score = float(hits * REMOVED + (inside.sum() - hits) * SURVIVED)
    return _Scope(inside, entered, left, categories, score)


def _categories(codes: I64, gone: Mask, all_gone: int) -> I64 | None:
    """Categories where the term goes more often than not, if survivals elsewhere are no accident."""
    distinct, inverse = np.unique(codes, return_inverse=True)
    present = np.bincount(inverse, minlength=len(distinct))
    removed = np.bincount(inverse, weights=gone, minlength=len(distinct))
    listed = removed > 0.5 * present
    outside = int(present[~listed].sum())
    hits = float(removed[listed].sum())
    if not listed.any() or outside == 0 or hits < _MOST * all_gone:
        return None
    miss = 1 - min(hits / float(present[listed].sum()), 0.99)
    if miss**outside >= _ACCIDENT or removed[~listed].sum() > 0.1 * outside:
        return None
    found: I64 = distinct[listed]
    return found


def _survives(variants: list[tuple[str, int, int]]) -> bool:
    """Whether the disguised term survives where the plain one does not."""
    _, plain, plain_gone = variants[PLAIN]
    _, other, other_gone = variants[DISGUISED]
    return bool(other > 0 and plain > 0 and plain_gone >= 0.8 * plain and 2 * other_gone < other)
