"""Contacts, accounts and pictures that known listings have too.

A contact that many parties give is a hub, by the rule of `linking.shared` with operations and
accounts as parties, and ties no one together. Contacts are compared byte by byte, pictures by their
distance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.hamming_lookup import pdq_words
from lamplighter.linking.images import HUB
from lamplighter.screening.index.asked import Asked
from lamplighter.screening.index.belonging import Belonging
from lamplighter.screening.index.part import Part
from lamplighter.screening.index.tables import PARAMETERS
from lamplighter.screening.index.ties import NAMED, Match, Tie


class _Holders(NamedTuple):
    """Known listings that give a contact, or are of an account: one place in each list."""

    ids: list[int]  #: hashed, distinct
    parts: list[Part]
    nodes: list[int]
    accounts: list[int]  #: hashed, 0: unknown
    operations: list[int]  #: -1: none
    templates: list[int]


def match_values(
    parts: Sequence[Part], belonging: Belonging, asked: Asked, matches: list[Match]
) -> None:
    """Add shared contacts and accounts to the matches of q listings."""
    values = [value for held in asked.values for value in held]
    rows = [row for row, held in enumerate(asked.values) for _ in held]
    nodes = [part.nodes_of_values(values) for part in parts]
    for at, (row, (name, _)) in enumerate(zip(rows, values, strict=True)):
        places = [(part, *of[at]) for part, of in zip(parts, nodes, strict=True) if of[at][1]]
        holders, count = _holders(places, belonging, asked.own[row]) if places else (None, 0)
        if holders is None:
            continue
        found = matches[row]
        if name.startswith("account:"):
            found.account = max(len(holders.ids), count)
            _tie(found, "account", holders)
        elif _is_hub(holders):
            found.hubs.append(name)
        else:
            found.contacts.append(name)
            _tie(found, "contact", holders, name)


def _holders(
    places: list[tuple[Part, NDArray[np.int64], int]], belonging: Belonging, own: int
) -> tuple[_Holders | None, int]:
    """All listings but the one itself, where it was seen first; and how many versions there are."""
    ids: list[int] = []
    held_by: list[Part] = []
    nodes: list[int] = []
    accounts: list[int] = []
    count = 0
    for part, found, held in places:
        theirs = part.id_hashes(found).tolist()
        count += held - theirs.count(own)
        ids += theirs
        held_by += [part] * len(theirs)
        nodes += found.tolist()
        accounts += part.account_hashes(found).tolist()
    first = {
        other: at for at, other in zip(range(len(ids) - 1, -1, -1), reversed(ids), strict=True)
    }
    first.pop(own, None)
    if not first:
        return None, 0
    if len(first) < len(ids):
        kept = sorted(first.values())
        ids, nodes, accounts = ([each[at] for at in kept] for each in (ids, nodes, accounts))
        held_by = [held_by[at] for at in kept]
    operations, templates = belonging.of(np.array(ids, np.uint64))
    return _Holders(ids, held_by, nodes, accounts, operations.tolist(), templates.tolist()), count


def _is_hub(holders: _Holders) -> bool:
    """Whether that many parties give it that it is no one's own."""
    count = len(holders.ids)
    if count < PARAMETERS.private_listings:
        return False
    alone = [a for a, of in zip(holders.accounts, holders.operations, strict=True) if of < 0]
    operations = len(set(holders.operations)) - bool(alone)
    parties = operations + len({account for account in alone if account}) + alone.count(0)
    return parties > PARAMETERS.hub_share * count


def _is_firm(holders: _Holders) -> bool:
    """Whether it is one party's own beyond doubt.

    Listings without an account are one party only where one template is behind them; and a number
    that several give who share neither account nor text is the market's, whoever else gives it.
    """
    count = len(holders.ids)
    if count == 1:
        return True
    pairs = list(zip(holders.accounts, holders.templates, strict=True))
    accounts = Counter(account for account in holders.accounts if account)
    templates = {template for account, template in pairs if not account and template >= 0}
    bare = sum(not account and template < 0 for account, template in pairs)
    voices = len(accounts) + len(templates) + bare
    lone = bare + sum(accounts[account] == 1 and template < 0 for account, template in pairs)
    return voices <= PARAMETERS.hub_share * count and lone < PARAMETERS.private_listings


def _tie(found: Match, kind: str, holders: _Holders, contact: str = "") -> None:
    """Tie a listing to the operations of these."""
    tied = [at for at, operation in enumerate(holders.operations) if operation >= 0]
    if not tied:
        return
    firm = bool(contact) and not contact.startswith("url:") and _is_firm(holders)
    for operation in {holders.operations[at]: None for at in tied}:
        tie = found.ties.setdefault(operation, Tie())
        tie.kinds.add(kind)
        if contact and contact not in tie.contacts and len(tie.contacts) < NAMED:
            tie.contacts.append(contact)
        if firm:
            tie.firm.add(contact)
    for at in tied:
        found.ties[holders.operations[at]].name(holders.parts[at], holders.nodes[at])


def match_images(
    parts: Sequence[Part], belonging: Belonging, asked: Asked, matches: list[Match]
) -> None:
    """Add known pictures to the matches of q listings."""
    rows = [row for row, held in enumerate(asked.images) for _ in held]
    if not rows:
        return
    hashes = pdq_words(b"".join(pdq for held in asked.images for pdq in held))
    near = [part.near_images(hashes) for part in parts]
    theirs = [part.id_hashes(nodes) for part, (_, nodes) in zip(parts, near, strict=True)]
    for picture, row in enumerate(rows):
        ids: dict[int, tuple[Part, int]] = {}  # by hashed listing
        for part, (pictures, nodes), others in zip(parts, near, theirs, strict=True):
            first, last = np.searchsorted(pictures, [picture, picture + 1])
            distinct, at = np.unique(others[first:last], return_index=True)
            for other, node in zip(
                distinct[: HUB + 2].tolist(), nodes[first:last][at][: HUB + 2].tolist(), strict=True
            ):
                if other != asked.own[row]:
                    ids.setdefault(other, (part, node))
        if not ids or len(ids) > HUB:
            continue
        found = matches[row]
        found.images += 1
        operations = belonging.of(np.array(list(ids), np.uint64))[0].tolist()
        for operation, (part, node) in zip(operations, ids.values(), strict=True):
            if operation >= 0:
                found.ties.setdefault(operation, Tie()).add("image", part, node)
