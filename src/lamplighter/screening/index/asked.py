"""New listings as the index is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.screening.index.values import CONTACTS
from lamplighter.screening.listing import Listing
from lamplighter.screening.spoken import Spoken
from lamplighter.text.hashing import hash_strings


class Asked(NamedTuple):
    """q listings: what of them can be known already."""

    own: list[int]  #: (q,) hashed ids: their own earlier versions do not count
    offsets: NDArray[np.int64]  #: (q+1,)
    tokens: NDArray[np.uint32]
    topics: list[str | None]
    values: list[list[tuple[str, int]]]  #: distinct `kind:value` of contacts and account, hashed
    images: list[list[bytes]]  #: PDQ hashes


def asked_of(listings: Sequence[Listing], spoken: Sequence[Spoken]) -> Asked:
    """These listings, which say this."""
    tokens = [each.tokens for each in spoken]
    offsets = np.zeros(len(tokens) + 1, np.int64)
    np.cumsum([len(each) for each in tokens], out=offsets[1:])
    names = [_values(one, said) for one, said in zip(listings, spoken, strict=True)]
    texts = [one.listing_id for one in listings] + [name for held in names for name in held]
    hashes = hash_strings(pa.array(texts, pa.large_string())).tolist()
    rest = iter(hashes[len(listings) :])
    return Asked(
        own=hashes[: len(listings)],
        offsets=offsets,
        tokens=tokens[0] if len(tokens) == 1 else np.concatenate([np.zeros(0, np.uint32), *tokens]),
        topics=[each.topic for each in spoken],
        values=[[(name, next(rest)) for name in held] for held in names],
        images=[each.images for each in spoken],
    )


def _values(listing: Listing, spoken: Spoken) -> list[str]:
    names = dict.fromkeys(
        f"{each.kind}:{each.value}" for each in spoken.identifiers if each.kind in CONTACTS
    )
    if listing.account_id is not None:
        names[f"account:{listing.account_id}"] = None
    return list(names)
