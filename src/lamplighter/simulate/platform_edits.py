"""What happens to one text: words put in, found, taken out, disguised, misspelt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from numpy.random import Generator

_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r" {2,}")
_GAP = re.compile(r"(?<=[a-z]) (?=[a-z])")
_CONTACT = re.compile(r"\S+@\S+\.\w+|\+?\(?\d[\d() .\-]{7,}\d")
MASK = "[contact hidden]"


class TermFinder:
    """Finds terms as a plain filter does: whole words, one space between the words of a term."""

    def __init__(self, terms: Sequence[str], *, case_sensitive: bool = False) -> None:
        self.case_sensitive = case_sensitive
        self._by_first: dict[str, list[str]] = {}
        for term in sorted(terms, key=len, reverse=True):
            self._by_first.setdefault(term.split()[0], []).append(term)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, term) of every occurrence, from left to right, without overlap."""
        read = text if self.case_sensitive else text.lower()
        found: list[tuple[int, int, str]] = []
        at = 0
        for match in _WORD.finditer(read):
            if match.start() < at:
                continue
            for term in self._by_first.get(match[0], ()):
                end = match.start() + len(term)
                if read.startswith(term, match.start()) and not read[end : end + 1].isalnum():
                    found.append((match.start(), end, term))
                    at = end
                    break
        return found


def without(
    text: str, spans: Sequence[tuple[int, int, str]], instead: Mapping[str, str] | str = ""
) -> str:
    """The text with the spans cut out, or replaced by what stands instead of their terms."""
    out, at = [], 0
    for start, end, term in spans:
        out.append(text[at:start])
        out.append(instead if isinstance(instead, str) else instead.get(term, ""))
        at = end
    return _SPACES.sub(" ", "".join([*out, text[at:]])).strip()


def inserted(text: str, words: str, chance: Generator) -> str:
    """The text with words put between two of its small words; at its end where there are none."""
    gaps = [match.start() for match in _GAP.finditer(text)]
    if not gaps:
        return f"{text} {words}"
    at = gaps[int(chance.integers(len(gaps)))]
    return f"{text[:at]} {words}{text[at:]}"


def disguised(term: str, chance: Generator) -> str:
    """The term in capitals, letter by letter, or joined by odd spacing."""
    way = int(chance.integers(3))
    if way == 0:
        return term.upper()
    if way == 1 and " " in term:
        return term.replace(" ", " - ")
    return " ".join(term.replace(" ", ""))


def misspelt(text: str, chance: Generator) -> str:
    """The text with two inner letters of one long word exchanged."""
    words = [match for match in _WORD.finditer(text) if match[0].isalpha() and len(match[0]) > 5]
    if not words:
        return text
    word = words[int(chance.integers(len(words)))]
    at = word.start() + 2 + int(chance.integers(len(word[0]) - 4))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def reformatted(text: str, chance: Generator) -> str:
    """The same words with other spaces, line ends or markup."""
    way = int(chance.integers(3))
    if way == 0:
        return text.replace(". ", ".<br/>\n")
    if way == 1:
        return f"<p>{text.replace(' & ', ' &amp; ')}</p>"
    return text.replace(". ", ".  ").upper()


def masked(text: str) -> str:
    """The text with plainly written numbers and addresses hidden."""
    return _CONTACT.sub(MASK, text)


def reworded(text: str, chance: Generator) -> str:
    """The text with a few of its words left out and another put in, as a poster might."""
    words = text.split(" ")
    for _ in range(2):
        if len(words) > 12:
            del words[int(chance.integers(len(words)))]
    words.insert(
        int(chance.integers(len(words))), ("nice", "good", "ask", "today")[int(chance.integers(4))]
    )
    return " ".join(words)
