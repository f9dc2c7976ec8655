"""Statements as files of the database's batches, ready for `POST …/statements`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.statement.acts import Held
from lamplighter.reporting.statement.dsa.document import document
from lamplighter.reporting.statement.dsa.schema import schema
from lamplighter.reporting.statement.dsa.validate import problems
from lamplighter.reporting.statement.settings import Settings


@dataclass(frozen=True)
class Ready:
    """Documents in order, and what is not among them."""

    documents: list[dict[str, Any]]
    waiting: int  #: delayed: told to nobody, so not published either


def ready(held: Iterable[Held], settings: Settings, now: datetime) -> Ready:
    """Valid documents, in the order in which posters could first see their statements.

    So what is exported later comes after what was exported before, and batches stay the same.
    LamplighterError that names statement and attribute if one is not valid.
    """
    told, waiting = [], 0
    for one in held:
        if one.told(now):
            told.append(one)
        else:
            waiting += 1
    told.sort(key=lambda one: (one.told_from, one.entry))
    documents = [document(one.statement, settings) for one in told]
    for made in documents:
        for attribute, words in problems(made).items():
            raise LamplighterError(
                f"A statement does not fit the DSA's schema {schema().version}: {attribute} {words}.",
                where=made["puid"],
                hint="Its sentences come from statements.toml, [[ground]].",
            )
    return Ready(documents, waiting)


def batches(documents: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """At most as many in each as one call takes."""
    size = schema().most_in_a_batch
    for start in range(0, len(documents), size):
        yield documents[start : start + size]


def write_export(found: Ready, out: Path, platform: str) -> dict[str, Any]:
    """`batch-0001.json` … and `manifest.json` in `out`; the same statements give the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for number, batch in enumerate(batches(found.documents), start=1):
        data = orjson.dumps({"statements": batch}, option=orjson.OPT_INDENT_2)
        name = f"batch-{number:04}.json"
        replace_file(out / name, data, 0o600)
        files.append({"file": name, "statements": len(batch),
                      "sha256": hashlib.sha256(data).hexdigest()})  # fmt: skip
    manifest = {
        "platform": platform, "schema": schema().version, "schema_in_force": schema().in_force,
        "statements": len(found.documents), "waiting": found.waiting, "files": files,
    }  # fmt: skip
    replace_file(out / "manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2), 0o600)
    return manifest
