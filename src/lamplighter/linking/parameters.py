"""The numbers linking depends on, with what each was chosen for (docs/decisions/0003)."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class LinkParameters:
    """One set of defaults for every size of input; chosen on development sets only."""

    #: A three-word phrase in this share of listings is the site's boilerplate …
    heavy_share: float = 0.008
    #: … and in at least this many listings, so that a campaign is no boilerplate on a small site.
    heavy_floor: int = 48
    #: Boilerplate is masked only where this share of a listing's words would remain.
    keep_share: float = 0.22
    #: Listings from which boilerplate is learned (those with the smallest hashed id).
    learn_from: int = 262_144
    #: Keys per listing: its smallest hashed phrases that another listing has too.
    keys: int = 16
    #: Two texts are linked from this Jaccard similarity of their unmasked word pairs …
    jaccard: float = 0.15
    #: … or, where one text was padded, from this share of the smaller text's word pairs.
    containment: float = 0.30
    #: Word pairs that must be shared in either case.
    shared: int = 4
    #: Bits by which what two texts share must exceed chance, unless they are alike surely.
    bits: float = 42.0
    #: A link below this similarity may not join two groups without a look at their other members.
    sure: float = 0.45
    #: Share of examined member pairs that must be alike for two groups to be joined.
    cohesion: float = 0.34
    #: An identifier in more listings than this must be exclusive to keep its listings together.
    private_listings: int = 6
    #: A hub is an identifier whose listings share nothing else, in at least this share.
    hub_share: float = 0.5

    def as_dict(self) -> dict[str, float | int]:
        """For run.json."""
        return asdict(self)
