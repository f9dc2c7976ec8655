"""The chain of custody as CASE/UCO JSON-LD: who did what to which file, when, with what.

Ontologies: CASE 1.4 and UCO 1.4 (caseontology.org, unifiedcyberontology.org). Nodes are streamed,
one a line, so that a large package needs no memory; ids derive from the log and the entry, so that
the same export has the same graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from lamplighter import __version__
from lamplighter.evidence.package.document import KINDS, Numbered

_CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:lamplighter:custody:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: What an act of the ledger is called for people who read the chain.
_ACTS: Mapping[str, str] = {
    "listing.received": "Listing received and kept",
    "listing.published": "Published version seen and kept",
    "listing.rejected": "Row refused by the schema, kept as received",
    "moderation": "Act of the platform",
    "decision": "Decision of a reviewer",
    "hold": "Hold",
    "release": "Release of a hold",
    "report": "Report filed",
    "export": "Export made",
    "access": "Record read by a person",
    "appeal": "Appeal of the poster",
    "statement": "Statement of reasons made",
    "erasure": "Private part erased",
    "purge": "Purge",
}


@dataclass(frozen=True)
class CustodyAct:
    """An entry of the ledger that belongs to the chain."""

    index: int
    kind: str
    time: datetime
    actor: str
    note: str = ""


@dataclass(frozen=True)
class Custody:
    """What the graph is about."""

    origin: str  # the log's origin
    export_id: str
    sentence: str  # what was exported
    made_at: datetime
    made_by: str
    approved_by: str


def graph(
    custody: Custody, acts: Sequence[CustodyAct], documents: Iterable[Numbered]
) -> Iterator[bytes]:
    """The JSON-LD file, node by node. `documents` is read once."""
    yield b'{"@context":' + orjson.dumps(_CONTEXT) + b',"@graph":[\n'
    ids: list[str] = []
    first = True
    for node in _nodes(custody, acts, documents, ids):
        yield (b"" if first else b",\n") + orjson.dumps(node)
        first = False
    yield b"\n]}\n"


def _nodes(
    custody: Custody,
    acts: Sequence[CustodyAct],
    documents: Iterable[Numbered],
    ids: list[str],
) -> Iterator[dict[str, Any]]:
    space = uuid5(NAMESPACE_URL, f"lamplighter:{custody.origin}:{custody.export_id}")

    def name(kind: str, key: object) -> dict[str, str]:
        return {"@id": f"kb:{kind}-{_uuid(space, kind, key)}"}

    def top(node: dict[str, Any]) -> dict[str, Any]:
        ids.append(node["@id"])
        return node

    tool = name("Tool", "lamplighter")
    yield top({**tool, "@type": "uco-tool:Tool", "uco-core:name": "Lamplighter",
               "uco-tool:version": __version__})  # fmt: skip
    people = {act.actor for act in acts} | {custody.made_by, custody.approved_by}
    for actor in sorted(people):
        yield top({**name("Identity", actor), "@type": "uco-identity:Identity",
                   "uco-core:name": actor,
                   "uco-core:description": "A pseudonymous id of the ledger, not a person's name."})  # fmt: skip

    results: dict[int, list[dict[str, str]]] = {}
    exhibits: list[dict[str, str]] = []
    for item in documents:
        for node in _document(item, name):
            yield top(node) if "uco-core:object" in node or "uco-core:hasFacet" in node else node
        record = name("ProvenanceRecord", item.number)
        results.setdefault(item.document.index, []).append(record)
        exhibits.append(record)

    before: dict[str, str] | None = None
    for act in acts:
        node = {
            **name("InvestigativeAction", act.index),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": _ACTS.get(act.kind, act.kind),
            "uco-core:description": f"Ledger entry {act.index}. {act.note}".strip(),
            "uco-action:startTime": _time(act.time),
            "uco-action:endTime": _time(act.time),
            "uco-action:performer": name("Identity", act.actor),
            "uco-action:instrument": tool,
        }
        if results.get(act.index):
            node["uco-action:result"] = results[act.index]
        if before:
            node["case-investigation:wasInformedBy"] = before
        before = {"@id": node["@id"]}
        yield top(node)

    made = {
        **name("InvestigativeAction", "export"),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": "Export made",
        "uco-core:description": f"{custody.export_id}: {custody.sentence}; approved by "
        f"{custody.approved_by}.",
        "uco-action:startTime": _time(custody.made_at),
        "uco-action:performer": name("Identity", custody.made_by),
        "uco-action:participant": name("Identity", custody.approved_by),
        "uco-action:instrument": tool,
        "uco-action:object": exhibits or [tool],
    }
    if before:
        made["case-investigation:wasInformedBy"] = before
    yield top(made)
    yield {
        **name("Bundle", "export"),
        "@type": "uco-core:Bundle",
        "uco-core:name": custody.export_id,
        "uco-core:description": f"Chain of custody from the log {custody.origin}",
        "uco-core:objectCreatedTime": _time(custody.made_at),
        "uco-core:object": [{"@id": one} for one in ids],
    }


def _document(item: Numbered, name: Any) -> Iterator[dict[str, Any]]:
    """A file with its facets and digest, and the provenance record that gives it its number."""
    path = f"data/{item.native_name or item.text_name}"
    file, facet, content, digest = (
        name(kind, item.number) for kind in ("File", "FileFacet", "ContentDataFacet", "Hash")
    )
    yield {**file, "@type": "uco-observable:File", "uco-core:hasFacet": [facet, content]}
    yield {
        **facet,
        "@type": "uco-observable:FileFacet",
        "uco-observable:fileName": path.rsplit("/", 1)[1],
        "uco-observable:filePath": path,
        "uco-observable:sizeInBytes": item.size,
    }
    yield {
        **content,
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:sizeInBytes": item.size,
        "uco-observable:hash": digest,
    }
    yield {
        **digest,
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": item.sha256},
    }
    yield {
        **name("ProvenanceRecord", item.number),
        "@type": "case-investigation:ProvenanceRecord",
        "uco-core:description": f"{KINDS[item.document.kind]}; ledger entry {item.document.index}",
        "case-investigation:exhibitNumber": item.number,
        "uco-core:object": file,
    }


def _uuid(space: UUID, kind: str, key: object) -> UUID:
    return uuid5(space, f"{kind}:{key}")


def _time(moment: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment.astimezone(UTC).isoformat()}
