"""Addresses of wallets, taken only with a valid checksum.

Sources: Base58Check as Bitcoin defined it; BIP 173 (Bech32) and BIP 350 (Bech32m); EIP-55 (mixed
case checksum of Ethereum addresses). An Ethereum address in one case has no checksum: it counts
only in a text that speaks of a coin.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np

from lamplighter.signals.identifiers.keccak import keccak256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: at for at, letter in enumerate(_BASE58)}
_BECH32 = {letter: at for at, letter in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_TOKEN = re.compile(
    r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{40}|(?:bc1|BC1|ltc1|LTC1)[0-9A-Za-z]{8,87}"
    r"|[13LMT][1-9A-HJ-NP-Za-km-z]{25,34})(?![0-9A-Za-z])"
)
#: Version byte of a Base58Check address → coin.
_VERSIONS = {0x00: "btc", 0x05: "btc", 0x30: "ltc", 0x32: "ltc", 0x41: "tron"}


def wallets(text: str, coin_named: bool) -> list[tuple[int, int, str, str, bool]]:
    """First byte, byte after, `wallet`, `coin:address` and False, from a text read as Latin-1."""
    found = []
    for match in _TOKEN.finditer(text):
        value = wallet(match[0], coin_named)
        if value is not None:
            found.append((match.start(), match.end(), "wallet", value, False))
    return found


def wallet(token: str, coin_named: bool = False) -> str | None:
    """`coin:address` if the token's checksum is right."""
    if token.startswith("0x"):
        return f"eth:{token.lower()}" if _ethereum(token[2:], coin_named) else None
    if token[:3].lower() in ("bc1", "ltc"):
        return _segwit(token)
    payload = base58check(token)
    if payload is None or len(payload) != 21:
        return None
    coin = _VERSIONS.get(payload[0])
    return None if coin is None else f"{coin}:{token}"


def base58check(token: str) -> bytes | None:
    """The payload of a Base58Check string, None if its checksum is wrong."""
    number = 0
    for letter in token:
        if letter not in _DIGITS:
            return None
        number = number * 58 + _DIGITS[letter]
    zeros = len(token) - len(token.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, checksum = raw[:-4], raw[-4:]
    expected = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    return payload if checksum == expected else None


def _segwit(token: str) -> str | None:
    """BIP 173 and BIP 350: a witness program of version 0 (Bech32) or later (Bech32m)."""
    if token.lower() != token and token.upper() != token:
        return None
    human, _, letters = token.lower().rpartition("1")
    coin = {"bc": "btc", "ltc": "ltc"}.get(human)
    if coin is None or len(letters) < 8 or any(letter not in _BECH32 for letter in letters):
        return None
    values = [_BECH32[letter] for letter in letters]
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human] + values
    if _polymod(expanded) != (1 if values[0] == 0 else 0x2BC830A3):
        return None
    bits = 5 * (len(values) - 7)
    size = bits // 8
    fits = bits % 8 < 5 and (size in (20, 32) if values[0] == 0 else 2 <= size <= 40)
    return f"{coin}:{token.lower()}" if fits and values[0] <= 16 else None


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    return check


def _ethereum(digits: str, coin_named: bool) -> bool:
    if digits in (digits.lower(), digits.upper()):
        return coin_named and len(set(digits)) > 4
    nibbles = keccak256(np.frombuffer(digits.lower().encode(), np.uint8).copy()).tobytes().hex()
    return all(
        letter.isdigit() or letter.isupper() == (int(nibble, 16) >= 8)
        for letter, nibble in zip(digits, nibbles, strict=False)
    )
