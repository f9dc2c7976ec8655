"""Pages of services whose links name a person: `t.me/name`, `paypal.me/name`, `wa.me/number`."""

from __future__ import annotations

import re

from lamplighter.signals.identifiers.phones import valid_number

#: Registered domain → kind, name, and where in the path of a link the name stands.
_PAGES = {
    "t.me": ("handle", "telegram", r"/(?!joinchat/|\+|s/)([a-z]\w{4,31})"),
    "telegram.me": ("handle", "telegram", r"/([a-z]\w{4,31})"),
    "instagram.com": ("handle", "instagram", r"/(?!p/|reel/|explore/|stories/)([\w.]{2,30})"),
    "facebook.com": ("handle", "facebook", r"/(?!groups/|events/|marketplace|sharer|profile\.php)([a-z0-9.]{5,50})"),
    "fb.com": ("handle", "facebook", r"/([a-z0-9.]{5,50})"),
    "m.me": ("handle", "facebook", r"/([a-z0-9.]{5,50})"),
    "twitter.com": ("handle", "twitter", r"/(?!home|search|share|intent|i/)(\w{4,15})"),
    "x.com": ("handle", "twitter", r"/(?!home|search|share|intent|i/)(\w{4,15})"),
    "tiktok.com": ("handle", "tiktok", r"/@([\w.]{2,24})"),
    "snapchat.com": ("handle", "snapchat", r"/add/([\w.\-]{3,15})"),
    "kik.me": ("handle", "kik", r"/([\w.]{2,20})"),
    "line.me": ("handle", "line", r"/(?:R/)?ti/p/~([\w.\-]{4,20})"),
    "onlyfans.com": ("handle", "onlyfans", r"/([\w.\-]{3,24})"),
    "vk.com": ("handle", "vk", r"/([\w.]{5,32})"),
    "paypal.me": ("payment", "paypal", r"/([a-z0-9]{1,20})"),
    "paypal.com": ("payment", "paypal", r"/paypalme/([a-z0-9]{1,20})"),
    "cash.app": ("payment", "cashapp", r"/(\$[a-z][\w\-]{0,19})"),
    "venmo.com": ("payment", "venmo", r"/(?:u/)?([\w\-]{5,30})"),
    "wa.me": ("phone", "", r"/(\d{8,15})"),
    "whatsapp.com": ("phone", "", r"/send/?\?phone=(\d{8,15})"),
}  # fmt: skip
PROFILE_DOMAINS = frozenset(_PAGES)


def profile(domain: str, path: str) -> tuple[str, str] | None:
    """Kind and value of what the page of a service names; numbers are checked."""
    kind, name, pattern = _PAGES[domain]
    match = re.match(pattern, path, re.IGNORECASE)
    if match is None:
        return None
    if kind == "phone":
        number = valid_number(match[1])
        return None if number is None else (kind, number)
    return kind, f"{name}:{match[1].rstrip('.').lower()}"
