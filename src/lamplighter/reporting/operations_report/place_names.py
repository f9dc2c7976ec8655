"""Names on the map, each beside its dot, none over another name, a dot or a leg's number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

LABELS = 16
#: Size of a letter in units of the drawing, as on a phone, where they are drawn largest.
_WIDE, _HIGH = 8.4, 16.0
_LONGEST = 20

_Box = tuple[float, float, float, float]


class Name(NamedTuple):
    """A label with its SVG anchor (start, middle, end)."""

    x: float
    y: float
    anchor: str
    text: str


def name_places(
    points: Mapping[str, tuple[float, float]],
    discs: Sequence[tuple[float, float, float]],
    lines: Sequence[tuple[float, float]],
    size: tuple[float, float],
) -> list[Name]:
    """Names where there is room, in order of travel; a place without one has it as hover text.

    `discs` (x, y, radius) are not covered; `lines` are points on the legs, covered where they
    must be: of the spots with room, the one over the fewest of them is taken.
    """
    taken: list[_Box] = [(x - r, y - r, x + r, y + r) for x, y, r in discs]
    taken += [(x - 4, y - 4, x + 4, y + 4) for x, y in points.values()]
    names: list[Name] = []
    on = np.array(lines, dtype=np.float64).reshape(-1, 2)
    for place, (x, y) in points.items():
        text = place if len(place) <= _LONGEST else place[: _LONGEST - 1] + "…"
        room = _WIDE * len(text)
        tries = [(x + 8, y + 4.5, "start"), (x - 8, y + 4.5, "end")]
        tries += [(x, y - 9, "middle"), (x, y + 19, "middle")]
        tries += [(x + 6, y - 7, "start"), (x + 6, y + 16, "start")]
        tries += [(x - 6, y - 7, "end"), (x - 6, y + 16, "end")]
        best: tuple[int, _Box, Name] | None = None
        for at_x, at_y, anchor in tries:
            left = at_x - {"start": 0.0, "end": room, "middle": room / 2}[anchor]
            box = (left, at_y - _HIGH * 0.75, left + room, at_y + _HIGH * 0.25)
            inside = box[0] >= 2 and box[1] >= 2 and box[2] <= size[0] - 2 and box[3] <= size[1] - 2
            if not (text and inside) or any(_touch(box, other) for other in taken):
                continue
            under = (
                (box[0] < on[:, 0])
                & (on[:, 0] < box[2])
                & (box[1] < on[:, 1])
                & (on[:, 1] < box[3])
            )
            over = int(under.sum())
            if best is None or over < best[0]:
                best = over, box, Name(at_x, at_y, anchor, text)
        if best is not None:
            taken.append(best[1])
            names.append(best[2])
        if len(names) == LABELS:
            break
    return names


def _touch(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
