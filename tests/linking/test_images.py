import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking import hamming as module
from lamplighter.linking.images import IMAGE_HUB_SCHEMA, IMAGE_PAIR_SCHEMA, image_pairs

Row = tuple[int, int]


def table(rows: list[Row]) -> pa.Table:
    return pa.table(
        {
            "row": pa.array([row for row, _ in rows], pa.uint32()),
            "pdq": pa.array([value.to_bytes(32) for _, value in rows], pa.binary(32)),
        }
    )


def twin(rows: list[Row]) -> list[tuple[int, int, int]]:
    """Every pair of hashes compared: slow and plain."""
    heads: dict[int, int] = {}
    for row, value in rows:
        heads[value] = min(row, heads.get(value, row))
    pairs = [(head, row, 0) for row, value in rows for head in (heads[value],)]
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
    monkeypatch.setattr(module, "_parts", lambda count: (widths, radii))
    rows = variants(7, 40, [0, 1, 5, 15, 29, 30, 31, 32, 33, 40], 300)
    found = image_pairs(table(rows))
    assert listed(found.pairs) == twin(rows)
    assert found.hubs.num_rows == 0


@pytest.mark.parametrize("count", [10, 5_000, 900_000])
def test_the_parts_suffice(count: int) -> None:
    widths, radii = module._parts(count)
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


def test_a_stock_photo_is_a_hub() -> None:
    apart = [(row, 5) for row in range(300)] + [(300, 2**255 - 1), (301, 2**255 - 2)]
    found = image_pairs(table(apart))
    assert found.hubs.schema == IMAGE_HUB_SCHEMA
    assert found.hubs.to_pylist() == [{"pdq": (5).to_bytes(32), "listings": 300}]
    assert listed(found.pairs) == [(300, 301, 1)]


def test_many_variants_of_one_photo_stay_cheap() -> None:
    rows = [(row, row << 200) for row in range(3000)]
    found = image_pairs(table(rows), hub=50)
    assert found.hubs.num_rows > 2900 and found.pairs.num_rows < 3000


def test_none_and_one() -> None:
    assert image_pairs(table([])).pairs.num_rows == 0
    assert image_pairs(table([(3, 1)])).pairs.num_rows == 0
    assert image_pairs(table([(3, 1), (3, 2), (3, 1)])).pairs.num_rows == 0
