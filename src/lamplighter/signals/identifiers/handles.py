"""Names on messengers and social networks, where the service is named beside them or linked."""

from __future__ import annotations

import re
from typing import NamedTuple


class Service(NamedTuple):
    """Names that a service goes by, and what its handles look like.

    `plain`: the name is an everyday word too, so that only a clear sign (`@`, `:`, `id`) counts.
    """

    names: str
    handle: str
    plain: bool = False


#: Handle syntax as the services publish it for new accounts.
SERVICES = {
    "telegram": Service("telegram|telegr[ae]m|tgram|tg", r"[a-z]\w{4,31}"),
    "whatsapp": Service("whats ?app|watsapp|wsp", r"[a-z]\w{4,31}"),
    "snapchat": Service("snap ?chat|snap|sc", r"[a-z][\w.\-]{2,14}"),
    "instagram": Service("instagram|insta|ig", r"[a-z0-9_](?:[\w.]{1,28}\w)"),
    "kik": Service("kik", r"[a-z0-9][\w.]{1,19}"),
    "wechat": Service("we ?chat|weixin|wx|\xe5\xbe\xae\xe4\xbf\xa1(?:\xe5\x8f\xb7)?", r"[a-z][\w\-]{5,19}"),
    "line": Service("line ?id|line", r"[a-z0-9][a-z0-9._\-]{3,19}", True),
    "viber": Service("viber", r"[a-z]\w{4,31}", True),
    "skype": Service("skype", r"(?:live:)?[a-z.][\w.,\-]{4,30}\w"),
    "signal": Service("signal", r"[a-z]\w{2,31}\.\d{2,9}", True),
    "twitter": Service("twitter|twt|x", r"\w{4,15}", True),
    "tiktok": Service("tik ?tok", r"[\w.]{1,23}\w"),
    "facebook": Service("facebook|fb", r"[a-z][a-z0-9.]{4,49}"),
    "discord": Service("discord", r"[a-z0-9_][\w.]{1,31}(?:#\d{4})?", True),
    "threema": Service("threema", r"[*a-z0-9][a-z0-9]{7}", True),
    "kakaotalk": Service("kakao ?talk|kakao", r"[a-z]\w{3,19}"),
    "onlyfans": Service("onlyfans", r"[a-z][\w.\-]{2,23}"),
    "vk": Service("vk", r"[a-z][\w.]{4,31}", True),
}  # fmt: skip

_NAMES = "|".join(f"(?P<{key}>{service.names})" for key, service in SERVICES.items())
_LINK = r"(?:id|name|user|username|handle|acc|account|contact|add|me|us|my|is|at|on|es|ist|est|e)\b"
_COLON = "\xef\xbc\x9a"  # the full-width colon's bytes
_SERVICE = re.compile(rf"(?<![\w@./])(?:{_NAMES})(?![\w/])", re.IGNORECASE)
_FOLLOWS = re.compile(
    rf"(?P<link>(?:[\s:=>~|\-]|{_COLON}|{_LINK}){{0,14}})(?P<at>@?)"
    r"(?P<handle>[a-z0-9_*.][\w.,:#\-]{1,39})",
    re.IGNORECASE,
)
_PRECEDES = re.compile(
    r"(?<![\w@./])(?P<at>@?)(?P<handle>[a-z0-9_][\w.\-]{2,31})"
    r"\s*(?:\(|\s(?:on|via|in|en|no|na|auf|sur|su|at)\s)\s*(?:my\s|the\s)?$",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<![\w@./])@(?P<handle>[a-z0-9_][\w.]{2,31})", re.IGNORECASE)
_CLEAR = re.compile(rf"[:=]|{_COLON}|\bid\b", re.IGNORECASE)
_CHINESE = "\xe5\xbe\xae\xe4\xbf\xa1"  # the bytes of WeChat's name
_FULL = {key: re.compile(service.handle, re.IGNORECASE) for key, service in SERVICES.items()}
_WORDS = frozenset(
    [
        "and",
        "are",
        "me",
        "us",
        "my",
        "is",
        "id",
        "name",
        "add",
        "available",
        "call",
        "calls",
        "chat",
        "contact",
        "details",
        "for",
        "from",
        "group",
        "here",
        "info",
        "installed",
        "message",
        "messages",
        "messenger",
        "not",
        "number",
        "ok",
        "only",
        "please",
        "preferred",
        "sms",
        "text",
        "texts",
        "the",
        "this",
        "too",
        "video",
        "web",
        "welcome",
        "with",
        "works",
        "your",
        "yes",
        "also",
        "anytime",
        "direct",
        "easy",
        "fast",
        "first",
        "later",
        "more",
        "now",
        "or",
        "pls",
        "sure",
        "thanks",
        "us",
        "viber",
        "telegram",
        "whatsapp",
        "instagram",
        "facebook",
        "snapchat",
        "skype",
        "signal",
        "line",
        "kik",
        "twitter",
        "wechat",
        "discord",
        "tiktok",
        "same",
        "user",
        "username",
        "account",
        "handle",
        "name",
        "profile",
        "page",
    ]
)
#: Furthest that a service may stand from an `@name`, in bytes.
_NEAR = 60


def named_handles(
    text: str, spots: list[int], foreign: bool
) -> list[tuple[int, int, str, str, bool]]:
    """First byte, byte after, `handle`, `service:handle` and False, from a text read as Latin-1.

    `spots`: where the names of services stand; `foreign`: WeChat's Chinese name may too. A name
    without `@`, `:` or `id` must have a digit or an underscore, so that "telegram only" is none.
    """
    found: dict[int, tuple[int, int, str, str, bool]] = {}
    if foreign:
        spots = sorted({*spots, *(match.start() for match in re.finditer(_CHINESE, text))})
    named = [match for match in (_SERVICE.match(text, spot) for spot in spots) if match]
    for match in named:
        service = next(key for key in SERVICES if match[key] is not None)
        follows = _FOLLOWS.match(text, match.end())
        if follows:
            said = follows["link"] + follows["handle"][:5]
            clear = bool(follows["at"] or _CLEAR.search(said))
            _keep(found, text, follows, 0, service, clear or "id" in match[0].lower())
        begin = max(0, match.start() - _NEAR)
        precedes = _PRECEDES.search(text[begin : match.start()])
        if precedes:
            _keep(found, text, precedes, begin, service, bool(precedes["at"]))
    for match in named:
        service = next(key for key in SERVICES if match[key] is not None)
        begin = max(0, match.start() - _NEAR)
        for tag in _TAG.finditer(text[begin : match.end() + _NEAR]):
            _keep(found, text, tag, begin, service, True)
    return list(found.values())


def _keep(
    found: dict[int, tuple[int, int, str, str, bool]],
    text: str,
    match: re.Match[str],
    begin: int,
    service: str,
    clear: bool,
) -> None:
    """Keep a name if the service allows it and it is no everyday word; `begin` of the text searched."""
    handle = match["handle"].rstrip(".,:-#")
    start = begin + match.start("handle")
    if start in found or handle.lower() in _WORDS or not _FULL[service].fullmatch(handle):
        return
    if not re.search(r"[a-z]", handle, re.IGNORECASE):
        return
    if not clear and (SERVICES[service].plain or not re.search(r"[\d_]", handle)):
        return
    first = start - 1 if start and text[start - 1] == "@" else start
    found[start] = (first, start + len(handle), "handle", f"{service}:{handle.lower()}", False)
