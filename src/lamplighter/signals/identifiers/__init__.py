"""What names a contact in a listing: phones, e-mails, handles, links, payment tags, wallets."""

from lamplighter.signals.identifiers.extract import extract
from lamplighter.signals.identifiers.schema import IDENTIFIER_SCHEMA

__all__ = ["IDENTIFIER_SCHEMA", "extract"]
