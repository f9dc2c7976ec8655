"""Tags of payment services: `$name` beside Cash App, Venmo names, what Zelle is paid to."""

from __future__ import annotations

import re

_CASH = re.compile(r"(?:cash[\s\-]?(?:app|tag)s?|capp)\b", re.IGNORECASE)
_CASHTAG = re.compile(r"(?<![\w$])\$([a-z][\w\-]{0,19})(?![\w$])", re.IGNORECASE)
_NAMED_TAG = re.compile(r"\s*(?:is|tag|:|=|-)\s*:?\s*([a-z][\w\-]{2,19})(?![\w$])", re.IGNORECASE)
_VENMO = re.compile(
    r"venmo\b\s*(?:(?:me|us|to|is|at|tag|name|user|username)\s*)?"
    r"(?P<sign>[:=\-]?\s*@?)(?P<tag>[a-z0-9][\w\-]{4,29})",
    re.IGNORECASE,
)
_PAYPAL = re.compile(r"paypal\b\s*[:=]\s*@?(?P<tag>[a-z0-9]{3,20})(?![\w@.])", re.IGNORECASE)
#: Bytes between "zelle" and the number or e-mail that it is paid to.
_NEAR = 24
_WORDS = frozenset(
    [
        "only",
        "accepted",
        "please",
        "preferred",
        "available",
        "ready",
        "zelle",
        "venmo",
        "paypal",
        "cash",
        "cashapp",
        "works",
        "okay",
        "tagged",
        "taken",
        "welcome",
        "fine",
        "payment",
        "payments",
        "deposit",
        "transfer",
        "both",
        "also",
    ]
)

Hit = tuple[int, int, str, str, bool]


def payment_tags(
    text: str, spots: list[int], contacts: list[tuple[int, int, str | None]]
) -> list[Hit]:
    """First byte, byte after, `payment`, `service:tag` and False, from a text read as Latin-1.

    `spots`: where the names of services stand; `contacts`: first byte, byte after and value (None:
    an e-mail as written) of the numbers and e-mails, one of which follows the word Zelle.
    """
    found: list[Hit] = []
    cash = False
    for spot in spots:
        named = _CASH.match(text, spot)
        if named:
            cash = True
            tag = _NAMED_TAG.match(text, named.end())
            if tag and tag[1].lower() not in _WORDS:
                found.append(
                    (tag.start(1), tag.end(1), "payment", f"cashapp:${tag[1].lower()}", False)
                )
            continue
        match = _VENMO.match(text, spot)
        if match:
            tag_name, sign = match["tag"].lower(), match["sign"]
            clear = "@" in sign or (sign.strip() in (":", "=") and tag_name not in _WORDS)
            if clear and not tag_name.isdigit():
                found.append((*match.span("tag"), "payment", f"venmo:{tag_name}", False))
            continue
        match = _PAYPAL.match(text, spot)
        if match:
            tag_name = match["tag"].lower()
            if tag_name not in _WORDS and not tag_name.isdigit():
                found.append((*match.span("tag"), "payment", f"paypal:{tag_name}", False))
        elif text[spot : spot + 5].lower() == "zelle":
            found += _zelle(text, spot + 5, contacts)
    if cash:
        found += [
            (match.start(), match.end(), "payment", f"cashapp:${match[1].lower()}", False)
            for match in _CASHTAG.finditer(text)
        ]
    return found


def _zelle(text: str, after: int, contacts: list[tuple[int, int, str | None]]) -> list[Hit]:
    """The number or e-mail that follows the word Zelle."""
    near = [contact for contact in contacts if 0 < contact[0] - after <= _NEAR]
    if not near:
        return []
    start, end, value = min(near, key=lambda contact: contact[0])
    named = text[start:end].lower() if value is None else value
    return [(start, end, "payment", f"zelle:{named}", False)]
