"""A small workspace with planted operations, one of whose listings has a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import orjson
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lamplighter.evidence.act import Act
from lamplighter.evidence.confirmed import answering
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.jobs.cybertipline.service import STAND_IN, stand_in_folder
from lamplighter.jobs.ingest import IngestOptions, ingest, new_workspace
from lamplighter.jobs.workspace_link import link_workspace
from lamplighter.reporting.cybertipline.stand_in import StandIn, serving
from lamplighter.workspace.workspace import Workspace

_WORDS = "Moving house next week, so a solid oak table with six chairs must go, call {} any evening"
_CITIES = ("Springfield", "Riverton", "Łódź", "東京")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("tips"))


def make_shop(folder: Path) -> Path:
    """One operation that tours four cities, with a picture; other listings around it."""
    Image.effect_noise((64, 64), 90).save(folder / "table.png")
    rows = [
        {
            "listing_id": f"t{n}",
            "title": f"Oak table {n}",
            "text": _WORDS.format("312-555-0142"),
            "account_id": f"Ünal-{n % 2}",
            "city": _CITIES[n // 2],
            "country": "US",
            "ip": f"192.0.2.{n}",
            "posted_at": f"2026-03-{n + 1:02d}T10:00:00Z",
            "url": f"https://market.example/{n}",
            "images": ["table.png"] if n == 0 else [],
            "email": "desk@oak.example",
        }
        for n in range(8)
    ]
    rows += [
        {
            "listing_id": f"x{n}",
            "text": f"Item {n * 7919} for sale, {n} dollars, as seen",
            "city": "Riverton",
        }
        for n in range(30)
    ]
    (folder / "rows.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    shop = folder / "shop"
    new_workspace(shop, "tips.invalid/shop")
    settings = shop / "lamplighter.toml"
    said = {"images": str(folder), "first_name": "Ada", "last_name": "Desk", "platform": "Market",
            "email": "desk@market.example", "ip_column": "ip"}  # fmt: skip
    text = settings.read_text()
    for key, value in said.items():
        text = re.sub(rf'^{key} = ""$', f'{key} = "{value}"', text, flags=re.M)
    settings.write_text(text)
    with Workspace.open(shop, write=True) as opened:
        ingest(opened, [str(folder / "rows.jsonl")], IngestOptions(), Steps(quiet=True))
    link_workspace(shop, 1, Steps(quiet=True))
    return shop


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(copytree(made, tmp_path / "shop", symlinks=True))


@pytest.fixture
def operation(made: Path) -> str:
    return touring(made)


def touring(made: Path) -> str:
    """The operation of eight listings."""
    table = pq.read_table(made / "links" / "operations.parquet").to_pylist()
    (found,) = [row["operation_id"] for row in table if row["listings"] == 8]
    return str(found)


@pytest.fixture
def service(shop: Path) -> Iterator[StandIn]:
    """A stand-in at an address of its own, which the workspace names."""
    with serving(STAND_IN, folder=stand_in_folder(shop)) as (service, base):
        settings = shop / "lamplighter.toml"
        settings.write_text(settings.read_text().replace("http://127.0.0.1:8899", base))
        yield service


@pytest.fixture
def desk(shop: Path, service: StandIn) -> Iterator[TipDesk]:
    with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
        yield desk


def confirmed(workspace: Workspace, operation: str, first: str, second: str) -> int:
    """The acts that the console writes when two people agree to report; the second one's entry."""
    now = datetime.now(UTC)
    asked = workspace.ledger.append(
        [
            Act(
                "decision",
                now,
                f"user:{first}",
                {"verdict": "report"},
                orjson.dumps({"operation": operation}),
            )
        ]
    )[0]
    answer = answering(workspace.ledger.entry(asked), f"user:{second}", now, "", confirm=True)
    return workspace.ledger.append([answer])[0]
