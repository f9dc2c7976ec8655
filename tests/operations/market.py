"""A few listings by hand, as the steps before would hand them on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from lamplighter.operations.model import OperationInput

DAY = 86_400_000_000
START = 1_760_000_000_000_000

PLACES = {
    "Lyon": (1, "FR", 45.75, 4.85),
    "Paris": (2, "FR", 48.86, 2.35),
    "Nice": (3, "FR", 43.70, 7.27),
    "Lille": (4, "FR", 50.63, 3.06),
    "Nantes": (5, "FR", 47.22, -1.55),
    "Turin": (6, "IT", 45.07, 7.69),
    "Milan": (7, "IT", 45.46, 9.19),
    "Rome": (8, "IT", 41.90, 12.50),
    "Geneva": (9, "CH", 46.20, 6.15),
    "Basel": (10, "CH", 47.56, 7.59),
}


@dataclass
class Market:
    """Collects listings; `input()` gives the aligned tables."""

    listings: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    identifiers: list[dict[str, Any]] = field(default_factory=list)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    evasion: list[dict[str, int]] = field(default_factory=list)
    member_of: list[int] = field(default_factory=list)
    template_of: list[int] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, str]] = field(default_factory=list)

    def template(self, **slots: Iterable[str]) -> int:
        """A template with slots of these kinds and values; returns its number."""
        number = len(self.templates)
        self.templates.append(
            {
                "template_id": f"tpl-{number:03}",
                "slots": [
                    {"kind": kind, "values": [{"value": v, "count": 1} for v in values]}
                    for kind, values in slots.items()
                ],
            }
        )
        return number

    def add(
        self,
        operation: int,
        *,
        day: float | None = 0.0,
        city: str | None = "Lyon",
        phone: str | tuple[str, ...] | None = None,
        obscured: bool = False,
        hub: bool = False,
        indicators: Iterable[tuple[str, str, bool, str]] = (),
        evasion: dict[str, int] | None = None,
        template: int = -1,
        listing_id: str | None = None,
        **columns: Any,
    ) -> int:
        """One listing; `indicators` are (entry, category, counts, why)."""
        row = len(self.listings)
        self.listings.append(
            {
                "listing_id": listing_id or f"id-{row:05}",
                "account_id": columns.get("account", "acc"),
                "title": columns.get("title", ""),
                "text": columns.get("text", ""),
                "category": columns.get("category"),
                "posted_at": None if day is None else START + round(day * DAY),
                "price": columns.get("price"),
                "currency": columns.get("currency"),
                "city": city,
                "country": PLACES[city][1] if city else None,
                "language": columns.get("language", "en"),
                "versions": columns.get("versions", 1),
            }
        )
        number, country, latitude, longitude = PLACES[city] if city else (None,) * 4
        self.places.append(
            {
                "place_id": number,
                "place": city,
                "country": country,
                "latitude": latitude,
                "longitude": longitude,
            }
        )
        phones = (phone,) if isinstance(phone, str) else phone or ()
        for value in phones:
            self.identifiers.append(
                {
                    "row": row,
                    "kind": "phone",
                    "value": value,
                    "obscured": obscured,
                    "outside": 0,
                    "hub": hub,
                }
            )
        for entry, category, counts, why in indicators:
            self.indicators.append(
                {"row": row, "entry": entry, "category": category, "counts": counts, "why": why}
            )
        kinds = ("homoglyph", "zero_width", "letter_spacing", "leet")
        self.evasion.append({kind: (evasion or {}).get(kind, 0) for kind in kinds})
        self.member_of.append(operation)
        self.template_of.append(template)
        return row

    def input(self, order: Any = None, numbering: Any = None) -> OperationInput:
        """The tables; rows in another order and operations numbered otherwise if asked."""
        n = len(self.listings)
        rows = np.arange(n) if order is None else np.asarray(order)
        back = np.empty(n, np.int64)
        back[rows] = np.arange(n)
        member = np.array(self.member_of, np.int64)
        if numbering is not None:
            member = np.where(member >= 0, np.asarray(numbering)[member], -1)

        def moved(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return sorted(
                ({**entry, "row": int(back[entry["row"]])} for entry in entries),
                key=lambda entry: int(entry["row"]),
            )

        listings = pa.Table.from_pylist(
            self.listings,
            pa.schema(
                {
                    **dict.fromkeys(
                        ("listing_id", "account_id", "title", "text", "category"),
                        pa.large_string(),
                    ),
                    "posted_at": pa.timestamp("us", tz="UTC"),
                    "price": pa.float64(),
                    **dict.fromkeys(("currency", "city", "country", "language"), pa.large_string()),
                    "versions": pa.int64(),
                }
            ),
        )
        places = pa.Table.from_pylist(
            self.places,
            pa.schema(
                {
                    "place_id": pa.int32(),
                    "place": pa.large_string(),
                    "country": pa.large_string(),
                    "latitude": pa.float64(),
                    "longitude": pa.float64(),
                }
            ),
        )
        coded = pa.dictionary(pa.int8(), pa.large_string())
        identifiers = pa.Table.from_pylist(
            moved(self.identifiers),
            pa.schema(
                {
                    "row": pa.uint32(),
                    "kind": pa.large_string(),
                    "value": pa.large_string(),
                    "obscured": pa.bool_(),
                    "outside": pa.int64(),
                    "hub": pa.bool_(),
                }
            ),
        )
        identifiers = identifiers.set_column(1, "kind", identifiers.column("kind").cast(coded))
        indicators = pa.Table.from_pylist(
            moved(self.indicators),
            pa.schema(
                {
                    "row": pa.uint32(),
                    "entry": pa.large_string(),
                    "category": pa.large_string(),
                    "counts": pa.bool_(),
                    "why": pa.large_string(),
                }
            ),
        )
        value = pa.struct({"value": pa.large_string(), "count": pa.int64()})
        slot = pa.struct({"kind": pa.large_string(), "values": pa.large_list(value)})
        return OperationInput(
            member_of=member[rows],
            listings=listings.take(rows),
            places=places.take(rows),
            identifiers=identifiers,
            indicators=indicators,
            evasion=pa.Table.from_pylist(self.evasion).take(rows),
            template_of=np.array(self.template_of, np.int64)[rows],
            templates=pa.Table.from_pylist(
                self.templates,
                pa.schema({"template_id": pa.large_string(), "slots": pa.large_list(slot)}),
            ),
            known=pa.Table.from_pylist(self.known) if self.known else None,
        )


def row_of(table: pa.Table, index: int = 0) -> dict[str, Any]:
    """One row of a table as a dictionary."""
    result: dict[str, Any] = table.slice(index, 1).to_pylist()[0]
    return result


def names_of(row: dict[str, Any]) -> list[str]:
    """Names of the reasons of an operation."""
    return [reason["name"] for reason in row["reasons"]]
