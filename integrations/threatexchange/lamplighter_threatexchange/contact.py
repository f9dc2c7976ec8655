"""An identifier, matched in a text in every form that Lamplighter reads."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
from threatexchange.content_type.content_base import ContentType
from threatexchange.content_type.text import TextContent
from threatexchange.signal_type import index, signal_base

from lamplighter.signals.identifiers.extract import extract

#: What may be exchanged; domains are too common to be anybody's contact.
_KINDS = ("phone", "email", "handle", "url", "payment", "wallet")
_SIGNAL = re.compile(rf"(?:{'|'.join(_KINDS)}):\S{{1,500}}")


def contacts(text: str) -> set[str]:
    """Identifiers of a text as `kind:value`."""
    empty = pa.array([None], pa.large_string())
    found = extract(empty, pa.array([text], pa.large_string()), empty, empty, empty, empty)
    pairs = zip(found["kind"].to_pylist(), found["value"].to_pylist(), strict=True)
    return {f"{kind}:{value}" for kind, value in pairs if kind in _KINDS}


class ContactIndex(signal_base.TrivialSignalTypeIndex[Any]):
    """Looks up what a text contains; exact, so it scales as a hash table does."""

    def query(self, query: str) -> list[index.IndexMatch[Any]]:
        """Entries of all contacts in the text, or of the contact where one is given."""
        asked = {query.strip()} if _SIGNAL.fullmatch(query.strip()) else contacts(query)
        return [match for one in sorted(asked) for match in super(ContactIndex, self).query(one)]


class ContactSignal(signal_base.SimpleSignalType, signal_base.MatchesStr):
    """A normalised identifier."""

    @classmethod
    def get_name(cls) -> str:
        """As configured and stored."""
        return "contact"

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        """Texts."""
        return [TextContent]

    @classmethod
    def get_index_cls(cls) -> type[index.SignalTypeIndex[Any]]:
        """Exact, over the contacts of the text asked about."""
        return ContactIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The signal; ValueError unless it is `kind:value`."""
        signal = super().validate_signal_str(signal_str)
        if not _SIGNAL.fullmatch(signal):
            raise ValueError(f"not kind:value with one of {', '.join(_KINDS)}")
        return signal

    @classmethod
    def matches_str(cls, signal: str, haystack: str) -> signal_base.SignalComparisonResult:
        """Whether the text has it."""
        return signal_base.SignalComparisonResult.from_bool_only(signal in contacts(haystack))

    @staticmethod
    def get_examples() -> list[str]:
        """From the range of numbers set aside for fiction, and a reserved domain (RFC 2606)."""
        return ["phone:+13125550100", "email:desk@example.com"]
