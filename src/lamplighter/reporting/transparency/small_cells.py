"""Counts too small to publish: few enough that somebody could be told from them."""

from __future__ import annotations

from collections.abc import Mapping

#: Counts from one to one below this are not published.
LEAST = 5


def suppressed(
    cells: Mapping[str, int], *, total_is_published: bool = True
) -> dict[str, int | None]:
    """The cells of one breakdown, None where a count is withheld.

    Trap: with the total published, a single withheld cell is the total less the others. So a second
    one, the smallest that is not nought, is withheld with it. Noughts stay: they tell of nobody.
    """
    hidden = {name for name, count in cells.items() if 0 < count < LEAST}
    if total_is_published and len(hidden) == 1:
        rest = {name: count for name, count in cells.items() if count and name not in hidden}
        if rest:
            hidden.add(min(rest, key=lambda name: (rest[name], name)))
    return {name: None if name in hidden else count for name, count in cells.items()}
