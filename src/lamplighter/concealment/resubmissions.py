"""A listing refused, and the one the same account posted soon afterwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.acts import MISSING, micros
from lamplighter.concealment.edits import published
from lamplighter.listings.actions import REFUSED
from lamplighter.text.hashing import hash_strings

#: "Within minutes": no later than this after the refused listing was posted.
WINDOW_MINUTES = 60
#: Later listings of the account that are looked at.
_NEXT = 6


class Resubmissions(NamedTuple):
    """Refused rows and rows published after them by the same account; every likely match (m)."""

    refused: NDArray[np.int64]
    again: NDArray[np.int64]
    minutes: NDArray[np.float64]


def resubmissions(pairs: pa.Table) -> Resubmissions:
    """Candidates among pairs (`PAIR_SCHEMA`); which of them hold together, `chains` decides.

    Rows without account or time cannot be told apart and are left out.
    """
    posted = micros(pairs["posted_at"])
    known = pc.is_valid(pairs["account_id"]).to_numpy() & (posted != MISSING)
    account = hash_strings(pairs["account_id"])
    refused = known & (pairs["action"].to_numpy() == REFUSED)
    shown = known & published(pairs)
    rows = np.flatnonzero(known & np.isin(account, account[refused]))
    order = rows[np.lexsort((posted[rows], account[rows]))]
    found: list[tuple[int, int]] = []
    for at in np.flatnonzero(refused[order]):
        first, seen = order[at], 0
        for other in order[at + 1 : at + 50]:
            late = posted[other] - posted[first] > WINDOW_MINUTES * 60_000_000
            if account[other] != account[first] or late or seen == _NEXT:
                break
            if shown[other]:
                found.append((int(first), int(other)))
                seen += 1
    left = np.array([one for one, _ in found], np.int64)
    right = np.array([two for _, two in found], np.int64)
    return Resubmissions(left, right, (posted[right] - posted[left]) / 60e6)
