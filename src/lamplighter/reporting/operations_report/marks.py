"""The text of a listing as submitted, with contacts and indicators marked, nothing hidden in it.

What an eye would miss is drawn as a small tag: zero-width characters, direction overrides, soft
hyphens. Joiners stay silent where a script or an emoji needs them (Persian, Hindi, families).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from lamplighter.reporting.operations_report.wording import SHOWN, clean

#: Labels of spans that are contacts; all others are indicators.
CONTACTS = frozenset({"phone", "email", "handle", "url", "domain", "payment", "wallet"})

_NAMES = {
    0x00AD: ("SHY", "soft hyphen"),
    0x034F: ("CGJ", "combining grapheme joiner"),
    0x061C: ("ALM", "Arabic letter mark"),
    0x115F: ("HCF", "Hangul filler"),
    0x1160: ("HJF", "Hangul filler"),
    0x180E: ("MVS", "Mongolian vowel separator"),
    0x200B: ("ZWSP", "zero width space"),
    0x200C: ("ZWNJ", "zero width non-joiner"),
    0x200D: ("ZWJ", "zero width joiner"),
    0x200E: ("LRM", "left-to-right mark"),
    0x200F: ("RLM", "right-to-left mark"),
    0x202A: ("LRE", "left-to-right embedding"),
    0x202B: ("RLE", "right-to-left embedding"),
    0x202C: ("PDF", "pop directional formatting"),
    0x202D: ("LRO", "left-to-right override"),
    0x202E: ("RLO", "right-to-left override"),
    0x2060: ("WJ", "word joiner"),
    0x2061: ("FA", "function application"),
    0x2062: ("IT", "invisible times"),
    0x2063: ("IS", "invisible separator"),
    0x2064: ("IP", "invisible plus"),
    0x2066: ("LRI", "left-to-right isolate"),
    0x2067: ("RLI", "right-to-left isolate"),
    0x2068: ("FSI", "first strong isolate"),
    0x2069: ("PDI", "pop directional isolate"),
    0x3164: ("HF", "Hangul filler"),
    0xFEFF: ("BOM", "zero width no-break space"),
}
_INVISIBLE = re.compile("[" + "".join(chr(code) for code in _NAMES) + "]")
_JOINERS = "\u200c\u200d"
# Letters and digits of the scripts that need no joiner: Latin, Greek, Cyrillic.
_BARE = re.compile("[0-9A-Za-z\u00c0-\u052f]")


class Piece(NamedTuple):
    """A stretch of text under the same spans; `ending` names those that end with it."""

    text: str
    marked: bool
    contact: bool
    labels: str
    ending: str


def pieces(text: str, spans: Sequence[tuple[int, int, str]], limit: int = SHOWN) -> list[Piece]:
    """Cut the first `limit` code points at every start and end of a span (overlaps included)."""
    shown = text[:limit]
    held = sorted(
        {(max(a, 0), min(b, len(shown)), label) for a, b, label in spans if max(a, 0) < min(b, len(shown))}
    )  # fmt: skip
    cuts = sorted({0, len(shown), *(a for a, _, _ in held), *(b for _, b, _ in held)})
    out = []
    for begin, end in pairwise(cuts):
        over = [(b, label) for a, b, label in held if a <= begin and end <= b]
        labels = sorted({label for _, label in over})
        ending = sorted({label for b, label in over if b == end})
        contact = any(label.split(":")[0].strip() in CONTACTS for label in labels)
        out.append(
            Piece(shown[begin:end], bool(over), contact, ", ".join(labels), ", ".join(ending))
        )
    return out


def visible(text: str) -> Markup:
    """The text as HTML, escaped, each invisible character drawn as a tag with its name."""
    out: list[str] = []
    at = 0
    for found in _INVISIBLE.finditer(text):
        if found[0] in _JOINERS and not _between_bare(text, found.start()):
            continue
        tag, name = _NAMES[ord(found[0])]
        out.append(escape(clean(text[at : found.start()])))
        out.append(f'<i class="unseen" data-c="{tag}" title="U+{ord(found[0]):04X} {name}"></i>')
        at = found.end()
    out.append(escape(clean(text[at:])))
    return Markup("".join(out))  # noqa: S704 - every part is escaped, or ours


def _between_bare(text: str, at: int) -> bool:
    return bool(_BARE.match(text[at - 1 : at]) or _BARE.match(text[at + 1 : at + 2]))
