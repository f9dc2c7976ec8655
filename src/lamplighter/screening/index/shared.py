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

from lamplighter.linking.hamming_lookup import pdq_words
from lamplighter.linking.images import HUB
from lamplighter.screening.index.asked import Asked
from lamplighter.screening.index.belonging import Belonging
from lamplighter.screening.index.part import Part
from lamplighter.screening.index.tables import PARAMETERS
from lamplighter.screening.index.ties import NAMED, Match, Tie


class _Holder(NamedTuple):
    """A known listing that gives a contact, or is of an account."""

    part: Part
    node: int
    account: int  #: hashed, 0: unknown
    operation: int  #: -1: none
    template: int


def match_values(
    parts: Sequence[Part], belonging: Belonging, asked: Asked, matches: list[Match]
) -> None:
    """Add shared contacts and accounts to the matches of q listings."""
    for own, values, found in zip(asked.own, asked.values, matches, strict=True):
        for name, hashed in values:
            holders, count = _holders(parts, belonging, own, name, hashed)
            if not holders:
                continue
            if name.startswith("account:"):
                found.account = max(len(holders), count)
                _tie(found, "account", holders)
            elif _is_hub(holders):
                found.hubs.append(name)
            else:
                found.contacts.append(name)
                _tie(found, "contact", holders, name)


def _holders(
    parts: Sequence[Part], belonging: Belonging, own: int, name: str, hashed: int
) -> tuple[dict[int, _Holder], int]:
    """By hashed id, at most `VALUE_NODES` of each part; and how many versions there are in all."""
    ids: dict[int, tuple[Part, int, int]] = {}
    count = 0
    for part in parts:
        nodes, held = part.nodes_of_value(name, hashed)
        if not held:
            continue
        theirs = part.id_hashes(nodes).tolist()
        count += held - theirs.count(own)
        posters = part.account_hashes(nodes).tolist()
        for node, other, account in zip(nodes.tolist(), theirs, posters, strict=True):
            if other != own:
                ids.setdefault(other, (part, node, account))
    if not ids:
        return {}, 0
    operations, templates = belonging.of(np.array(list(ids), np.uint64))
    numbers = zip(operations.tolist(), templates.tolist(), strict=True)
    return {
        other: _Holder(*held, *of) for (other, held), of in zip(ids.items(), numbers, strict=True)
    }, count


def _is_hub(holders: dict[int, _Holder]) -> bool:
    """Whether that many parties give it that it is no one's own."""
    if len(holders) < PARAMETERS.private_listings:
        return False
    parties = {
        ("operation", each.operation) if each.operation >= 0
        else ("account", each.account) if each.account else ("listing", other)
        for other, each in holders.items()
    }  # fmt: skip
    return len(parties) > PARAMETERS.hub_share * len(holders)


def _is_firm(holders: dict[int, _Holder]) -> bool:
    """Whether it is one party's own beyond doubt.

    Listings without an account are one party only where one template is behind them; and a number
    that several give who share neither account nor text is the market's, whoever else gives it.
    """
    if len(holders) == 1:
        return True
    voices = Counter(
        ("account", each.account) if each.account
        else ("template", each.template) if each.template >= 0 else ("listing", other)
        for other, each in holders.items()
    )  # fmt: skip
    lone = sum(
        each.template < 0 and (not each.account or voices["account", each.account] == 1)
        for each in holders.values()
    )
    few = len(voices) <= PARAMETERS.hub_share * len(holders)
    return few and lone < PARAMETERS.private_listings


def _tie(found: Match, kind: str, holders: dict[int, _Holder], contact: str = "") -> None:
    """Tie a listing to the operations of these."""
    tied = [each for each in holders.values() if each.operation >= 0]
    firm = bool(tied and contact and not contact.startswith("url:") and _is_firm(holders))
    for each in tied:
        tie = found.ties.setdefault(each.operation, Tie())
        tie.add(kind, each.part, each.node)
        if contact and contact not in tie.contacts and len(tie.contacts) < NAMED:
            tie.contacts.append(contact)
        if firm:
            tie.firm.add(contact)


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
