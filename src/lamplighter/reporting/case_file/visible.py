"""Text for paper: what cannot be seen is written out, so that a reader sees what a machine read."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """`text` with control, format and unassigned characters as ⟨U+202E⟩; line ends stay.

    Trap: a right-to-left override would turn the line round it, and zero-width characters that hide
    a word from a filter would not be seen at all. Joiners are shown too: in some scripts and emoji
    they are ordinary, but here they are evidence.
    """
    return "".join(_shown(character) for character in text.replace("\r\n", "\n"))


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co", "Cs"):
        return character
    return f"⟨U+{ord(character):04X}⟩"
