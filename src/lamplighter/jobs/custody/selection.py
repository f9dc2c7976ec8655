"""From what a person names (an operation, a phone, a period …) to listing ids."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import phonenumbers
import pyarrow as pa

from lamplighter.evidence.holds.hold import Scope
from lamplighter.foundation.errors import UsageError
from lamplighter.operations.naming import stable_id

#: What a filter may name. Dates are of posting, or of receipt where a listing has none.
FILTERS = ("operation", "listing", "account", "phone", "city", "category", "from", "to")


class Selection:
    """Asks a workspace's views (`versions`, `listing_links`). `region` reads phones without +."""

    def __init__(self, views: duckdb.DuckDBPyConnection, region: str) -> None:
        self._db = views
        self._region = region
        names = views.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        self._linked = ("listing_links",) in names

    def matches(self, scope: Scope) -> set[str]:
        """Ids of listings that any version of, or their place in an operation, matches. Listings
        named by id count also before they arrive.
        """
        if scope.kind == "filter":
            pairs = [value.split("=", 1) for value in scope.values]
            found = [self._any(key, [value]) for key, value in pairs]
            return set.intersection(*found)
        return self._any(scope.kind, list(scope.values))

    def _any(self, key: str, values: list[str]) -> set[str]:
        if key == "listing":
            return set(values)
        if key == "operation":
            return self.members(values)
        if key == "phone":
            return set().union(*(self._phone(value) for value in values))
        if key in ("from", "to"):
            compare = ">=" if key == "from" else "<"
            return self._ids(
                f"SELECT listing_id FROM versions WHERE coalesce(posted_at, received_at) {compare} ?",  # noqa: S608
                [parse_day(values[0])],
            )
        column = {"account": "account_id", "city": "city", "category": "category"}[key]
        return self._ids(
            f"SELECT listing_id FROM versions WHERE list_contains(?, {column})",  # noqa: S608
            [values],
        )

    def _phone(self, text: str) -> set[str]:
        try:
            number = phonenumbers.parse(text, self._region)
        except phonenumbers.NumberParseException as error:
            raise UsageError(
                "This is no phone number.", where=repr(text)[:60],
                hint="Write it with the country's prefix: --phone +13125550100",
            ) from error  # fmt: skip
        full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        forms = [full.lstrip("+"), str(number.national_number), "0" + str(number.national_number)]
        found = self._ids(
            "SELECT listing_id FROM versions WHERE list_contains(?, regexp_replace(phone, '[^0-9]', '', 'g'))",
            [forms],
        )
        if self._linked:
            found |= self._ids(
                "SELECT listing_id FROM listing_links WHERE list_contains("
                "list_transform(identifiers, lambda i: i.kind || ':' || i.value), ?)",
                [f"phone:{full}"],
            )
        return found

    def operations_of(self, listings: Collection[str]) -> set[str]:
        """The operations in which any of these listings is, by the newest linking."""
        return self._asked(
            "SELECT DISTINCT operation_id FROM listing_links JOIN asked ON listing_id = value "
            "WHERE operation_id IS NOT NULL",
            listings,
        )

    def members(self, operations: Collection[str]) -> set[str]:
        """The listings of these operations."""
        return self._asked(
            "SELECT listing_id FROM listing_links JOIN asked ON operation_id = value", operations
        )

    def once_in(self, operation: str) -> set[str]:
        """Listings of an operation that an act named at some time: its members; or, since an id
        changes when a listing joins that comes before all others, those that are now together with
        the listing its id was made of, and that listing itself.
        """
        found = self.members([operation])
        if not found:
            ids = self._ids("SELECT DISTINCT listing_id FROM versions", [])
            first = {one for one in ids if stable_id("op", one) == operation}
            found = first | self.members(self.operations_of(first))
        return found

    def of_entries(self, indices: Collection[int]) -> dict[int, str]:
        """Listing id by ledger index, for those versions that are in the store."""
        self._db.register("entries", pa.table({"value": pa.array(sorted(indices), pa.int64())}))
        query = "SELECT ledger_index, listing_id FROM versions JOIN entries ON ledger_index = value"
        return dict(self._db.execute(query).fetchall())

    def known(self, listings: Collection[str]) -> set[str]:
        """Those of the listings that are in the store."""
        return self._ids_of(
            "SELECT DISTINCT listing_id FROM versions JOIN asked ON listing_id = value", listings
        )

    def _asked(self, query: str, values: Collection[str]) -> set[str]:
        return self._ids_of(query, values) if self._linked else set()

    def _ids_of(self, query: str, values: Collection[str]) -> set[str]:
        if not values:
            return set()
        self._db.register("asked", pa.table({"value": pa.array(sorted(values), pa.large_string())}))
        return self._ids(query, [])

    def _ids(self, query: str, values: list[Any]) -> set[str]:
        return {row[0] for row in self._db.execute(query, values).fetchall()}


def parse_day(text: str) -> datetime:
    """`2026-01-31` or a full ISO 8601 time; UTC where no zone is given. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "This is no date.", where=repr(text)[:40], hint="Write 2026-01-31 or 2026-01-31T09:30Z."
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def ids_in(path: Path) -> list[str]:
    """Listing ids of a file: one a line, or all that the findings of an audit rest on.

    Raises UsageError where it holds none.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("The file of ids cannot be read.", where=str(path)) from error
    ids = [line.strip() for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("["):
        try:
            ids = [one for finding in orjson.loads(text) for one in finding["listings"]]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise UsageError(
                "The file is no findings.json.", where=str(path), hint="Or write one id a line."
            ) from error
    if not ids or not all(isinstance(one, str) for one in ids):
        raise UsageError("The file holds no listing ids.", where=str(path))
    return list(dict.fromkeys(ids))


def scope_of(named: dict[str, list[str]]) -> Scope:
    """The scope that options name: one kind alone with its values, or a filter of several.

    Raises UsageError if nothing is named, or a kind of a filter has several values.
    """
    given = {key: values for key, values in named.items() if values}
    if len(given) == 1:
        (key, values), *_ = given.items()
        if key in ("operation", "listing", "account", "phone"):
            return Scope(key, tuple(dict.fromkeys(values)))
    if several := [key for key, values in given.items() if len(values) > 1]:
        raise UsageError(
            "A filter of several kinds takes one value of each.",
            where=f"--{several[0]} was given {len(given[several[0]])} times",
            hint="Place one hold (or make one export) for each.",
        )
    for key in ("from", "to"):
        if key in given:
            parse_day(given[key][0])
    if given and not re.fullmatch(r"[a-z]+", "".join(given)):
        raise UsageError("This filter is unknown.", where=", ".join(given))
    return Scope("filter", tuple(f"{key}={values[0]}" for key, values in sorted(given.items())))
