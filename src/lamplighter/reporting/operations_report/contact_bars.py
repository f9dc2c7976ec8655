"""Two bars for each contact: listings inside the operation, and outside it, on one scale.

A private number has the first bar alone; a hub has mostly the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lamplighter.reporting.operations_report.lead import Identifier

#: The scale reaches to this multiple of the largest inner bar; what goes beyond is cut.
_REACH = 3


class Bars(NamedTuple):
    """Widths in percent; `cut` where the outer bar goes beyond the scale."""

    inside: float
    outside: float
    cut: bool


def bars(identifiers: Sequence[Identifier]) -> list[Bars]:
    """One pair of bars for each identifier, on the scale that they share."""
    most_in = max((one.inside for one in identifiers), default=1)
    most_out = max((one.outside for one in identifiers), default=0)
    scale = max(most_in, min(most_out, _REACH * most_in), 1)
    return [
        Bars(
            100 * max(one.inside, 0) / scale,
            100 * min(max(one.outside, 0) / scale, 1.0),
            one.outside > scale,
        )
        for one in identifiers
    ]
