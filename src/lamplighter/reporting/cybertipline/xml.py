"""Documents as XML, and what their schema says of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import etree
from xsdata.exceptions import ParserError
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig

#: The reconstruction that ships; `fetch-schema` puts the authoritative one into the workspace.
SHIPPED_SCHEMA = Path(__file__).parent / "schema" / "cybertipline.xsd"
#: Characters that XML 1.0 cannot carry, not even escaped (section 2.2).
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Documents larger than this are refused unread.
MOST_BYTES = 16 << 20


def camel_case(name: str) -> str:
    """`incident_date_time` as NCMEC writes it: `incidentDateTime`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_CONTEXT = XmlContext(element_name_generator=camel_case, attribute_name_generator=camel_case)


def printable(text: str) -> str:
    """`text` with the characters that XML cannot carry replaced by U+FFFD, as a reader would."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def to_xml(document: Any) -> bytes:
    """A dataclass document as UTF-8 XML."""
    config = SerializerConfig(xml_declaration=True, encoding="UTF-8")
    return XmlSerializer(context=_CONTEXT, config=config).render(document).encode()


def from_xml(data: bytes, kind: type[Any]) -> Any:
    """A document as the dataclass `kind`. Raises ValueError where it is none."""
    parser = XmlParser(context=_CONTEXT, config=ParserConfig(fail_on_unknown_properties=False))
    safe_parse(data)
    try:
        return parser.from_bytes(data, kind)
    except (ParserError, ValueError, TypeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


def safe_parse(data: bytes) -> Any:
    """The root element of hostile XML: no entities, no document type, no network, bounded.

    Raises ValueError.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"the document has more than {MOST_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"malformed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not allowed")
    return root


class Schema:
    """An XML schema, loaded once."""

    def __init__(self, path: Path = SHIPPED_SCHEMA) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self._schema = etree.XMLSchema(etree.parse(str(path), parser))

    def problems(self, document: bytes) -> list[str]:
        """What is wrong with a document, a sentence each; empty if it is valid."""
        try:
            root = safe_parse(document)
        except ValueError as error:
            return [str(error)]
        if self._schema.validate(root):
            return []
        return [f"line {entry.line}: {entry.message}" for entry in self._schema.error_log]
