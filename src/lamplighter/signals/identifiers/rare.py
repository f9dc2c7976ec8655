"""Handles on named services, payment tags and wallets: rare enough for regular expressions."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.signals.identifiers.column import Column, strings
from lamplighter.signals.identifiers.finds import Finds, listed
from lamplighter.signals.identifiers.wallet import wallet_coin

_SERVICES = {"telegram": "telegram", "tg": "telegram", "snapchat": "snapchat", "snap": "snapchat",
             "instagram": "instagram", "insta": "instagram", "ig": "instagram", "kik": "kik",
             "wechat": "wechat", "weixin": "wechat", "viber": "viber", "skype": "skype",
             "twitter": "twitter", "tiktok": "tiktok", "facebook": "facebook"}  # fmt: skip
#: Only texts with one of these are looked at closely.
_HINT = (
    r"(?i)\b(?:" + "|".join(_SERVICES) + r")\b|t\.me/|cash ?app|paypal\.me|venmo"
    r"|\bbc1|\bltc1|\b[13LMT][1-9A-HJ-NP-Za-km-z]{25,33}\b"
)
_HANDLE = re.compile(
    rb"(?i)\b(" + "|".join(_SERVICES).encode() + rb")\b(?: (?:is|id|me|name|handle))?\s*"
    rb"(?:[:=\-]\s*@?|@)([A-Za-z][A-Za-z0-9_.]{2,30}[A-Za-z0-9_])"
)
_LINK = re.compile(rb"(?i)\b(t\.me|instagram\.com|snapchat\.com/add)/([A-Za-z0-9_.]{3,32})")
_LINKED = {b"t.me": "telegram", b"instagram.com": "instagram", b"snapchat.com/add": "snapchat"}
_CASHTAG = re.compile(rb"(?<![\w$])\$([A-Za-z][A-Za-z0-9_]{2,19})\b")
_PAYPAL = re.compile(rb"(?i)\bpaypal\.me/([A-Za-z0-9]{3,20})\b")
_VENMO = re.compile(rb"(?i)\bvenmo\b\s*[:=\-]?\s*@([A-Za-z0-9_\-]{4,30})")
_WALLET = re.compile(rb"\b(?:(?:bc1|ltc1)[02-9a-z]{20,80}|[13LMT][1-9A-HJ-NP-Za-km-z]{25,33})\b")

Row = tuple[int, int, int, str, str, bool]


def rare_finds(texts: Column) -> Finds:
    """Handles as `service:name`, payment tags as `service:tag`, wallets as `coin:address`."""
    arrow = strings(texts.offsets, texts.data)
    hinted = pc.match_substring_regex(arrow, _HINT).to_numpy(zero_copy_only=False)
    found: list[Row] = []
    for row in np.flatnonzero(hinted):
        found.extend(_read(texts.data, texts.offsets, int(row)))
    return listed(found)


def _read(data: NDArray[np.uint8], offsets: NDArray[np.int64], row: int) -> list[Row]:
    base = int(offsets[row])
    text = data[base : int(offsets[row + 1])].tobytes()
    found: list[Row] = []

    def add(match: re.Match[bytes], kind: str, value: str) -> None:
        found.append((row, base + match.start(), base + match.end(), kind, value, False))

    for match in _HANDLE.finditer(text):
        service = _SERVICES[match.group(1).decode().lower()]
        add(match, "handle", f"{service}:{match.group(2).decode().lower()}")
    for match in _LINK.finditer(text):
        service = _LINKED[match.group(1).lower()]
        add(match, "handle", f"{service}:{match.group(2).decode().lower()}")
    if re.search(rb"(?i)cash ?app", text):
        for match in _CASHTAG.finditer(text):
            add(match, "payment", f"cashapp:{match.group(1).decode().lower()}")
    for match in _PAYPAL.finditer(text):
        add(match, "payment", f"paypal:{match.group(1).decode().lower()}")
    for match in _VENMO.finditer(text):
        add(match, "payment", f"venmo:{match.group(1).decode().lower()}")
    for match in _WALLET.finditer(text):
        coin = wallet_coin(match.group().decode())
        if coin:
            add(match, "wallet", f"{coin}:{match.group().decode()}")
    return found
