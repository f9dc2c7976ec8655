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
    #: … or, where less than a quarter of it is in this many times as many listings, this share: no
    #: campaign fills a tenth of a site.
    everywhere: float = 10.0
    keep_most: float = 0.35
    #: Listings from which boilerplate is learned (those with the smallest hashed id).
    learn_from: int = 262_144
    #: Listings of one large campaign that count when what is common is learned again.
    of_a_party: int = 8
    #: Keys per listing: its smallest hashed phrases that another listing has too.
    keys: int = 16
    #: Of the phrases in more listings than this, two together are a key.
    crowd: float = 64.0
    #: Two texts are alike from this Jaccard similarity of their unmasked word pairs, or from twice
    #: this share of the smaller text's word pairs.
    alike: float = 0.15
    #: Word pairs that must be shared in either case.
    shared: int = 4
    #: What two texts share must be less likely than one chance in all pairs of listings to the
    #: power of this …
    odds: float = 1.35
    #: … in proportion for a text of fewer words than these …
    full_words: float = 40.0
    #: … and this share of it suffices where texts are surely alike.
    sure_share: float = 0.25
    #: Bits that each further word of a shared run is worth at least, unless its phrase is heavy: the
    #: campaign itself makes its own words follow from one another.
    own: float = 0.35
    #: Bits by which a second shared phrase is less telling than the first.
    topic: float = 2.5
    #: Word pairs in `heavy_share` of listings are the site's; those left are a listing's own. Two
    #: texts must be alike in these too, unless less than this share of either's weight is its own …
    own_share: float = 0.2
    #: … and share as many of them: one word between the labels of a form makes two.
    own_pairs: int = 4
    #: From this similarity texts are surely alike.
    sure: float = 0.45
    #: How sure, of 1, the members of two groups must be alike on average for them to be joined.
    cohesion: float = 0.8
    #: An identifier in more listings than this must be exclusive to keep its listings together.
    private_listings: int = 6
    #: A hub is an identifier whose listings share nothing else, in at least this share.
    hub_share: float = 0.5

    def as_dict(self) -> dict[str, float | int]:
        """For run.json."""
        return asdict(self)
