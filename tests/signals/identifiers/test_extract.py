"""Identifiers as posters write them, and what only looks like one."""

import pyarrow as pa
import pytest

from lamplighter.signals.identifiers import extract


def _found(text: str) -> list[tuple[str, str]]:
    none = pa.nulls(1, pa.large_string())
    table = extract(none, pa.array([text], pa.large_string()), none, none, none, none)
    for row in table.to_pylist():
        assert text[row["start"] : row["end"]] == row["raw"]
    return [(row["kind"], row["value"]) for row in table.to_pylist()]


@pytest.mark.parametrize(
    "written",
    ["call 212-736-5000", "call (212) 736 5000", "2 1 2 7 3 6 5 0 0 0", "212.736.5000",
     "+1 212 736 5000", "two one 2 seven 3 six 5 zero zero 0", "２１２-７３６-５０００",
     "2l2-736-5OOO", "212*736*5000", "2️⃣1️⃣2️⃣ 7️⃣3️⃣6️⃣ 5️⃣0️⃣0️⃣0️⃣"],
)  # fmt: skip
def test_a_phone_is_read_in_every_written_form(written: str) -> None:
    assert ("phone", "+12127365000") in _found(written)


@pytest.mark.parametrize(
    "decoy",
    ["asking $1,250 or 2 for $2,000", "open 2024-05-01 to 2024-06-30", "ZIP 10001-2345",
     "120 x 80 x 45 cm", "order no. 4155552671", "from 9:00 to 17:30", "1200 sqft, 3 bed 2 bath"],
)  # fmt: skip
def test_a_price_date_measure_or_order_number_is_no_phone(decoy: str) -> None:
    assert not [kind for kind, _ in _found(decoy) if kind == "phone"]


def test_addresses_handles_and_tags() -> None:
    assert ("email", "sam@example.com") in _found("write to Sam@Example.com")
    assert ("handle", "telegram:samfixes") in _found("telegram: @SamFixes")
    assert ("payment", "cashapp:samfixes") in _found("Cash App $SamFixes")


def test_wallets_need_a_right_checksum() -> None:
    right = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert ("wallet", f"btc:{right}") in _found(f"pay to {right} please")
    assert not [k for k, _ in _found(f"pay to {right[:-1]}b please") if k == "wallet"]
    assert ("wallet", "btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4") in _found(
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    )
