"""New listings against the known: which texts are alike, which contacts and pictures are shared.

Every match is verified: texts by the measure of `link`, contacts byte by byte, pictures by their
distance. A contact that many parties give is a hub, by the rule of `linking.shared` with operations
and accounts as parties, and ties no one together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import Words
from lamplighter.linking.hamming_lookup import pdq_words
from lamplighter.linking.images import HUB
from lamplighter.screening.index.belonging import Belonging
from lamplighter.screening.index.kernels import MOST
from lamplighter.screening.index.tables import ASKED, PARAMETERS, Tables
from lamplighter.screening.index.values import CONTACTS
from lamplighter.screening.said import Said
from lamplighter.text.hashing import hash_strings

#: Words of known texts that one listing is compared with, so that a huge text costs no more.
MOST_WORDS = 400_000
#: In the order of strength.
TIES = ("text", "contact", "image", "account")
#: Listings and contacts that a tie names.
_NAMED = 5


class Part(Protocol):
    """A segment, or the recent part: nodes are numbers of listings in it."""

    def candidates(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """(q, MOST) nodes for the keys (q, width) of q texts, -1 where none, and their scores."""

    def lengths(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) tokens of each node."""

    def gather(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.uint32]
    ) -> None:
        """Copy the tokens of nodes to out[starts[i]:]."""

    def apart(self, nodes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(k,) how rare the topic of each node is."""

    def id_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,) hashed listing ids."""

    def account_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,) hashed accounts, 0 where unknown."""

    def listing_id(self, node: int) -> str:
        """The listing's id as it came."""

    def nodes_of_value(self, value: str, hashed: int) -> tuple[NDArray[np.int64], int]:
        """Nodes with `kind:value`, at most VALUE_NODES, and how many there are."""

    def near_images(self, hashes: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the hashes (q, 4), and a node with a picture within 31 bits; by hash."""


@dataclass
class Tie:
    """How a listing is tied to one operation."""

    kinds: set[str] = field(default_factory=set)
    likeness: float = 0.0
    listings: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    #: Contacts that are one party's own beyond doubt: no web address, and not mostly on listings of
    #: different accounts, as a number that strangers share is before it is seen to be a hub.
    firm: set[str] = field(default_factory=set)

    def add(self, kind: str, part: Part, node: int) -> None:
        """One more way, by way of this known listing."""
        self.kinds.add(kind)
        if len(self.listings) < _NAMED:
            listing = part.listing_id(node)
            if listing not in self.listings:
                self.listings.append(listing)


@dataclass
class Match:
    """What the known say of one new listing; its own earlier versions do not count."""

    copies: dict[str, float] = field(default_factory=dict)  #: alike listings: likeness
    template: int = -1  #: of the most alike that has one
    contacts: list[str] = field(default_factory=list)  #: shared, and one party's own
    hubs: list[str] = field(default_factory=list)
    images: int = 0  #: pictures that known listings show too
    account: int = 0  #: known listings of the same account
    ties: dict[int, Tie] = field(default_factory=dict)  #: by number of the operation

    @property
    def likeness(self) -> float:
        """Of the most alike text."""
        return max(self.copies.values(), default=0.0)


def match(
    parts: Sequence[Part],
    tables: Tables,
    belonging: Belonging,
    said: Said,
    ids: pa.Array,
    values: tuple[NDArray[np.int64], pa.Array],
    listings: int,
) -> list[Match]:
    """Match q listings with these ids; `values` are theirs (`values_of`)."""
    matches = [Match() for _ in range(len(ids))]
    own = hash_strings(ids)
    _texts(parts, tables, belonging, said, own, listings, matches)
    _values(parts, belonging, own, values, matches)
    _images(parts, belonging, own, said.images, matches)
    return matches


def _texts(
    parts: Sequence[Part],
    tables: Tables,
    belonging: Belonging,
    said: Said,
    own: NDArray[np.uint64],
    listings: int,
    matches: list[Match],
) -> None:
    keys = Tables.keys(tables.weigh_places(said.offsets, said.tokens), ASKED)
    asked, part_of, nodes, scores = _candidates(parts, keys, own)
    lengths = _each(parts, part_of, nodes, "lengths", np.int64)
    # Of each listing the candidates with most in common, as far as their words go.
    order = np.lexsort((nodes, part_of, -scores, asked))
    asked, part_of, nodes, lengths = asked[order], part_of[order], nodes[order], lengths[order]
    first = np.searchsorted(asked, asked)
    total = np.cumsum(lengths)
    before = total - lengths
    taken = (np.arange(len(asked)) - first < MOST) & (total - before[first] <= MOST_WORDS)
    asked, part_of, nodes, lengths = asked[taken], part_of[taken], nodes[taken], lengths[taken]
    if not len(asked):
        return
    weights = _weights(parts, tables, said, listings, asked, part_of, nodes, lengths)
    alike = weights > 0
    asked, part_of, nodes, weights = asked[alike], part_of[alike], nodes[alike], weights[alike]
    operations, templates = belonging.of(_each(parts, part_of, nodes, "id_hashes", np.uint64))
    for at in np.lexsort((nodes, part_of, -weights, asked)).tolist():
        found = matches[int(asked[at])]
        name = parts[int(part_of[at])].listing_id(int(nodes[at]))
        likeness = round(float(weights[at]), 4)
        found.copies.setdefault(name, likeness)
        if found.template < 0:
            found.template = int(templates[at])
        if operations[at] >= 0:
            tie = found.ties.setdefault(int(operations[at]), Tie())
            tie.add("text", parts[int(part_of[at])], int(nodes[at]))
            tie.likeness = max(tie.likeness, likeness)


def _candidates(
    parts: Sequence[Part], keys: NDArray[np.uint64], own: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Listing asked for, part, node and score of all candidates but the listing itself."""
    columns: list[tuple[NDArray[np.int64], ...]] = []
    scores = [np.zeros(0, np.float32)]
    for number, part in enumerate(parts):
        found, score = part.candidates(keys)
        asked, place = np.nonzero(found >= 0)
        nodes = found[asked, place]
        other = part.id_hashes(nodes) != own[asked]
        columns.append((asked[other], np.full(int(other.sum()), number, np.int64), nodes[other]))
        scores.append(score[asked, place][other])
    none = np.zeros(0, np.int64)
    joined = [np.concatenate([none, *(each[i] for each in columns)]) for i in range(3)]
    return joined[0], joined[1], joined[2], np.concatenate(scores)


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
    parts: Sequence[Part],
    tables: Tables,
    said: Said,
    listings: int,
    asked: NDArray[np.int64],
    part_of: NDArray[np.int64],
    nodes: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> NDArray[np.float32]:
    """How alike each candidate is: all texts side by side, each listing behind its candidates."""
    queries = np.unique(asked)
    own = np.diff(said.offsets)[queries]
    behind = np.lexsort(
        (
            np.concatenate([np.zeros(len(asked), np.int64), np.ones(len(queries), np.int64)]),
            np.concatenate([asked, queries]),
        )
    )
    place = np.empty(len(behind), np.int64)
    place[behind] = np.arange(len(behind))
    sizes = np.concatenate([lengths, own])[behind]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    tokens = np.empty(int(offsets[-1]), np.uint32)
    apart = np.zeros(len(behind), np.uint8)
    row_of = place[: len(asked)]
    row_of_query = place[len(asked) :]
    for number, part in enumerate(parts):
        mine = np.flatnonzero(part_of == number)
        if len(mine):
            part.gather(nodes[mine], offsets[row_of[mine]], tokens)
            apart[row_of[mine]] = part.apart(nodes[mine])
    apart[row_of_query] = tables.apart(said.topics)[queries]
    for query, row in zip(queries.tolist(), row_of_query.tolist(), strict=True):
        tokens[offsets[row] : offsets[row + 1]] = said.tokens[
            said.offsets[query] : said.offsets[query + 1]
        ]
    texts = tables.weigh_places(offsets, tokens)
    larger = row_of_query[np.searchsorted(queries, asked)].astype(np.uint64)
    pairs = (larger << np.uint64(32)) | row_of.astype(np.uint64)
    return tables.likeness(texts, apart, pairs, listings)


def _values(
    parts: Sequence[Part],
    belonging: Belonging,
    own: NDArray[np.uint64],
    values: tuple[NDArray[np.int64], pa.Array],
    matches: list[Match],
) -> None:
    rows, names = values
    hashes = hash_strings(names)
    seen: set[tuple[int, str]] = set()
    for row, name, hashed in zip(rows.tolist(), names.to_pylist(), hashes.tolist(), strict=True):
        kind = name.partition(":")[0]
        if (row, name) in seen or kind not in (*CONTACTS, "account"):
            continue
        seen.add((row, name))
        _value(parts, belonging, own[row], name, hashed, matches[row])


def _value(
    parts: Sequence[Part],
    belonging: Belonging,
    own: np.uint64,
    name: str,
    hashed: int,
    found: Match,
) -> None:
    """One contact or account of one listing."""
    others, count = 0, 0
    ids: dict[int, tuple[Part, int, int]] = {}  # by hashed listing: part, node, account
    for part in parts:
        nodes, held = part.nodes_of_value(name, hashed)
        if not len(nodes):
            continue
        theirs = part.id_hashes(nodes)
        posters = part.account_hashes(nodes)
        mine = int((theirs == own).sum())
        count += held - mine
        for node, other, account in zip(
            nodes.tolist(), theirs.tolist(), posters.tolist(), strict=True
        ):
            if other != own:
                ids.setdefault(other, (part, node, account))
    others = len(ids)
    if not others:
        return
    operations, templates = (
        numbers.tolist() for numbers in belonging.of(np.array(list(ids), np.uint64))
    )
    if name.startswith("account:"):
        found.account = max(others, count)
    else:
        parties = {
            ("operation", operation) if operation >= 0
            else ("account", account) if account else ("listing", other)
            for operation, (other, (_, _, account)) in zip(operations, ids.items(), strict=True)
        }  # fmt: skip
        if others >= PARAMETERS.private_listings and len(parties) > PARAMETERS.hub_share * others:
            found.hubs.append(name)
            return
        found.contacts.append(name)
    kind = "account" if name.startswith("account:") else "contact"
    # Listings without an account are one party only where one template is behind them; and a number
    # that several give who share neither account nor text is the market's, whoever else gives it.
    voices = Counter(
        ("account", account) if account else ("template", at) if at >= 0 else ("listing", other)
        for at, (other, (_, _, account)) in zip(templates, ids.items(), strict=True)
    )
    lone = sum(
        at < 0 and (not account or voices["account", account] == 1)
        for at, (_, _, account) in zip(templates, ids.values(), strict=True)
    )
    firm = not name.startswith("url:") and (
        others == 1
        or (len(voices) <= PARAMETERS.hub_share * others and lone < PARAMETERS.private_listings)
    )
    for operation, (part, node, _) in zip(operations, ids.values(), strict=True):
        if operation >= 0:
            tie = found.ties.setdefault(operation, Tie())
            tie.add(kind, part, node)
            if kind == "contact" and name not in tie.contacts and len(tie.contacts) < _NAMED:
                tie.contacts.append(name)
            if kind == "contact" and firm:
                tie.firm.add(name)


def _images(
    parts: Sequence[Part],
    belonging: Belonging,
    own: NDArray[np.uint64],
    images: pa.Table,
    matches: list[Match],
) -> None:
    if not images.num_rows:
        return
    rows = images["row"].to_numpy().astype(np.int64)
    hashes = pdq_words(b"".join(images["pdq"].to_pylist()))
    near = [part.near_images(hashes) for part in parts]
    theirs = [part.id_hashes(nodes) for part, (_, nodes) in zip(parts, near, strict=True)]
    for picture, row in enumerate(rows.tolist()):
        ids: dict[int, tuple[Part, int]] = {}  # by hashed listing
        for part, (asked, nodes), others in zip(parts, near, theirs, strict=True):
            first, last = np.searchsorted(asked, [picture, picture + 1])
            distinct, at = np.unique(others[first:last], return_index=True)
            for other, node in zip(
                distinct[: HUB + 2].tolist(), nodes[first:last][at][: HUB + 2].tolist(), strict=True
            ):
                if other != own[row]:
                    ids.setdefault(other, (part, node))
        if not ids or len(ids) > HUB:
            continue
        found = matches[row]
        found.images += 1
        operations = belonging.of(np.array(list(ids), np.uint64))[0].tolist()
        for operation, (part, node) in zip(operations, ids.values(), strict=True):
            if operation >= 0:
                found.ties.setdefault(operation, Tie()).add("image", part, node)
