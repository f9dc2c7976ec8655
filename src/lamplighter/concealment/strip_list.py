"""The strip list: which terms a platform deletes, recovered from version pairs alone.

A candidate is a stretch of one to four words that was deleted whole, in at least one pair. For each
it is counted in how many submitted texts it stood and from how many of these it was gone. Accounts
are the unit of chance, not listings: one poster's habit, repeated, is one event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.concealment.statistics import chance_of, holm
from lamplighter.concealment.terms import (
    Corpus,
    Events,
    count_terms,
    find_terms,
    select,
    term_table,
)
from lamplighter.foundation.jit import kernel

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Chance of any false term in a list that is kept (after Holm's correction over all candidates).
LEVEL = 1e-3
#: A term is recovered from at least so many accounts (or listings where accounts are unknown).
LEAST = 3
#: Occurrences read in full; at a rate near the base rate nothing is lost by more.
_MOST_EVENTS = 20_000_000
#: A word that stands in every other listing and goes from one in two hundred is no term of a list.
#: One in more than a tenth of all is an ordinary word: it has to go the more often, up to each other
#: time.
_LEAST_RATE, _ORDINARY, _ORDINARY_RATE = 0.005, 0.1, 0.5
#: A removal speaks for a list in force, a survival against it: log-likelihood ratios of the rates .97
#: while it is and .01 while it is not.
REMOVED, SURVIVED = float(np.log(0.97 / 0.01)), float(np.log(0.03 / 0.99))


class Candidates(NamedTuple):
    """Distinct deleted stretches of c terms: key, first token, words in it, pairs of own deletion."""

    keys: NDArray[np.uint64]
    tokens: NDArray[np.uint32]  # (c, LONGEST_TERM), 0 beyond `size`
    size: I64
    own: I64


@dataclass(frozen=True)
class StripList:
    """Terms found (t), as indices into the candidates, and where they occur (`events.term` counts
    terms from 0). `p` is Holm's over `tested` candidates; `base` the rate of deletion by chance."""

    chosen: I64
    events: Events
    p: NDArray[np.float64]
    base: float
    tested: int


def candidates_of(
    keys: NDArray[np.uint64], lows: I64, highs: I64, pair: I64, hashes: NDArray[np.uint32],
    longest: int,
) -> Candidates:  # fmt: skip
    """Distinct candidates of the deleted stretches (h,), sorted by key."""
    distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    size = (highs - lows)[first]
    tokens = np.zeros((len(distinct), longest), np.uint32)
    for at in range(longest):
        inside = size > at
        tokens[inside, at] = hashes[lows[first][inside] + at]
    once = (
        np.unique(np.stack([inverse.astype(np.int64), pair]), axis=1)[0] if len(keys) else inverse
    )
    return Candidates(distinct, tokens, size, np.bincount(once, minlength=len(distinct)))


def recover(
    corpus: Corpus, candidates: Candidates, unit: I64, rank: I64, category: I64 | None = None
) -> StripList:
    """The terms that are deleted far more often than words are by chance.

    `unit` (n,) is what counts once for chance: the account of each pair; `rank` (n,) its place in time. A term
    that was on the list for a while only is found by the stretch of time in which it goes; every
    place where that stretch could begin counts as a test. Where the terms found show that the list
    holds in some of the categories only (`category` (n,), codes), the others are looked for there
    once more.
    """
    counted = corpus.counted.astype(bool)
    per_row = np.diff(corpus.offsets)
    all_tokens = int(per_row[counted].sum())
    deleted = int((np.repeat(counted, per_row) & ((corpus.states & 3) == 1)).sum())
    base = min(max(deleted / max(all_tokens, 1), 1e-4), 0.5)
    table = term_table(candidates.keys, candidates.tokens[:, 0])
    tested = len(candidates.keys)
    present = count_terms(corpus, table)
    likely = _asked(candidates, present, int(counted.sum()))
    events = find_terms(corpus, table, likely, _MOST_EVENTS)
    p = _chance(events, unit, rank, base, tested)
    likely &= holm(p, tested) < LEVEL
    likely &= ~_made_of_others(candidates, likely)
    events = _uncovered(select(events, likely[events.term]), candidates)
    p = _chance(events, unit, rank, base, tested)
    good = likely & (holm(p, tested) < LEVEL)
    inside = None if category is None else _scope(events, good, category)
    if inside is not None:
        within = find_terms(
            corpus, table, _asked(candidates, present, int(counted.sum())) & ~good, _MOST_EVENTS
        )
        within = select(within, inside[category[within.pair]])
        again = np.minimum(2 * _chance(within, unit, rank, base, tested), 1.0)
        more = ~good & (holm(again, tested) < LEVEL)
        more &= ~_made_of_others(candidates, good | more)
        good |= more
        p = np.where(more, again, p)
        events = _uncovered(find_terms(corpus, table, good, _MOST_EVENTS), candidates)
    chosen = np.flatnonzero(good)
    events = select(events, good[events.term])
    place = np.full(tested, -1, np.int32)
    place[chosen] = np.arange(len(chosen))
    events = events._replace(term=place[events.term])
    return StripList(chosen, events, holm(p[chosen], tested), base, tested)


def _asked(candidates: Candidates, present: I64, pairs: int) -> Mask:
    """(c,) candidates deleted often enough to be asked about."""
    share = np.clip(5 * (present / max(pairs, 1) - _ORDINARY), 0.0, _ORDINARY_RATE)
    asked: Mask = (candidates.own >= LEAST) & (
        candidates.own >= np.maximum(share, _LEAST_RATE) * present
    )
    return asked


def _scope(events: Events, good: Mask, category: I64) -> Mask | None:
    """(categories,) where the terms found go more often than not; None where that is everywhere."""
    mine = select(events, good[events.term])
    codes = category[mine.pair]
    count = int(category.max(initial=0)) + 1
    present = np.bincount(codes, minlength=count)
    gone = np.bincount(codes[mine.gone], minlength=count)
    inside: Mask = gone > 0.5 * present
    seen = present > 0
    return inside if inside.any() and not inside[seen].all() else None


def _made_of_others(candidates: Candidates, likely: Mask) -> Mask:
    """(c,) longer candidates that are shorter likely ones side by side."""
    known = {
        tuple(candidates.tokens[at, : candidates.size[at]].tolist())
        for at in np.flatnonzero(likely)
    }
    out = np.zeros(len(likely), bool)
    for at in np.flatnonzero(likely & (candidates.size > 1)):
        words = tuple(candidates.tokens[at, : candidates.size[at]].tolist())
        reached = [True] + [False] * len(words)
        for stop in range(1, len(words) + 1):
            reached[stop] = any(
                reached[start] and words[start:stop] in known
                for start in range(stop)
                if stop - start < len(words)
            )
        out[at] = reached[-1]
    return out


def _uncovered(events: Events, candidates: Candidates) -> Events:
    """Occurrences that do not lie inside an occurrence of a longer term."""
    size = candidates.size[events.term]
    order = np.lexsort((-size, events.token))
    token, long = events.token[order], size[order]
    stop = token + long
    reach = np.maximum.accumulate(np.concatenate([np.zeros(1, np.int64), stop[:-1]]))
    keep = np.sort(order[stop > reach])
    return select(events, keep)


def _chance(events: Events, unit: I64, rank: I64, base: float, terms: int) -> NDArray[np.float64]:
    """(c,) chance of so many units losing each term, over all time or in the best stretch of it."""
    out = np.ones(terms)
    if len(events.term) == 0:
        return out
    who = unit[events.pair]
    order = np.lexsort((rank[events.pair], who, events.term))
    term, who, gone = events.term[order], who[order], events.gone[order]
    fresh = np.ones(len(term), bool)
    fresh[1:] = (term[1:] != term[:-1]) | (who[1:] != who[:-1])
    starts = np.flatnonzero(fresh)
    size = np.diff(np.append(starts, len(term)))
    lost = np.add.reduceat(gone.astype(np.int64), starts) * 2 >= size
    time = rank[events.pair][order][starts]
    order = np.lexsort((time, term[starts]))
    term, lost = term[starts][order].astype(np.int64), lost[order]
    present, removed, inside, inside_removed = _best_stretch(term, lost, terms)
    whole = chance_of(removed, present, base)
    part = np.minimum(chance_of(inside_removed, inside, base) * np.maximum(present, 1), 1.0)
    return np.where(removed >= LEAST, np.minimum(whole, part), 1.0)


@kernel
def _best_stretch(term: I64, lost: Mask, terms: int) -> tuple[I64, I64, I64, I64]:
    """(c,) units with the term, of these without it afterwards, and both in the stretch of time
    with most for a list in force (Kadane's maximum subarray over log-likelihood ratios)."""
    present, removed = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
    inside, inside_removed = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
    at = 0
    while at < len(term):
        this = term[at]
        best, running, size, hits = 0.0, 0.0, 0, 0
        while at < len(term) and term[at] == this:
            if running <= 0.0:
                running, size, hits = 0.0, 0, 0
            running += REMOVED if lost[at] else SURVIVED
            size += 1
            hits += lost[at]
            if running > best:
                best, inside[this], inside_removed[this] = running, size, hits
            present[this] += 1
            removed[this] += lost[at]
            at += 1
    return present, removed, inside, inside_removed
