"""Who moves or controls comes up; who trades in the open stays down."""

from __future__ import annotations

from lamplighter.operations.describe import describe
from lamplighter.operations.policy_check import default_policy
from tests.operations.habits import ORDINARY, market_of, planted

POLICY = default_policy()


def upper(share_of: str, seed: int, count: int) -> int:
    """How many of these operations are in bands A and B."""
    parties = (planted,) if share_of == "planted" else ORDINARY
    table = describe(market_of(parties, count, seed).input(), POLICY)
    assert table.num_rows == count
    return sum(band in "AB" for band in table.column("band").to_pylist())


def test_planted_operations_are_in_the_upper_bands() -> None:
    assert upper("planted", seed=11, count=300) >= 0.95 * 300


def test_ordinary_parties_are_not() -> None:
    assert upper("ordinary", seed=12, count=1000) <= 1
