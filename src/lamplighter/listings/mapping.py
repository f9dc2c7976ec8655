"""Whose column is ours: exact names, `--map` and proposals."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from lamplighter.foundation.errors import InputError, UsageError
from lamplighter.listings.schema import LISTING_SCHEMA

_SYNONYMS = {
    "listing_id": ("id", "post_id", "ad_id", "item_id", "posting_id", "uid", "listingid", "ref",
                   "id_str", "_id"),
    "text": ("body", "description", "ad_text", "content", "message", "details", "ad", "post"),
    "title": ("headline", "subject", "heading"),
    "posted_at": ("created_at", "posted", "date_posted", "timestamp", "datetime", "date", "time"),
    "account_id": ("user_id", "seller_id", "author_id", "poster_id", "account", "user", "seller"),
    "phone": ("phone_number", "telephone", "tel", "mobile"),
    "city": ("location", "town", "place"),
}  # fmt: skip
#: Columns that an input may name; `extra` is ours alone.
OURS = [name for name in LISTING_SCHEMA.names if name != "extra"]


def read_columns(path: Path) -> dict[str, str]:
    """`[columns]` of a lamplighter.toml, ours = "theirs"; empty where there is none."""
    if not path.is_file():
        return {}
    try:
        columns = tomllib.loads(path.read_text("utf-8")).get("columns", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("The configuration cannot be read.", where=str(path),
                         hint=f"It must be TOML in UTF-8: {error}.") from error  # fmt: skip
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise UsageError("[columns] holds OURS = \"theirs\".", where=str(path),
                         hint='For example: text = "body"')  # fmt: skip
    return parse_map([f"{ours}={theirs}" for ours, theirs in columns.items()])


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """`["text=body"]` → `{"text": "body"}`. UsageError for what is not ours=theirs."""
    out: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not theirs:
            raise UsageError("A mapping is written OURS=THEIRS.", where=f"--map {pair}",
                             hint="For example: --map text=body")  # fmt: skip
        if ours not in OURS:
            near = difflib.get_close_matches(ours, OURS, 1)
            raise UsageError(
                f"There is no column {ours!r} to map to.", where=f"--map {pair}",
                hint=f"Did you mean {near[0]}?" if near else f"Ours: {', '.join(OURS)}.",
            )  # fmt: skip
        out[ours] = theirs
    return out


def _usual(ours: str, found: Sequence[str]) -> str | None:
    lowered = {name.lower(): name for name in found}
    return next((lowered[word] for word in _SYNONYMS.get(ours, ()) if word in lowered), None)


def _propose(ours: str, found: Sequence[str]) -> str | None:
    if usual := _usual(ours, found):
        return usual
    lowered = {name.lower(): name for name in found}
    near = difflib.get_close_matches(ours, list(lowered), 1, 0.6)
    return lowered[near[0]] if near else None


def map_columns(found: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[str, str]:
    """Ours → theirs for one file. InputError if a required column is missing, with a proposal."""
    for ours, theirs in mapping.items():
        if theirs not in found:
            raise UsageError(f"The file has no column {theirs!r}.", where=f"{file} (--map {ours})",
                             hint=f"It has: {', '.join(found)}.")  # fmt: skip
    lowered = {name.lower(): name for name in reversed(found)}
    out = dict(mapping)
    for ours in OURS:
        if ours not in out and ours in lowered:
            out[ours] = lowered[ours]
    missing = [
        n for n in ("listing_id", "text") if n not in out and not (n == "text" and "title" in out)
    ]
    if missing:
        # What is optional is proposed only where a usual name says so.
        proposals = [f"--map {n}={p}" for n in missing if (p := _propose(n, found))]
        if proposals:
            usual = [n for n in _SYNONYMS if n not in out and n not in missing]
            proposals += [f"--map {n}={p}" for n in usual if (p := _usual(n, found))]
        raise InputError(
            f"There is no column {' and no column '.join(missing)}.",
            where=f"{file}, columns: {', '.join(found) or '(none)'}",
            hint=f"Perhaps: {' '.join(proposals)}" if proposals
            else f"Say which it is: {' '.join(f'--map {name}=YOUR_COLUMN' for name in missing)}",
        )  # fmt: skip
    return out
