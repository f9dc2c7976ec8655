"""What people said of two listings holds, whatever else ties them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lamplighter.linking.judged import respect_judged

COUNT = 12
PAIRS = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda p: p[0] < p[1]),
    max_size=14,
    unique=True,
)


def _array(pairs: list[tuple[int, int]]) -> NDArray[np.int32]:
    return np.array(pairs, np.int32).reshape(-1, 2)


def _components(pairs: list[tuple[int, int]]) -> NDArray[np.int32]:
    """Slowly: the smallest node that can be reached."""
    groups = list(range(COUNT))
    for _ in range(COUNT):
        for one, other in pairs:
            groups[one] = groups[other] = min(groups[one], groups[other])
    return np.array(groups, np.int32)


def _slowly(
    links: list[tuple[int, int]], weights: list[int],
    same: list[tuple[int, int]], apart: list[tuple[int, int]],
) -> NDArray[np.int32]:  # fmt: skip
    """All ties in order, each tried on the whole."""
    ranked = sorted(zip(links, weights, strict=True), key=lambda tie: (-tie[1], tie[0]))
    held: list[tuple[int, int]] = []
    for tie in [*sorted(same), *(link for link, _ in ranked)]:
        groups = _components([*held, tie])
        if all(groups[one] != groups[other] for one, other in apart):
            held.append(tie)
    return _components(held)


@settings(max_examples=300, deadline=None)
@given(PAIRS, PAIRS, PAIRS, st.data())
def test_as_its_slow_twin(
    links: list[tuple[int, int]], same: list[tuple[int, int]], apart: list[tuple[int, int]],
    data: st.DataObject,
) -> None:  # fmt: skip
    apart = [pair for pair in apart if pair not in same]
    weights = data.draw(st.lists(st.integers(1, 3), min_size=len(links), max_size=len(links)))
    order = data.draw(st.permutations(range(len(links))))
    table = _array([links[at] for at in order])
    made, cut = respect_judged(
        _components(links), table[:, 0].copy(), table[:, 1].copy(),
        np.array([weights[at] for at in order], np.float32), _array(sorted(same)), _array(apart),
    )  # fmt: skip
    assert made.tolist() == _slowly(links, weights, same, apart).tolist()
    for (one, other), gone in zip([*sorted(same), *table.tolist()], cut, strict=True):
        assert (made[one] != made[other]) == gone


def test_the_weakest_link_between_two_is_the_one_that_goes() -> None:
    links = _array([(0, 1), (1, 2), (2, 3)])
    weights = np.array([0.9, 0.2, 0.8], np.float32)
    groups, cut = respect_judged(
        np.zeros(4, np.int32), links[:, 0].copy(), links[:, 1].copy(), weights, _array([]), _array([(0, 3)])
    )  # fmt: skip
    assert groups.tolist() == [0, 0, 2, 2] and cut.tolist() == [False, True, False]
