"""Lists that the operator keeps or was given: picture hashes and contacts to refuse or hold by.

Read are the exchange formats of ThreatExchange: lines of `type signal` or of signals alone (the
local files of python-threatexchange), CSV with or without a header (te-tag-query writes
`signal,id,time,tags`), and JSON as its API gives it (`type`, `indicator`), one object a line or in
a list. A picture equal to a listed one is an exact match; one within 31 of 256 bits is near. A file
with a listed MD5, or a text with the letters and digits of a listed one, is an exact match too.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.foundation.errors import InputError
from lamplighter.linking.hamming_bits import Words
from lamplighter.linking.hamming_lookup import look_up, make_lookup, pdq_words
from lamplighter.screening.digests import is_md5, text_digest
from lamplighter.screening.listing import Listing
from lamplighter.screening.spoken import Spoken
from lamplighter.signals.identifiers import extract

USES = ("refuse", "hold", "note")
#: Their names for types, in small letters, and ours. Others cannot be matched with a listing.
TYPES = {
    "pdq": "pdq", "hash_pdq": "pdq", "url": "url", "uri": "url", "raw_uri": "url",
    "email": "email", "email_address": "email", "phone": "phone", "phone_number": "phone",
    "md5": "md5", "hash_md5": "md5", "video_md5": "md5", "hash_video_md5": "md5",
    "raw_text": "raw_text", "text_string": "raw_text", "text": "raw_text",
    "text_md5": "text_md5", "hash_text_md5": "text_md5", "text_url_md5": "text_md5",
    "domain": "domain", "handle": "handle", "payment": "payment", "wallet": "wallet",
}  # fmt: skip
_TYPE_KEYS = ("signal_type", "type", "indicator_type", "hash_type")
_VALUE_KEYS = ("signal", "signal_str", "hash", "value", "indicator", "raw_indicator")
MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class ListEntry:
    """One [[list]] of screening.toml. `signal_type` is for files that do not name it."""

    name: str
    file: Path
    use: str
    source: str
    signal_type: str = ""


@dataclass
class Hits:
    """What of one listing is listed: by list, the values that match exactly, and near pictures."""

    exact: dict[str, list[str]] = field(default_factory=dict)
    near: dict[str, list[str]] = field(default_factory=dict)


class Lists:
    """All lists, ready to be asked. Read-only, safe from any thread."""

    def __init__(self, entries: list[ListEntry], region: str) -> None:
        self.entries = {entry.name: entry for entry in entries}
        self.digests: dict[str, str] = {}
        self.unusable: dict[str, Counter[str]] = {}
        self._values: dict[str, list[str]] = {}
        self._texts = False  # whether any list has texts: reading them takes time
        owners: list[str] = []
        hashes: list[bytes] = []
        for entry in entries:
            content = _content(entry)
            self.digests[entry.name] = sha256(content).hexdigest()
            found, self.unusable[entry.name] = _read(entry, content)
            for raw in found.pop("pdq", []):
                owners.append(entry.name)
                hashes.append(bytes.fromhex(raw))
            self._texts = self._texts or bool({"raw_text", "text_md5"} & found.keys())
            for value in _normal(found, region):
                self._values.setdefault(value, []).append(entry.name)
        self._owners = owners
        self._hashes: Words = pdq_words(b"".join(hashes))
        self._lookup = make_lookup(self._hashes)
        self.size = len(owners) + len(self._values)

    def ask(self, listing: Listing, spoken: Spoken) -> Hits:
        """What is listed of one listing."""
        hits = Hits()
        if not self.size:
            return hits
        for each in spoken.identifiers:
            for name in self._values.get(f"{each.kind}:{each.value}", ()):
                _note(hits.exact, name, f"{each.kind} {each.value}")
        for digest in spoken.digests:
            for name in self._values.get(f"md5:{digest}", ()):
                _note(hits.exact, name, f"a file with the MD5 {digest[:8]}…")
        if self._texts:
            self._ask_texts(listing.title or "", listing.text, hits)
        if spoken.images and self._owners:
            self._ask_pictures(spoken.images, hits)
        return hits

    def _ask_texts(self, title: str, text: str, hits: Hits) -> None:
        for shown in {title, text, f"{title} {text}"}:
            for name in self._values.get(f"text:{text_digest(shown)}", ()):
                _note(hits.exact, name, "the same words as a listed text")

    def _ask_pictures(self, images: list[bytes], hits: Hits) -> None:
        found = look_up(self._lookup, pdq_words(b"".join(images)))
        for picture, at, distance in zip(*(each.tolist() for each in found), strict=True):
            shown = f"pdq {images[picture][:4].hex()}…"
            if distance == 0:
                _note(hits.exact, self._owners[at], shown)
            else:
                _note(hits.near, self._owners[at], f"{shown} at {distance} bits")


def _note(held: dict[str, list[str]], name: str, value: str) -> None:
    values = held.setdefault(name, [])
    if value not in values:
        values.append(value)


def _content(entry: ListEntry) -> bytes:
    try:
        if entry.file.stat().st_size > MOST_BYTES:
            raise InputError("The list is too large.", where=str(entry.file),
                             hint=f"At most {MOST_BYTES:,} bytes; divide it.")  # fmt: skip
        return entry.file.read_bytes()
    except OSError as error:
        raise InputError(
            f"The list {entry.name!r} cannot be read.", where=str(entry.file),
            hint=f"{error.strerror}. Paths in screening.toml start at the workspace.",
        ) from error  # fmt: skip


def _read(entry: ListEntry, content: bytes) -> tuple[dict[str, list[str]], Counter[str]]:
    """Signals by our type, and how many of each type cannot be used."""
    found: dict[str, list[str]] = {}
    unusable: Counter[str] = Counter()
    for line, given, value in _signals(entry, content):
        kind = TYPES.get((given or entry.signal_type).strip().lower())
        if not (given or entry.signal_type):
            raise InputError(
                f"A signal of the list {entry.name!r} has no type.", where=f"{entry.file}:{line}",
                hint='Say it for the whole file: signal_type = "pdq"',
            )  # fmt: skip
        if kind is None:
            unusable[given or entry.signal_type] += 1
            continue
        value = value.strip()
        if kind == "pdq" and not _is_pdq(value):
            raise InputError(
                f"{value[:80]!r} is no PDQ hash.", where=f"{entry.file}:{line}",
                hint="64 hexadecimal digits; is the file of another signal_type?",
            )  # fmt: skip
        if kind in ("md5", "text_md5") and not is_md5(value.lower()):
            raise InputError(
                f"{value[:80]!r} is no MD5 digest.", where=f"{entry.file}:{line}",
                hint="32 hexadecimal digits; is the file of another signal_type?",
            )  # fmt: skip
        found.setdefault(kind, []).append(value)
    return found, unusable


def _is_pdq(value: str) -> bool:
    return len(value) == 64 and all(digit in "0123456789abcdefABCDEF" for digit in value)


def _signals(entry: ListEntry, content: bytes) -> Iterator[tuple[int, str, str]]:
    """Line, type as given (or empty) and signal."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"The list {entry.name!r} is not UTF-8.", where=str(entry.file),
                         hint=str(error)) from None  # fmt: skip
    suffix = entry.file.suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson"):
        yield from _json(entry, text)
    elif suffix == ".csv":
        yield from _csv(text)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if line and not line.startswith("#"):
                first, _, rest = line.partition(" ")
                yield (number, first, rest) if rest else (number, "", first)


def _csv(text: str) -> Iterator[tuple[int, str, str]]:
    rows = csv.reader(text.splitlines())
    typed, valued = -1, 0
    for number, row in enumerate(rows, 1):
        if not row or not row[0].strip():
            continue
        names = [cell.strip().lower() for cell in row]
        if number == 1 and any(name in _VALUE_KEYS for name in names):
            typed = next((names.index(key) for key in _TYPE_KEYS if key in names), -1)
            valued = next(names.index(key) for key in _VALUE_KEYS if key in names)
            continue
        if valued < len(row):
            yield number, row[typed] if 0 <= typed < len(row) else "", row[valued]


def _json(entry: ListEntry, text: str) -> Iterator[tuple[int, str, str]]:
    try:
        whole = orjson.loads(text)
        held = whole.get("data", whole) if isinstance(whole, dict) else whole
        objects = enumerate(held if isinstance(held, list) else [held], 1)
    except orjson.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            objects = enumerate([orjson.loads(line) for line in lines], 1)
        except orjson.JSONDecodeError as error:
            raise InputError(
                f"The list {entry.name!r} is no JSON.", where=str(entry.file), hint=error.msg
            ) from None
    for number, each in objects:
        if not isinstance(each, dict):
            raise InputError(
                f"A signal of the list {entry.name!r} is no object.",
                where=f"{entry.file}:{number}", hint='{"type": "HASH_PDQ", "indicator": "…"}',
            )  # fmt: skip
        value = next((each[key] for key in _VALUE_KEYS if isinstance(each.get(key), str)), None)
        given = next((each[key] for key in _TYPE_KEYS if isinstance(each.get(key), str)), "")
        if isinstance(each.get("indicator"), dict):  # the API nests the indicator on demand
            value = each["indicator"].get("indicator", value)
            given = each["indicator"].get("type", given)
        if not isinstance(value, str):
            raise InputError(
                f"A signal of the list {entry.name!r} has no value.",
                where=f"{entry.file}:{number}", hint=f"one of {', '.join(_VALUE_KEYS)}",
            )  # fmt: skip
        yield number, given, value


def _normal(found: dict[str, list[str]], region: str) -> set[str]:
    """`kind:value` as listings are read: phones as E.164, addresses in small letters."""
    out = {
        f"{kind}:{value.casefold() if kind != 'wallet' else value}"
        for kind in ("domain", "handle", "payment", "wallet")
        for value in found.get(kind, ())
    }
    out |= {f"md5:{value.lower()}" for value in found.get("md5", ())}
    out |= {f"text:{value.lower()}" for value in found.get("text_md5", ())}
    out |= {f"text:{made}" for value in found.get("raw_text", ()) if (made := text_digest(value))}
    for kind in ("phone", "email", "url"):
        values = found.get(kind, [])
        if not values:
            continue
        none = pa.nulls(len(values), pa.large_string())
        columns = dict.fromkeys(("title", "text", "phone", "email", "url", "country"), none)
        columns[kind] = pa.array(values, pa.large_string())
        table = extract(*columns.values(), default_region=region)
        kinds = np.array(table["kind"].to_pylist(), object)
        out |= {f"{kind}:{v}" for v, k in zip(table["value"].to_pylist(), kinds, strict=True)
                if k == kind}  # fmt: skip
    return out
