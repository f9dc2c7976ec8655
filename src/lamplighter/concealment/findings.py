"""Findings: each practice in plain sentences, graded, with the innocent explanations tested.

Grades: 1 weak: few cases, or an innocent explanation fits all of them. 2 moderate: more than chance
gives, in few terms, accounts or kinds of signs. 3 strong: many, and no tested explanation fits. 4
very strong: as 3, and a second, independent mark of the practice agrees.
"""

from __future__ import annotations

import pyarrow as pa

from lamplighter.concealment.advised import advised
from lamplighter.concealment.deleted_by_people import deleted_by_people
from lamplighter.concealment.deleted_by_rule import deleted_by_rule
from lamplighter.concealment.edits import Losses
from lamplighter.concealment.finding import PRACTICES, Finding
from lamplighter.concealment.habits import Habit
from lamplighter.concealment.not_kept import not_kept


def findings(
    pairs: pa.Table, strip: pa.Table, losses: Losses, actors: pa.Table, chains: pa.Table,
    originals: pa.Table, habits: list[Habit],
) -> list[Finding]:  # fmt: skip
    """All findings, the strongest first."""
    ids = pairs["listing_id"]
    made = [
        deleted_by_rule(strip, losses, ids, habits),
        deleted_by_people(strip, losses, actors, ids, habits),
        advised("coaching", chains),
        advised("age_reentry", chains),
        not_kept(originals, pairs.num_rows),
    ]
    order = list(PRACTICES)
    return sorted(
        (one for one in made if one is not None),
        key=lambda one: (-one.grade, order.index(one.practice)),
    )
