"""What the known say of one new listing, and how it is tied to operations."""

from __future__ import annotations

from dataclasses import dataclass, field

from lamplighter.screening.index.part import Part

#: In the order of strength.
TIES = ("text", "contact", "image", "account")
#: Listings and contacts that a tie names.
NAMED = 5


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
        self.name(part, node)

    def name(self, part: Part, node: int) -> None:
        """Name a known listing, while there is room."""
        if len(self.listings) < NAMED:
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
