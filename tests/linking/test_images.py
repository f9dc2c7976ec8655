import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking import hamming as module
from lamplighter.linking import hamming_join
from lamplighter.linking.hamming_bits import parts_of
from lamplighter.linking.images import IMAGE_HUB_SCHEMA, IMAGE_PAIR_SCHEMA, image_pairs

Row = tuple[int, int]


def table(rows: list[Row]) -> pa.Table:
    return pa.table(
        {
            "row": pa.array([row for row, _ in rows], pa.uint32()),
            "pdq": pa.array([value.to_bytes(32) for _, value in rows], pa.binary(32)),
        }
    )


def crowds(rows: list[Row]) -> dict[int, int]:
    """Listings with each hash or one near it."""
    own = {value: len({row for row, other in rows if other == value}) for _, value in rows}
    return {x: sum(own[y] for y in own if (x ^ y).bit_count() <= 31) for x in own}


def twin(rows: list[Row], hub: int = 256) -> list[tuple[int, int, int]]:
    """Every pair of hashes compared: slow and plain."""
    crowd = crowds(rows)
    heads: dict[int, int] = {}
    for row, value in rows:
        if crowd[value] <= hub:
            heads[value] = min(row, heads.get(value, row))
    pairs = [(heads[value], row, 0) for row, value in rows if value in heads]
    pairs += [
        (heads[x], heads[y], (x ^ y).bit_count())
        for x in heads
        for y in heads
        if x < y and (x ^ y).bit_count() <= 31
    ]
    best: dict[tuple[int, int], int] = {}
    for a, b, far in pairs:
        if a != b:
            key = (min(a, b), max(a, b))
            best[key] = min(far, best.get(key, 99))
    return [(a, b, far) for (a, b), far in sorted(best.items())]


def listed(pairs: pa.Table) -> list[tuple[int, int, int]]:
    assert pairs.schema == IMAGE_PAIR_SCHEMA
    return list(zip(*(column.to_pylist() for column in pairs.columns), strict=True))


def variants(seed: int, groups: int, flips: list[int], rows: int) -> list[Row]:
    rng = np.random.default_rng(seed)
    found: list[Row] = []
    for _ in range(groups):
        base = int.from_bytes(rng.bytes(32))
        found.append((int(rng.integers(rows)), base))
        for count in flips:
            changed = base
            for bit in rng.choice(256, count, replace=False):
                changed ^= 1 << int(bit)
            found.append((int(rng.integers(rows)), changed))
    return found


PLANS = {
    "all": ([0], [0]),
    "sixteen": ([16] * 16, [1] * 16),
    "eleven": ([24] * 3 + [23] * 8, [1] + [2] * 10),
}


@pytest.mark.parametrize("plan", PLANS)
def test_against_every_pair(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    widths, radii = (np.array(values, np.int64) for values in PLANS[plan])
    monkeypatch.setattr(module, "parts_of", lambda count: (widths, radii))
    rows = variants(7, 40, [0, 1, 5, 15, 29, 30, 31, 32, 33, 40], 300)
    found = image_pairs(table(rows))
    assert listed(found.pairs) == twin(rows)
    assert found.hubs.num_rows == 0


@pytest.mark.parametrize("count", [10, 5_000, 20_000_000])
def test_the_parts_suffice(count: int) -> None:
    widths, radii = parts_of(count)
    if count >= 2_000:
        assert widths.sum() == 256 and (radii + 1).sum() >= 32


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 40), max_size=6), st.randoms())
def test_order_does_not_matter(seed: int, flips: list[int], random: object) -> None:
    rows = variants(seed, 5, flips, 30)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert listed(image_pairs(table(shuffled)).pairs) == twin(rows)
    few, same = image_pairs(table(rows), hub=4), image_pairs(table(shuffled), hub=4)
    assert few.pairs.equals(same.pairs) and few.hubs.equals(same.hubs)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("threads", [1, 3])
def test_hubs_are_those_near_too_many(
    plan: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths, radii = (np.array(values, np.int64) for values in PLANS[plan])
    monkeypatch.setattr(module, "parts_of", lambda count: (widths, radii))
    rows = [
        row
        for seed, flips in enumerate([[1] * 40, [14] * 30, [2] * 10, [9, 9, 9], [3] * 25])
        for row in variants(seed, 5, flips, 400)
    ]
    found = image_pairs(table(rows), hub=20, threads=threads)
    loud = sorted(value for value, near in crowds(rows).items() if near > 20)
    assert 100 < len(loud) < len(rows)
    assert [int.from_bytes(value) for value in found.hubs["pdq"].to_pylist()] == loud
    assert listed(found.pairs) == twin(rows, 20)


def test_a_stock_photo_is_a_hub() -> None:
    apart = [(row, 5) for row in range(300)] + [(300, 2**255 - 1), (301, 2**255 - 2)]
    found = image_pairs(table(apart))
    assert found.hubs.schema == IMAGE_HUB_SCHEMA
    assert found.hubs.to_pylist() == [{"pdq": (5).to_bytes(32), "listings": 300}]
    assert listed(found.pairs) == [(300, 301, 1)]


def test_many_variants_of_one_photo_stay_cheap() -> None:
    rows = [(row, row << 200) for row in range(20_000)]
    known = {"near": 0, "found": 0}
    join = hamming_join.join

    def watched(*given: object) -> object:
        left, right, far, filled = join(*given)  # type: ignore[arg-type]
        known["near"] += int(given[2].sum())  # type: ignore[attr-defined]
        known["found"] = max(known["found"], filled)
        return left, right, far, filled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "join", watched)
        found = image_pairs(table(rows), hub=50)
    assert found.hubs.num_rows == 20_000 and found.pairs.num_rows == 0
    # Counting ends where a hash is known to be a hub; all pairs were 200 millions.
    assert known["near"] < 16 * 20_000 * 60 and known["found"] < 20_000 * 60


def test_none_and_one() -> None:
    assert image_pairs(table([])).pairs.num_rows == 0
    assert image_pairs(table([(3, 1)])).pairs.num_rows == 0
    assert image_pairs(table([(3, 1), (3, 2), (3, 1)])).pairs.num_rows == 0
