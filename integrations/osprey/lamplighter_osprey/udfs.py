"""Functions for Osprey's rules.

    Phones: List[str] = ListingPhones(text=ListingText)
    Operation: str = ListingOperation(listing_id=ListingId, text=ListingText)
    Template: str = ListingTemplate(listing_id=ListingId, text=ListingText)

Contract: roostorg/osprey, docs/integration/integrations.md, "Writing UDFs" (2026). The listing is
in Lamplighter's ledger before it is compared, as everything is that comes to it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from osprey.engine.executor.execution_context import ExecutionContext
from osprey.engine.stdlib.udfs.categories import UdfCategories
from osprey.engine.udf.arguments import ArgumentsBase
from osprey.engine.udf.base import UDFBase

from lamplighter.signals.identifiers.extract import extract
from lamplighter_osprey.service import decisions


class PhonesArguments(ArgumentsBase):
    """What `ListingPhones` takes."""

    text: str
    #: How numbers without a calling code are dialled: ISO 3166, two letters.
    region: str = "US"


class ListingPhones(UDFBase[PhonesArguments, list[str]]):
    """Telephone numbers of a text, in whatever form it hides them, as E.164."""

    category = UdfCategories.PHONE

    def execute(self, execution_context: ExecutionContext, arguments: PhonesArguments) -> list[str]:
        """Sorted, each once."""
        none = pa.array([None], pa.large_string())
        found = extract(none, pa.array([arguments.text], pa.large_string()), none, none, none, none,
                        default_region=arguments.region)  # fmt: skip
        pairs = zip(found["kind"].to_pylist(), found["value"].to_pylist(), strict=True)
        return sorted({value for kind, value in pairs if kind == "phone"})


class ListingArguments(ArgumentsBase):
    """A listing as far as an event tells of it."""

    listing_id: str
    text: str
    title: str = ""
    account_id: str = ""
    city: str = ""


class _Asks(UDFBase[ListingArguments, str]):
    """Asks the service once for each event. Slow: Osprey may run it beside other functions."""

    execute_async = True
    category = UdfCategories.HTTP
    _field = ""

    def execute(self, execution_context: ExecutionContext, arguments: ListingArguments) -> str:
        """The id that the listing resembles, or an empty text."""
        listing: dict[str, Any] = {
            name: value
            for name in ("listing_id", "text", "title", "account_id", "city")
            if (value := getattr(arguments, name))
        }
        found = decisions.of(listing)
        return str((found.resembles or {}).get(self._field) or "")


class ListingOperation(_Asks):
    """The known operation that a listing belongs with, as `op-…`, or an empty text."""

    _field = "operation_id"


class ListingTemplate(_Asks):
    """The known template that a listing is written from, as `tpl-…`, or an empty text."""

    _field = "template_id"
