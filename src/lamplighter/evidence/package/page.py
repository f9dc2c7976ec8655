"""MANIFEST.html: what is in the package and how to check it, for a person. No script, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lamplighter.evidence.package.custody_graph import CustodyAct
from lamplighter.evidence.package.document import KINDS, Numbered

#: Rows shown; the rest is in documents.csv. A page of every row of a large package opens nowhere.
SHOWN = 1_000


@dataclass(frozen=True)
class Facts:
    """What the page says about the package as a whole."""

    export_id: str
    sentence: str
    reason: str
    made_at: datetime
    asked_by: str
    approved_by: str
    origin: str
    size: int  # entries of the log at the package's checkpoint
    root: str  # base64
    key: str  # the log's verifier key, as C2SP writes it
    erased: int  # entries whose private part was erased before
    holds: Sequence[str]  # sentences


def page(facts: Facts, items: Sequence[Numbered], acts: Sequence[CustodyAct]) -> bytes:
    """The page. Everything that came from outside is escaped by the template engine."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lamplighter.evidence.package"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    kinds: Mapping[str, int] = Counter(item.document.kind for item in items)
    content = environment.get_template("manifest.html.j2").render(
        facts=facts,
        kinds=[(name, kinds[kind]) for kind, name in KINDS.items() if kinds[kind]],
        items=list(islice(items, SHOWN)),
        hidden=max(0, len(items) - SHOWN),
        names=KINDS,
        acts=list(islice(acts, SHOWN)),
        hidden_acts=max(0, len(acts) - SHOWN),
    )
    return content.encode("utf-8", "backslashreplace")
