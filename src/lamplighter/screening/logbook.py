"""Acts into the ledger, and with the next commit the decisions that were answered already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.screening.acts import decision_act
from lamplighter.screening.answers import Answers
from lamplighter.screening.decision import Decision

#: Entries of decisions, with those of the submissions they are on.
Pairs = list[tuple[int, int]]


class Logbook:
    """Used by one thread at a time."""

    def __init__(self, ledger: Ledger, answers: Answers, clock: Callable[[], datetime]) -> None:
        self._ledger, self._answers, self._clock = ledger, answers, clock
        self._waiting: list[Decision] = []

    @property
    def waiting(self) -> bool:
        """Whether decisions are not in the ledger yet."""
        return bool(self._waiting)

    def later(self, decisions: Sequence[Decision]) -> None:
        """Let these, which were answered, enter the ledger with the next commit."""
        self._waiting += decisions

    def append(self, acts: Sequence[Act]) -> tuple[range, Pairs]:
        """Log these acts, and before them the decisions that wait, in one commit. Their entries, and
        those of the decisions."""
        decisions, now = self._waiting, self._clock()
        before = [decision_act(decision, now) for decision in decisions]
        logged = self._ledger.append([*before, *acts])
        self._waiting = []
        pairs = [(at, d.log_index) for at, d in zip(logged, decisions, strict=False)]
        return logged[len(decisions) :], pairs

    @contextmanager
    def appending(self, acts: Sequence[Act]) -> Iterator[tuple[list[int], Pairs]]:
        """As `append`, while the body does something else; after it both lists are filled."""
        decisions, now = self._waiting, self._clock()
        before = [decision_act(decision, now) for decision in decisions]
        entries: list[int] = []
        pairs: Pairs = []
        with self._ledger.appending([*before, *acts]) as logged:
            yield entries, pairs
        self._waiting = []
        pairs += [(at, d.log_index) for at, d in zip(logged, decisions, strict=False)]
        entries += logged[len(decisions) :]

    def flush(self) -> None:
        """Log the decisions that wait."""
        if self._waiting:
            _, pairs = self.append([])
            self._answers.record(self._ledger.size, logged=pairs)
