"""Load files for review platforms: Concordance DAT, Opticon OPT, and the same as CSV.

Both are conventions, not standards. DAT: UTF-8 with a byte-order mark, U+0014 between fields, þ
around each, ® for a newline within one, CRLF, names in the first line; dates YYYYMMDD, times
HH:MM:SS, both UTC. There is no way to escape þ: within metadata it becomes `th`, ® becomes `(R)`;
the text files and natives keep every character. OPT: one line a page of each document that has an
image (TIFF or JPEG, one page each); a document without one has text and native alone, and no line:
a viewer that is sent to a text file shows an error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from lamplighter.evidence.package.document import Numbered, visible
from lamplighter.evidence.package.names import IMAGES

FIELDS = (
    "BEGBATES", "ENDBATES", "BEGATTACH", "ENDATTACH", "PAGECOUNT", "DOCTYPE", "LISTINGID",
    "OPERATIONID", "ACCOUNTID", "DATERECEIVED", "TIMERECEIVED", "DATEPOSTED", "TIMEPOSTED",
    "DATEPUBLISHED", "TIMEPUBLISHED", "TITLE", "CATEGORY", "CITY", "REGION", "COUNTRY", "PHONE",
    "EMAIL", "URL", "MODERATEDBY", "MODERATIONACTION", "LEDGERINDEX", "FILESIZE", "SHA256HASH",
    "NATIVELINK", "TEXTLINK",
)  # fmt: skip
_PLAIN = {
    "OPERATIONID": "operation_id", "ACCOUNTID": "account_id", "TITLE": "title",
    "CATEGORY": "category", "CITY": "city", "REGION": "region", "COUNTRY": "country",
    "PHONE": "phone", "EMAIL": "email", "URL": "url", "MODERATEDBY": "moderated_by",
    "MODERATIONACTION": "moderation_action",
}  # fmt: skip
_SEPARATOR, _QUOTE, _NEWLINE = "\x14", "\u00fe", "\u00ae"
_DAT_SAFE = str.maketrans(
    {_SEPARATOR: " ", _QUOTE: "th", "\u00de": "TH", _NEWLINE: "(R)", "\r": None, "\n": _NEWLINE}
)
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LONGEST = 4_000  # characters of one metadata value; the whole is in the text and the native


def row(item: Numbered) -> dict[str, str]:
    """The values of one document by field name, before any escaping."""
    document = item.document
    values = dict.fromkeys(FIELDS, "")
    values |= {name: document.fields.get(key, "")[:_LONGEST] for name, key in _PLAIN.items()}
    for name, key in (("POSTED", "posted_at"), ("PUBLISHED", "published_at")):
        values[f"DATE{name}"], values[f"TIME{name}"] = _moment(document.fields.get(key, ""))
    return values | {
        "BEGBATES": item.number,
        "ENDBATES": item.number,
        "BEGATTACH": item.family_first,
        "ENDATTACH": item.family_last,
        "PAGECOUNT": "1" if item.native_name and document.suffix in IMAGES else "",
        "DOCTYPE": document.kind,
        "LISTINGID": document.listing_id[:_LONGEST],
        "DATERECEIVED": f"{document.time:%Y%m%d}",
        "TIMERECEIVED": f"{document.time:%H:%M:%S}",
        "LEDGERINDEX": str(document.index),
        "FILESIZE": str(item.size),
        "SHA256HASH": item.sha256,
        "NATIVELINK": _windows(item.native_name),
        "TEXTLINK": _windows(item.text_name),
    }


def _moment(text: str) -> tuple[str, str]:
    """`2026-01-31T09:30:00+00:00` as (20260131, 09:30:00); empty where it is no such time."""
    day, _, time = text.replace(" ", "T").partition("T")
    if len(day) != 10 or len(time) < 8:
        return "", ""
    return day.replace("-", ""), time[:8]


def _windows(name: str | None) -> str:
    return name.replace("/", "\\") if name else ""


def dat(items: Iterable[Numbered]) -> Iterator[bytes]:
    """The DAT file, line by line."""

    def line(values: Iterable[str]) -> bytes:
        safe = (f"{_QUOTE}{visible(v.translate(_DAT_SAFE))}{_QUOTE}" for v in values)
        return (_SEPARATOR.join(safe) + "\r\n").encode("utf-8", "backslashreplace")

    yield b"\xef\xbb\xbf" + line(FIELDS)
    for item in items:
        yield line(row(item).values())


def opt(items: Iterable[Numbered], volume: str = "VOL001") -> Iterator[bytes]:
    """The OPT file: key, volume, path, document break, folder break, box break, pages."""
    folder = None
    for item in items:
        if item.native_name is None or item.document.suffix not in IMAGES:
            continue
        path = _windows(item.native_name)
        new = path.rpartition("\\")[0] != folder
        folder = path.rpartition("\\")[0]
        yield f"{item.number},{volume},{path},Y,{'Y' if new else ''},,1\r\n".encode("ascii")


def documents_csv(items: Iterable[Numbered]) -> Iterator[bytes]:
    """The same as CSV for a spreadsheet (RFC 4180, UTF-8 with a mark), formulas neutralised."""
    yield b"\xef\xbb\xbf" + _csv_line(FIELDS)
    for item in items:
        yield _csv_line(_neutral(value) for value in row(item).values())


def _neutral(value: str) -> str:
    return visible(f"'{value}" if value.startswith(_FORMULA) else value)


def _csv_line(values: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(list(values))
    return out.getvalue().encode("utf-8", "backslashreplace")
