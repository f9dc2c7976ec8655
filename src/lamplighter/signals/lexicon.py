"""The lexicon: phrases by entry, each with category, weight, grade of evidence and source.

Kept as data in TOML, so that it can be read, argued with and extended without programming. The
rules of evidence are enforced when it is read: what was tested and found wanting has no positive
weight, a protected characteristic has none, and only a tested class or an official list makes an
entry of a category that moves a band.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import InputError
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.signals.phrases import Form, PhraseError, expand

GRADES = ("tested-positive", "tested-null", "tested-negative", "official-list", "expert-opinion")
#: Grades whose weight may not be positive: commonly believed, tested, not a sign.
REFUTED = ("tested-null", "tested-negative")
#: Categories that move a band by themselves, and the grades that may do so.
STRONG_CATEGORIES = {
    "child": ("official-list", "tested-positive"),
    "trust": ("tested-positive",),
    "youth": ("tested-positive",),
}
#: Where an entry counts; see `context.py`. Without one it counts wherever it is found.
CONTEXTS = ("person-noun", "person-modifier", "offering", "work")
PACKAGED = ("child.toml", "tested.toml", "labour.toml")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*\Z")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_KEYS = {"id", "category", "weight", "language", "evidence", "source", "context", "phrases",
         "note", "protected", "justification"}  # fmt: skip
_SOURCE_KEYS = {"title", "publisher", "kind", "date", "url"}


@dataclass(frozen=True)
class Source:
    """Who published a sign, in what, and when."""

    title: str
    publisher: str
    date: str
    kind: str = ""
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One sign, whatever its wording. `forms` are its phrases expanded (see `phrases.py`)."""

    id: str
    category: str
    weight: float
    language: str
    evidence: str
    source: Source
    phrases: tuple[str, ...]
    forms: tuple[Form, ...]
    context: str = ""
    note: str = ""
    protected: bool = False
    justification: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Entries sorted by id."""

    entries: tuple[Entry, ...]

    def __hash__(self) -> int:
        """Made once: whatever is compiled from a lexicon is looked up by it for each batch."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.entries)

    def entry(self, name: str) -> Entry:
        """The entry with that id; KeyError if there is none."""
        for entry in self.entries:
            if entry.id == name:
                return entry
        raise KeyError(name)


def load_lexicon(paths: Sequence[Path] = ()) -> Lexicon:
    """The packaged lexicon, extended by the user's files in order.

    An entry of a later file replaces the one with the same id; `remove = ["id", ...]` at the top
    of a file takes entries out. Raises InputError with file, line and a hint.
    """
    entries = {entry.id: entry for entry in _packaged().entries}
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                "the lexicon cannot be read",
                where=f"{path} ({error})",
                hint="give the path of a TOML file in UTF-8; docs/indicators.md has an example",
            ) from None
        _merge(entries, lexicon_text(str(path), text))
    return Lexicon(tuple(entries[name] for name in sorted(entries)))


def read_lexicon(*sources: TomlSource) -> Lexicon:
    """A lexicon of these sources alone, in order. Raises InputError."""
    entries: dict[str, Entry] = {}
    for source in sources:
        _merge(entries, source)
    return Lexicon(tuple(entries[name] for name in sorted(entries)))


@cache
def _packaged() -> Lexicon:
    home = resources.files("lamplighter").joinpath("lexicon")
    return read_lexicon(
        *(lexicon_text(name, home.joinpath(name).read_text("utf-8")) for name in PACKAGED)
    )


def lexicon_text(name: str, text: str) -> TomlSource:
    """A lexicon file; what is wrong in it is an InputError that points at the place."""
    example = 'Texts stand in quotes, lists in brackets: phrases = ["first", "second"]'
    return TomlSource(name, text, "lexicon", example, InputError)


def _merge(entries: dict[str, Entry], source: TomlSource) -> None:
    data = source.parse()
    for key in data:
        if key not in ("entry", "sources", "remove"):
            table = "" if not isinstance(data[key], (dict, list)) else key
            source.fail(
                f"`{key}` is not known here", table, key, "a lexicon has entry, sources, remove"
            )
    removed = data.get("remove", [])
    if not isinstance(removed, list):
        source.fail("`remove` is a list of ids", "", "remove", 'remove = ["youth/youthful"]')
    for name in removed:
        if entries.pop(str(name), None) is None:
            source.fail(
                f"there is no entry {name!r} to remove", "", "remove", _ids(entries), part=str(name)
            )
    sources = {name: _source(source, name, item) for name, item in data.get("sources", {}).items()}
    found: set[str] = set()
    blocks = data.get("entry", [])
    if not isinstance(blocks, list):
        source.fail("an entry begins with [[entry]]", "entry", None, "use double brackets")
    for number, item in enumerate(blocks):
        entry = _entry(source, number, item, sources)
        if entry.id in found:
            source.fail(
                f"the id {entry.id!r} is there twice",
                "entry",
                "id",
                "ids are unique",
                number=number,
            )
        found.add(entry.id)
        entries[entry.id] = entry


def _source(source: TomlSource, name: str, item: Any) -> Source:
    table = f"sources.{name}"
    if not isinstance(item, dict):
        source.fail("a source is a table", "", name, f"[sources.{name}]")
    for key in item:
        if key not in _SOURCE_KEYS:
            source.fail(f"`{key}` is not known here", table, key, _known(_SOURCE_KEYS))
    for key in ("title", "publisher", "date"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            source.fail(
                f"a source needs `{key}`", table, key, "title, publisher and date, as texts"
            )
    if not _DATE.match(item["date"]):
        source.fail(f"{item['date']!r} is no date", table, "date", "2022, 2022-10 or 2022-10-31")
    return Source(**{key: str(value) for key, value in item.items()})


def _entry(source: TomlSource, number: int, item: Any, sources: dict[str, Source]) -> Entry:
    def fail(what: str, key: str | None, hint: str, part: str = "") -> None:
        source.fail(what, "entry", key, hint, number=number, part=part)

    for key in item:
        if key not in _KEYS:
            fail(f"`{key}` is not known here", key, _known(_KEYS))
    for key in ("id", "category", "language", "evidence", "source"):
        if not isinstance(item.get(key), str):
            fail(f"an entry needs `{key}`, a text", key, f'{key} = "..."')
    if not _ID.match(item["id"]):
        fail(f"{item['id']!r} is no id", "id", 'small letters, like "labour/recruitment-fee"')
    if not _LANGUAGE.match(item["language"]):
        fail(f"{item['language']!r} is no language", "language", 'ISO 639, like "en"; or "und"')
    if item["evidence"] not in GRADES:
        fail(f"{item['evidence']!r} is no grade of evidence", "evidence", _known(GRADES))
    if item["source"] not in sources:
        known = _known(sources) if sources else "[sources.name] with title, publisher and date"
        fail(f"the source {item['source']!r} is not in this file", "source", known)
    if item.get("context", "") not in ("", *CONTEXTS):
        fail(f"{item['context']!r} is no context", "context", _known(CONTEXTS))
    for key, kind in (("note", str), ("justification", str), ("protected", bool)):
        if not isinstance(item.get(key, kind()), kind):
            fail(f"`{key}` has the wrong type", key, "a text, or true or false for `protected`")
    _check_weight(fail, item)
    phrases = item.get("phrases")
    if not isinstance(phrases, list) or not phrases:
        fail("an entry needs phrases", "phrases", 'phrases = ["first", "second"]')
    forms: dict[Form, None] = {}
    for phrase in phrases or ():
        if not isinstance(phrase, str):
            fail("a phrase is a text", "phrases", 'phrases = ["first", "second"]', str(phrase))
        try:
            forms.update(dict.fromkeys(expand(phrase)))
        except PhraseError as error:
            fail(error.what, "phrases", "docs/indicators.md explains phrases", error.part)
    return Entry(
        id=item["id"],
        category=item["category"],
        weight=float(item["weight"]),
        language=item["language"],
        evidence=item["evidence"],
        source=sources[item["source"]],
        phrases=tuple(phrases or ()),
        forms=tuple(forms),
        context=item.get("context", ""),
        note=item.get("note", ""),
        protected=item.get("protected", False),
        justification=item.get("justification", ""),
    )


def _check_weight(fail: Any, item: dict[str, Any]) -> None:
    """The rules of evidence (docs/indicators.md)."""
    weight = item.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not -10 <= weight <= 10:
        fail("an entry needs `weight`, a number from -10 to 10", "weight", "weight = 1")
        return
    grade, category = item["evidence"], item["category"]
    if grade in REFUTED and weight > 0:
        fail(
            f"a sign that is {grade} may not have the weight {weight}",
            "weight",
            "it was tested and is not a sign: weight = 0, or less where it points the other way",
        )
    if item.get("protected") and weight != 0 and not item.get("justification", "").strip():
        fail(
            f"a protected characteristic may not have the weight {weight}",
            "weight",
            "weight = 0; or write `justification`, which the transparency report will print",
        )
    allowed = STRONG_CATEGORIES.get(category, GRADES)
    if grade not in allowed:
        fail(
            f"an entry of {category!r} moves a band, which {grade} evidence may not do",
            "evidence",
            f"only {' or '.join(allowed)}; put it into a category of its own otherwise",
        )
    if category == "child" and not item.get("context", "").startswith("person-"):
        fail(
            "a term that denotes a child is judged in context",
            "context",
            'context = "person-noun" or "person-modifier"',
        )


def _known(names: Any) -> str:
    return "known are: " + ", ".join(sorted(names))


def _ids(entries: dict[str, Entry]) -> str:
    return "ids are, for example: " + ", ".join(sorted(entries)[:5])
