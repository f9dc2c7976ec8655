"""Which numbers are guarded: one threshold parts what was refused from what was let through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.concealment.change import Change
from lamplighter.concealment.resubmissions import Resubmissions

I64 = NDArray[np.int64]

#: A label counts if it came from so many accounts.
LEAST_ACCOUNTS = 3
#: Share of refused and accepted numbers that the best threshold must part.
_PARTED = 0.9


def guarded_labels(
    found: Resubmissions, best: list[int], changes: list[Change], unit: I64
) -> set[str]:
    """Labels of numbers where that is so."""
    by_label: dict[str, list[int]] = {}
    for at in best:
        for label in changes[at].labels:
            by_label.setdefault(label, []).append(at)
    out = set()
    for label, members in by_label.items():
        accounts = {int(unit[found.refused[at]]) for at in members}
        if len(accounts) < LEAST_ACCOUNTS:
            continue
        pairs = np.array([changes[at].numbers for at in members])
        if parted(pairs[:, 0], pairs[:, 1]) >= _PARTED:
            out.add(label)
    return out


def parted(refused: I64, accepted: I64) -> float:
    """Share of numbers on the right side of the best threshold; either side may be the refused."""
    values = np.unique(np.concatenate([refused, accepted]))
    total = len(refused) + len(accepted)
    below = np.array([(refused < t).sum() + (accepted >= t).sum() for t in values])
    above = np.array([(refused > t).sum() + (accepted <= t).sum() for t in values])
    return float(max(below.max(), above.max()) / total)
