"""Counts too small to publish: few enough that somebody could be told from them."""

from __future__ import annotations

from collections.abc import Mapping

#: Counts from one to one below this are not published.
LEAST = 5


def suppressed(
    cells: Mapping[str, int], *, total_is_published: bool = True
) -> dict[str, int | None]:
    """The cells of one breakdown, None where a count is withheld.

    Traps: with the total published, a single withheld cell is the total less the others; and two
    whose sum is two are one each. So further ones, the smallest that are not nought, are withheld
    until neither can be worked out. Noughts stay: they tell of nobody.
    """
    hidden = {name for name, count in cells.items() if 0 < count < LEAST}
    rest = {name: count for name, count in cells.items() if count and name not in hidden}
    while total_is_published and hidden and rest:
        if len(hidden) > 1 and sum(cells[name] for name in hidden) >= LEAST:
            break
        least = min(rest, key=lambda name: (rest[name], name))
        hidden.add(least)
        del rest[least]
    return {name: None if name in hidden else count for name, count in cells.items()}
