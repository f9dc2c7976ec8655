"""What the listings of an operation offer, judged by words of their category, title and text.

The same behaviour means different things in different trades: a couch offered in ten towns is
a couch, a person offered in ten towns is moved. So structural signs are read with the trade.
"""

from __future__ import annotations

import numpy as np

from lamplighter.operations.columns import Hashes, Indices, text_parts
from lamplighter.operations.features import Features, share
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import OperationInput
from lamplighter.operations.words import Kinds, Votes, votes, word_table

#: In the order in which ties fall. `unknown` is what no word tells.
TRADES = ("goods", "property", "job", "teaching", "personal", "service", "unknown")
_NAMED = TRADES[:-1]
_PERSONAL, _SERVICE, _UNKNOWN = (TRADES.index(name) for name in ("personal", "service", "unknown"))
_TEACHING = TRADES.index("teaching")
#: Bytes of text that are read: what is offered stands at the beginning.
_READ = 800


def trades(
    data: OperationInput,
    layout: Layout,
    lists: dict[str, tuple[str, ...]],
    filed: dict[str, tuple[str, ...]],
    features: Features,
) -> Indices:
    """(m,) number in TRADES of each operation; `lists` are words of each trade, `filed` further
    ones that tell it in a category only. Adds `company_share` (listings that show a
    registered business: legal form, licence, branch; not read where the category settles the
    trade) and words["trade"]."""
    named = {name: lists.get(name, ()) for name in (*_NAMED, "company")}
    everyone = np.arange(len(layout.rows))
    filed_words = word_table({k: (*named[k], *filed.get(k, ())) for k in named})
    category = _count(data, layout, "category", 200, everyone, filed_words, len(named))[:, :-1]
    # What is filed under goods, property, job or teaching needs no more reading.
    settled = category.any(axis=1) & (category.argmax(axis=1) < _PERSONAL)
    unsettled = np.flatnonzero(~settled)
    words = word_table(named)
    title = _count(data, layout, "title", 300, unsettled, words, len(named))
    text = _count(data, layout, "text", _READ, unsettled, words, len(named))
    said = 3 * title + text
    trade = _decide(category, said[:, :-1])
    table = np.zeros((layout.operations, len(TRADES)), np.int64)
    np.add.at(table, (layout.operation, trade), 1)
    # What nothing tells does not outvote what something tells.
    told = table[:, :_UNKNOWN]
    result = np.where(told.any(axis=1), told.argmax(axis=1), _UNKNOWN).astype(np.int64)
    features.words["trade"] = [TRADES[number] for number in result.tolist()]
    seen = said[:, -1] > 0
    features.put({"company_share": share(layout.count(seen), layout.sizes)}, seen)
    return result


def _count(
    data: OperationInput,
    layout: Layout,
    name: str,
    limit: int,
    chosen: Indices,
    table: tuple[Hashes, Kinds],
    kinds: int,
) -> Votes:
    """(n', kinds) votes of the first `limit` bytes of a column; 0 for members not chosen."""
    result = np.zeros((len(layout.rows), kinds), np.int32)
    wanted = np.zeros(len(layout.position), np.bool_)
    wanted[layout.rows[chosen]] = True
    for rows, offsets, content, local in text_parts(data.listings, name, wanted):
        result[layout.position[rows]] = votes(offsets, content, local, limit, *table, kinds)
    return result


def _decide(
    category: Votes,
    said: Votes,
) -> Indices:
    """(n',) trade of each listing: the category decides, "service" is refined by the words."""
    filed = category.any(axis=1)
    trade = np.where(filed, category.argmax(axis=1), _UNKNOWN)
    top = said.argmax(axis=1)
    clear = said.max(axis=1) >= 2
    trade = np.where(~filed & clear, top, trade)
    vague = filed & (trade == _SERVICE)
    personal, teaching = said[:, _PERSONAL], said[:, _TEACHING]
    trade = np.where(vague & (teaching >= 2) & (teaching >= personal), _TEACHING, trade)
    return np.where(vague & (personal >= 2) & (personal > teaching), _PERSONAL, trade)
