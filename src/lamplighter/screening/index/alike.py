"""Known texts that are alike, verified by the measure of `link`.

Many listings are compared by columns, one by itself: both give the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.screening.index.asked import Asked
from lamplighter.screening.index.belonging import Belonging
from lamplighter.screening.index.kernels import MOST
from lamplighter.screening.index.part import Part
from lamplighter.screening.index.tables import ASKED, Tables
from lamplighter.screening.index.ties import Match, Tie

#: Words of known texts that one listing is compared with, so that a huge text costs no more.
MOST_WORDS = 400_000


class Known(NamedTuple):
    """What texts are compared with."""

    parts: Sequence[Part]
    tables: Tables
    belonging: Belonging
    listings: int


class _Near(NamedTuple):
    """A candidate: in which part, which node, how many words, its hashed id."""

    part: int
    node: int
    tokens: int
    hashed: int


def match_texts(known: Known, asked: Asked, matches: list[Match]) -> None:
    """Add alike texts, their templates and their operations to the matches of q listings."""
    keys = Tables.keys(known.tables.weigh_places(asked.offsets, asked.tokens), ASKED)
    if len(matches) == 1:
        _match_one(known, asked, keys, matches[0])
    else:
        _match_many(known, asked, keys, matches)


def _add(found: Match, part: Part, node: int, weight: float, operation: int, template: int) -> None:
    """One alike listing; the most alike come first."""
    likeness = round(weight, 4)
    found.copies.setdefault(part.listing_id(node), likeness)
    if found.template < 0:
        found.template = template
    if operation >= 0:
        tie = found.ties.setdefault(operation, Tie())
        tie.add("text", part, node)
        tie.likeness = max(tie.likeness, likeness)


def _match_one(known: Known, asked: Asked, keys: NDArray[np.uint64], found: Match) -> None:
    parts = known.parts
    found_in: list[tuple[float, int, int]] = []  # score, part, node
    for number, part in enumerate(parts):
        nodes, scores = part.candidates(keys)
        held = zip(scores[0].tolist(), nodes[0].tolist(), strict=True)
        found_in += [(-score, number, node) for score, node in held if node >= 0]
    found_in.sort()
    near = _nearest(parts, found_in, asked.own[0])
    if not near:
        return
    texts = known.tables.weigh_places(*_side_by_side(parts, near, asked.tokens))
    apart = np.zeros(len(near) + 1, np.uint8)
    apart[-1] = known.tables.topic(asked.topics[0])
    for number, part in enumerate(parts):
        mine = [at for at, each in enumerate(near) if each.part == number]
        if mine:
            apart[mine] = part.apart(np.array([near[at].node for at in mine], np.int64))
    pairs = (np.uint64(len(near)) << np.uint64(32)) | np.arange(len(near), dtype=np.uint64)
    weights = known.tables.likeness(texts, apart, pairs, known.listings).tolist()
    alike = sorted(
        (-weight, each.part, each.node, each.hashed)
        for weight, each in zip(weights, near, strict=True)
        if weight > 0
    )
    numbers = known.belonging.of(np.array([hashed for *_, hashed in alike], np.uint64))
    for (weight, number, node, _), operation, template in zip(
        alike, *(each.tolist() for each in numbers), strict=True
    ):
        _add(found, parts[number], node, -weight, operation, template)


def _nearest(
    parts: Sequence[Part], found_in: list[tuple[float, int, int]], own: int
) -> list[_Near]:
    """Those that come first and are not the listing itself, as far as their words go."""
    near: list[_Near] = []
    room = MOST_WORDS
    for _, number, node in found_in:
        tokens, hashed = parts[number].about(node)
        if hashed == own:
            continue
        room -= tokens
        if room < 0 or len(near) == MOST:
            break
        near.append(_Near(number, node, tokens, hashed))
    return near


def _side_by_side(
    parts: Sequence[Part],
    near: list[_Near],
    own: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Offsets and tokens of the candidates, in their order, and of the listing behind them."""
    offsets = np.zeros(len(near) + 2, np.int64)
    np.cumsum([each.tokens for each in near] + [len(own)], out=offsets[1:])
    tokens = np.empty(int(offsets[-1]), np.uint32)
    for number, part in enumerate(parts):
        mine = [at for at, each in enumerate(near) if each.part == number]
        if mine:
            part.gather(np.array([near[at].node for at in mine], np.int64), offsets[mine], tokens)
    tokens[offsets[-2] :] = own
    return offsets, tokens


def _match_many(known: Known, asked: Asked, keys: NDArray[np.uint64], matches: list[Match]) -> None:
    parts = known.parts
    rows, part_of, nodes, scores = _candidates(parts, keys, np.array(asked.own, np.uint64))
    lengths = _each(parts, part_of, nodes, "lengths", np.int64)
    # Of each listing the candidates with most in common, as far as their words go.
    order = np.lexsort((nodes, part_of, -scores, rows))
    rows, part_of, nodes, lengths = rows[order], part_of[order], nodes[order], lengths[order]
    first = np.searchsorted(rows, rows)
    total = np.cumsum(lengths)
    before = total - lengths
    taken = (np.arange(len(rows)) - first < MOST) & (total - before[first] <= MOST_WORDS)
    rows, part_of, nodes, lengths = rows[taken], part_of[taken], nodes[taken], lengths[taken]
    if not len(rows):
        return
    weights = _weights(known, asked, rows, part_of, nodes, lengths)
    alike = weights > 0
    rows, part_of, nodes, weights = rows[alike], part_of[alike], nodes[alike], weights[alike]
    numbers = known.belonging.of(_each(parts, part_of, nodes, "id_hashes", np.uint64))
    order = np.lexsort((nodes, part_of, -weights, rows))
    columns = (each[order].tolist() for each in (rows, part_of, nodes, weights, *numbers))
    for row, number, node, weight, operation, template in zip(*columns, strict=True):
        _add(matches[row], parts[number], node, weight, operation, template)


def _candidates(
    parts: Sequence[Part], keys: NDArray[np.uint64], own: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Listing asked for, part, node and score of all candidates but the listing itself."""
    columns: list[tuple[NDArray[np.int64], ...]] = []
    scores = [np.zeros(0, np.float32)]
    # The search waits for memory and needs no lock of Python's: the parts are searched side by side.
    searched = _threads().map(lambda part: part.candidates(keys), parts)
    for number, (part, (found, score)) in enumerate(zip(parts, searched, strict=True)):
        asked, place = np.nonzero(found >= 0)
        nodes = found[asked, place]
        other = part.id_hashes(nodes) != own[asked]
        columns.append((asked[other], np.full(int(other.sum()), number, np.int64), nodes[other]))
        scores.append(score[asked, place][other])
    none = np.zeros(0, np.int64)
    joined = [np.concatenate([none, *(each[i] for each in columns)]) for i in range(3)]
    return joined[0], joined[1], joined[2], np.concatenate(scores)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(4, os.cpu_count() or 1), "match")


def _each(
    parts: Sequence[Part],
    part_of: NDArray[np.int64],
    nodes: NDArray[np.int64],
    name: str,
    kind: type[np.generic],
) -> NDArray[Any]:
    """What each node's part says of it."""
    out = np.zeros(len(nodes), kind)
    for number, part in enumerate(parts):
        mine = np.flatnonzero(part_of == number)
        if len(mine):
            out[mine] = getattr(part, name)(nodes[mine])
    return out


def _weights(
    known: Known,
    asked: Asked,
    rows: NDArray[np.int64],
    part_of: NDArray[np.int64],
    nodes: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> NDArray[np.float32]:
    """How alike each candidate is: all texts side by side, each listing behind its candidates."""
    queries = np.unique(rows)
    own = np.diff(asked.offsets)[queries]
    behind = np.lexsort(
        (
            np.concatenate([np.zeros(len(rows), np.int64), np.ones(len(queries), np.int64)]),
            np.concatenate([rows, queries]),
        )
    )
    place = np.empty(len(behind), np.int64)
    place[behind] = np.arange(len(behind))
    sizes = np.concatenate([lengths, own])[behind]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    tokens = np.empty(int(offsets[-1]), np.uint32)
    apart = np.zeros(len(behind), np.uint8)
    row_of = place[: len(rows)]
    row_of_query = place[len(rows) :]
    for number, part in enumerate(known.parts):
        mine = np.flatnonzero(part_of == number)
        if len(mine):
            part.gather(nodes[mine], offsets[row_of[mine]], tokens)
            apart[row_of[mine]] = part.apart(nodes[mine])
    apart[row_of_query] = [known.tables.topic(asked.topics[query]) for query in queries.tolist()]
    for query, row in zip(queries.tolist(), row_of_query.tolist(), strict=True):
        tokens[offsets[row] : offsets[row + 1]] = asked.tokens[
            asked.offsets[query] : asked.offsets[query + 1]
        ]
    texts = known.tables.weigh_places(offsets, tokens)
    larger = row_of_query[np.searchsorted(queries, rows)].astype(np.uint64)
    pairs = (larger << np.uint64(32)) | row_of.astype(np.uint64)
    return known.tables.likeness(texts, apart, pairs, known.listings)
