"""Checksums of wallets, on the test vectors of their specifications."""

from __future__ import annotations

import numpy as np
import pytest

from lamplighter.signals.identifiers.keccak import keccak256
from lamplighter.signals.identifiers.wallets import wallet
from tests.signals.identifiers.columns import values

_VALID = [
    ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc:3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    # BIP 173 and BIP 350
    (
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "btc:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    # EIP-55
    (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    ),
    (
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "eth:0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb",
    ),
    ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "tron:TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
]


@pytest.mark.parametrize(("token", "value"), _VALID)
def test_valid_addresses(token: str, value: str) -> None:
    assert wallet(token) == value
    assert values(f"pay to {token}, thanks", "wallet") == [value]


@pytest.mark.parametrize(("token", "value"), _VALID)
def test_one_changed_sign_is_noticed(token: str, value: str) -> None:
    for at in range(5, len(token)):
        other = "q" if token[at].lower() != "q" else "p"
        changed = token[:at] + (other.upper() if token[at].isupper() else other) + token[at + 1 :]
        assert wallet(changed) is None


def test_an_ethereum_address_in_one_case_needs_the_coin_named() -> None:
    token = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
    assert values(f"pay to {token}", "wallet") == []
    assert values(f"eth wallet {token}", "wallet") == [f"eth:{token}"]


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_keccak(message: bytes, digest: str) -> None:
    assert keccak256(np.frombuffer(message, np.uint8).copy()).tobytes().hex() == digest
