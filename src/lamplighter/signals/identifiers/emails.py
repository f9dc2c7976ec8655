"""E-mail addresses whose signs are spelled: `name (at) site dot com`."""

from __future__ import annotations

import re

from lamplighter.signals.identifiers.suffixes import is_registrable

_OPEN, _CLOSE = r"[\[({<*_\-~]{1,2}", r"[\])}>*_\-~]{1,2}"
_DOT_WORDS = r"(?:dot|punto|ponto|point|punkt)"
_SPELLED_DOT = rf"(?:\s*{_OPEN}\s*(?:{_DOT_WORDS}|\.)\s*{_CLOSE}\s*|\s+{_DOT_WORDS}\s+)"
_DOT = rf"(?:{_SPELLED_DOT}|\s*\.\s?)"
_PLAIN = r"[a-z0-9](?:[a-z0-9._%+\-]{0,62}[a-z0-9])?"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PROVIDERS = {
    "gmail": "gmail.com", "googlemail": "googlemail.com", "hotmail": "hotmail.com",
    "yahoo": "yahoo.com", "outlook": "outlook.com", "icloud": "icloud.com", "aol": "aol.com",
    "protonmail": "protonmail.com", "proton": "proton.me", "gmx": "gmx.de", "yandex": "yandex.ru",
    "ymail": "ymail.com",
}  # fmt: skip

_WORD = re.compile(r"at|aet|arroba|arobase|chiocciola", re.IGNORECASE)
# The full-width sign is written as its bytes: see `rare_finds`.
_SIGN = re.compile("@|\xef\xbc\xa0")
_BRACKET_BEFORE, _BRACKET_AFTER = re.compile(rf"\s*{_OPEN}\s*$"), re.compile(rf"\s*{_CLOSE}\s*")
_LOCAL = re.compile(rf"(?<![a-z0-9]){_PLAIN}(?:{_SPELLED_DOT}{_PLAIN})*$", re.IGNORECASE)
_HOST = re.compile(
    rf"(?:(?P<host>{_LABEL}(?:{_DOT}{_LABEL}){{1,3}})|(?P<provider>{'|'.join(_PROVIDERS)}))(?![a-z0-9])",
    re.IGNORECASE,
)
#: Bytes before and after the sign that are looked at.
_REACH = 100
_DOTS = re.compile(_DOT, re.IGNORECASE)
_SPELLED = re.compile(_SPELLED_DOT, re.IGNORECASE)
#: Before a bare "at" these are words of a sentence.
_EVERYDAY = frozenset(
    [
        "me",
        "us",
        "him",
        "her",
        "them",
        "it",
        "is",
        "are",
        "be",
        "was",
        "look",
        "looking",
        "available",
        "found",
        "find",
        "only",
        "here",
        "there",
        "email",
        "e-mail",
        "mail",
        "contact",
        "reach",
        "call",
        "message",
        "meet",
        "meeting",
        "available",
        "start",
        "starts",
        "starting",
        "open",
        "house",
        "home",
        "located",
        "live",
        "living",
        "working",
        "work",
        "available",
        "and",
        "or",
        "the",
        "a",
        "an",
        "details",
        "info",
        "visit",
        "see",
    ]
)


def spelled_emails(text: str, spots: list[int]) -> list[tuple[int, int, str, str, bool]]:
    """First byte, byte after, `email`, value and True, for each in a text read as Latin-1.

    `spots`: where words like "at" stand. With the bare word the dot must be spelled too, or the
    host be a well-known provider's: "we meet at site.com" is none.
    """
    found = []
    signs = [(match.start(), match.end(), False) for match in _SIGN.finditer(text)]
    words = [
        (match.start(), match.end(), True)
        for match in (_WORD.match(text, at) for at in spots)
        if match
    ]
    for start, end, is_word in sorted(signs + words):
        before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
        # What is told at once is asked first: nearly every "at" is a word of a sentence.
        closed = _BRACKET_AFTER.match(after)
        opened = _BRACKET_BEFORE.search(before) if closed else None
        bare = is_word and not (opened and closed)
        if opened and closed:
            before, after = before[: opened.start()], after[closed.end() :]
            end += closed.end()
        else:
            spaces = len(after) - len(after.lstrip())
            if is_word and not (spaces and before[-1:].isspace()):
                continue
            before, after, end = before.rstrip(), after[spaces:], end + spaces
        host = _HOST.match(after)
        local = _LOCAL.search(before) if host else None
        if local is None or host is None:
            continue
        named = _named(_SPELLED.sub(".", local[0]).lower(), host, bare)
        if named is None:
            continue
        value, size = named
        # `before` ends where the local part does; it may have been cut at its start.
        first = max(0, start - _REACH) + local.start()
        if re.fullmatch(r"\S+@\S+", text[first : end + size]):
            continue  # written as usual: found in the pass over all bytes
        found.append((first, end + size, "email", value, True))
    return found


def _named(local: str, match: re.Match[str], bare: bool) -> tuple[str, int] | None:
    """The address, and how many bytes of the host are its own; None if it is none."""
    if local in _EVERYDAY or ".." in local or len(local) > 64:
        return None
    written = match["host"]
    if written is None:
        if bare and not (len(local) >= 5 or re.search(r"[\d._]", local)):
            return None
        return f"{local}@{_PROVIDERS[match['provider'].lower()]}", match.end()
    host = _DOTS.sub(".", written).lower()
    # What follows the address may look like more of it.
    while host.count(".") > 1 and not is_registrable(host):
        host = host.rpartition(".")[0]
        written = written[: list(_DOTS.finditer(written))[-1].start()]
    known = host.partition(".")[0] in _PROVIDERS
    if not is_registrable(host) or (bare and not known and not _SPELLED.search(written)):
        return None
    return f"{local}@{host}", len(written)
