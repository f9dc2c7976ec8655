"""Who acted on a pair, how fast, and whether it looks like a person or a machine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.text.hashing import hash_strings

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Nobody reads an ad, judges it and edits it in less.
AUTOMATIC_SECONDS = 10
#: A person does not finish so many listings in one second.
AT_ONCE = 4
MISSING = np.iinfo(np.int64).min


class Acts(NamedTuple):
    """One entry per pair (n)."""

    actor: I64  # index into `names`; -1 where no one is named
    names: list[str]  # sorted
    delay: NDArray[np.float64]  # seconds from posting to publication; nan where unknown
    when: I64  # microseconds: publication, else posting; MISSING where neither
    rank: I64  # place in the order of time, of listing_id where times are equal
    automatic: Mask  # too fast for a person, or done by an actor who always is
    human: Mask  # by a named actor, not automatic and not the poster


def micros(column: pa.ChunkedArray | pa.Array) -> I64:
    """(n,) microseconds; MISSING for nulls."""
    filled: I64 = pc.fill_null(column, MISSING).to_numpy()
    return filled


def read_acts(pairs: pa.Table) -> Acts:
    """The acts of pairs (`PAIR_SCHEMA`)."""
    coded = pairs["actor"].combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    words = coded.dictionary.to_pylist()
    order = np.argsort(np.array(words, dtype=object)) if words else np.zeros(0, np.int64)
    rank = np.empty(len(words), np.int64)
    rank[order] = np.arange(len(words))
    index = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    actor = np.where(index >= 0, np.append(rank, -1)[index], -1).astype(np.int64)
    names = [words[at] for at in order]
    posted, published = micros(pairs["posted_at"]), micros(pairs["published_at"])
    known = (posted != MISSING) & (published != MISSING)
    delay = np.where(known, (published - np.where(known, posted, 0)) / 1e6, np.nan)
    when = np.where(published != MISSING, published, posted)
    quick = (delay >= 0) & (delay <= AUTOMATIC_SECONDS)
    poster = pairs["by_poster"].to_numpy().astype(bool)
    machine = _machines(actor, names, quick, known, poster)
    automatic = (quick & ~poster) | ((actor >= 0) & np.append(machine, False)[actor])
    automatic |= _at_once(actor, when)
    rank = np.empty(len(when), np.int64)
    rank[np.lexsort((hash_strings(pairs["listing_id"]), when))] = np.arange(len(when))
    return Acts(actor, names, delay, when, rank, automatic, (actor >= 0) & ~automatic & ~poster)


def _machines(actor: I64, names: list[str], quick: Mask, known: Mask, poster: Mask) -> Mask:
    """(names,) actors nine tenths of whose acts are too fast for a person."""
    use = (actor >= 0) & known & ~poster
    acts = np.bincount(actor[use], minlength=len(names))
    fast = np.bincount(actor[use & quick], minlength=len(names))
    found: Mask = (acts >= 3) & (fast >= 0.9 * acts)
    return found


def _at_once(actor: I64, when: I64) -> Mask:
    """Acts of one named actor of which AT_ONCE or more fall into the same second."""
    out = np.zeros(len(actor), bool)
    use = np.flatnonzero((actor >= 0) & (when != MISSING))
    if len(use) == 0:
        return out
    second = when[use] // 1_000_000
    order = np.lexsort((second, actor[use]))
    who, moment = actor[use][order], second[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (who[1:] != who[:-1]) | (moment[1:] != moment[:-1])
    group = np.cumsum(fresh) - 1
    out[use[order]] = np.bincount(group)[group] >= AT_ONCE
    return out
