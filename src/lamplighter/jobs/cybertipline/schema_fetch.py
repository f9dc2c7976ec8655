"""Taking NCMEC's own schema into the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lamplighter.evidence.act import Act, Json
from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.jobs.cybertipline.service import service_of
from lamplighter.jobs.cybertipline.telling import WHO
from lamplighter.reporting.cybertipline.client import ServiceError
from lamplighter.reporting.cybertipline.schema_change import (
    check_schema,
    differences,
    refusals,
)


@dataclass(frozen=True)
class Fetched:
    """`refused`: what the schema says against documents made here; empty if it takes them."""

    path: Path
    differences: list[str]
    refused: list[str]


def fetch(desk: TipDesk) -> Fetched:
    """Fetch, compare with what was used before, put in its place, and log its digest.

    LamplighterError if the service gives none, or none that can be used: then the old one stays.
    """
    service = service_of(desk.workspace.config.report)
    with service.client() as client:
        try:
            data = client.schema()
        except ServiceError as error:
            raise LamplighterError(
                f"The schema cannot be fetched: {error.description}.", where=service.base,
                hint=WHO[error.remedy.value].split(".")[0] + ".",
            ) from error  # fmt: skip
    try:
        check_schema(data)
    except ValueError as error:
        raise LamplighterError(
            f"What the service gave as its schema is not used: {error}.", where=service.base,
            hint="The schema that was used before stays. Ask NCMEC.",
        ) from error  # fmt: skip
    changed = differences(desk.schema_path.read_bytes(), data)
    path = desk.folder / "cybertipline.xsd"
    digest = desk.workspace.ledger.put_object(data)
    public: dict[str, Json] = {"about": "cybertipline schema", "changes": len(changed)}
    act = Act("note", datetime.now(UTC), "system:cybertipline", public, objects=[digest])
    desk.workspace.ledger.append([act])
    replace_file(path, data)
    return Fetched(path, changed, refusals(path))
