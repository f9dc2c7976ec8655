"""Wallet addresses whose checksum is right."""

from __future__ import annotations

from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
#: First byte of a Base58Check address → coin (Bitcoin P2PKH and P2SH, Litecoin, Tron).
_VERSIONS = {0x00: "btc", 0x05: "btc", 0x30: "ltc", 0x32: "ltc", 0x41: "tron"}
_PREFIXES = {"bc": "btc", "ltc": "ltc"}


def wallet_coin(address: str) -> str | None:
    """The coin of an address with a valid checksum (Base58Check; bech32, BIP 173 and 350)."""
    return _base58_coin(address) or _bech32_coin(address)


def _base58_coin(address: str) -> str | None:
    number = 0
    for character in address:
        place = _BASE58.find(character)
        if place < 0:
            return None
        number = number * 58 + place
    if number >= 1 << 200:
        return None
    raw = number.to_bytes(25, "big")
    zeros = len(address) - len(address.lstrip("1"))
    if zeros != len(raw) - len(raw.lstrip(b"\0")):
        return None
    check = sha256(sha256(raw[:21]).digest()).digest()[:4]
    return _VERSIONS.get(raw[0]) if check == raw[21:] else None


def _bech32_coin(address: str) -> str | None:
    if address not in (address.lower(), address.upper()):
        return None
    prefix, one, data = address.lower().rpartition("1")
    if not one or prefix not in _PREFIXES or any(c not in _BECH32 for c in data):
        return None
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    state = 1
    for value in values + [_BECH32.index(c) for c in data]:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= term if top >> bit & 1 else 0
    return _PREFIXES[prefix] if state in (1, 0x2BC830A3) else None
