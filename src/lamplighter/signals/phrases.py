"""The small language of phrases in a lexicon.

    little {girl|girls}                 alternatives, each of one or more words
    just turned {18-21}                 whole numbers of a range
    passport {0,3} {kept|held}          up to three other words between
    earn # {0,2} per day                # is any word with a digit in it

A phrase begins and ends with a word, not with a gap.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

#: One place of a phrase: the words that may stand there; or a gap of up to n words; or, as 0,
#: any word with a digit in it.
Item = tuple[str, ...] | int
Form = tuple[Item, ...]
ANY_NUMBER = 0

#: Bounds that keep a phrase readable and cheap to look for.
MOST_WORDS = 8
MOST_GAP = 6
MOST_FORMS = 100
MOST_CHOICES = 200

_PIECE = re.compile(r"\{([^{}]*)\}|([^\s{}]+)")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})\Z")
_GAP = re.compile(r"0,(\d)\Z")


class PhraseError(ValueError):
    """A phrase that is not of the language; `part` is the piece of it that is wrong."""

    def __init__(self, what: str, part: str) -> None:
        super().__init__(what)
        self.what = what
        self.part = part


def expand(phrase: str) -> list[Form]:
    """The forms of a phrase: one, or several where alternatives differ in their number of words.

    Raises PhraseError.
    """
    if _PIECE.sub(" ", phrase).strip():
        raise PhraseError("a brace has no partner, or stands within another", phrase)
    choices = [_choice(pieces, phrase) for pieces in _glued(phrase)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_FORMS:
        raise PhraseError(f"the phrase has {count} forms, at most {MOST_FORMS} are allowed", phrase)
    forms: dict[Form, None] = {}
    for combination in product(*choices):
        form: Form = tuple(item for items in combination for item in items)
        _check(form, phrase)
        forms[form] = None
    return list(forms)


def _glued(phrase: str) -> list[list[str]]:
    """Pieces that stand together without a space (`{18-22}yo`) belong to one word."""
    groups: list[list[str]] = []
    end = -1
    for match in _PIECE.finditer(phrase):
        if match.start() == end:
            groups[-1].append(match.group(0))
        else:
            groups.append([match.group(0)])
        end = match.end()
    return groups


def _choice(pieces: list[str], phrase: str) -> list[Form]:
    """What may stand at one place: all single words together, each longer alternative alone."""
    if len(pieces) == 1 and pieces[0] == "#":
        return [(ANY_NUMBER,)]
    gap = _GAP.match(pieces[0][1:-1].strip()) if pieces[0].startswith("{") else None
    if gap and len(pieces) == 1:
        if not 1 <= int(gap.group(1)) <= MOST_GAP:
            raise PhraseError(f"a gap has from 1 to {MOST_GAP} words", pieces[0])
        return [(int(gap.group(1)),)]
    parts = [_alternatives(piece) for piece in pieces]
    options = ["".join(combination) for combination in product(*parts)]
    if len(options) > MOST_CHOICES:
        raise PhraseError(f"more than {MOST_CHOICES} alternatives at one place", phrase)
    single = tuple(sorted({option for option in options if " " not in option}))
    forms: list[Form] = [(single,)] if single else []
    forms.extend(tuple((word,) for word in option.split()) for option in options if " " in option)
    return forms


def _alternatives(piece: str) -> list[str]:
    if not piece.startswith("{"):
        return [piece]
    inside = piece[1:-1].strip()
    if _GAP.match(inside):
        raise PhraseError("a gap stands between spaces", piece)
    found: list[str] = []
    for option in inside.split("|"):
        numbers = _RANGE.match(option.strip())
        if numbers:
            low, high = int(numbers.group(1)), int(numbers.group(2))
            if not low <= high <= low + 100:
                raise PhraseError("a range goes up, by 100 at most", piece)
            found.extend(str(number) for number in range(low, high + 1))
        elif option.strip():
            found.append(" ".join(option.split()))
        else:
            raise PhraseError("an alternative is empty", piece)
    return found


def _check(form: Form, phrase: str) -> None:
    words = [item for item in form if not isinstance(item, int)]
    numbers = [item for item in form if item == ANY_NUMBER]
    if not words:
        raise PhraseError("the phrase has no word", phrase)
    if len(words) + len(numbers) > MOST_WORDS:
        raise PhraseError(f"a phrase has at most {MOST_WORDS} words", phrase)
    if _is_gap(form[0]) or _is_gap(form[-1]):
        raise PhraseError("a phrase begins and ends with a word, not with a gap", phrase)
    for before, after in pairwise(form):
        if _is_gap(before) and _is_gap(after):
            raise PhraseError("two gaps stand side by side", phrase)


def _is_gap(item: Item) -> bool:
    return isinstance(item, int) and item > 0
