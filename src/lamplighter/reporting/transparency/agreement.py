"""How far two reviewers who could not see each other's answers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """`observed` is the share of equal answers. `kappa` (Cohen 1960) is what exceeds chance, by each
    reviewer's own habits; None where only one answer was ever given. `ac1` (Gwet 2008, British
    Journal of Mathematical and Statistical Psychology 61:29) does not collapse, as kappa does, where
    nearly all answers are one.
    """

    items: int
    observed: float
    kappa: float | None
    ac1: float


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement | None:
    """Agreement over items, each with the answers of both reviewers; None where there is none."""
    if not pairs:
        return None
    count = len(pairs)
    observed = sum(one == two for one, two in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    answers = sorted(first | second)
    by_habit = sum(first[answer] * second[answer] for answer in answers) / count**2
    kappa = (observed - by_habit) / (1 - by_habit) if by_habit < 1 else None
    shares = [(first[answer] + second[answer]) / (2 * count) for answer in answers]
    chance = sum(share * (1 - share) for share in shares) / max(1, len(answers) - 1)
    return Agreement(count, observed, kappa, (observed - chance) / (1 - chance))
