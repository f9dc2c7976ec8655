"""Image files that listings name are kept before the listings are, and go where they go."""

import re
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody.export import ExportRequest, export
from lamplighter.jobs.ingest import IngestOptions, ingest, new_workspace
from lamplighter.workspace.workspace import Workspace

PICTURE, OTHER = b"\x89PNG\r\n\x1a\n bland", b"GIF89a bland"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    new_workspace(tmp_path / "shop", "example.org/shop")
    settings = tmp_path / "shop" / "lamplighter.toml"
    settings.write_text(
        re.sub(r'^images = ""', 'images = "pictures"', settings.read_text(), flags=re.M)
    )
    (tmp_path / "shop" / "pictures").mkdir()
    (tmp_path / "shop" / "pictures" / "a.png").write_bytes(PICTURE)
    (tmp_path / "shop" / "pictures" / "b.gif").write_bytes(OTHER)
    (tmp_path / "outside.png").write_bytes(b"outside")
    return tmp_path / "shop"


def _ingest(shop: Path, images: dict[str, list[str] | None]) -> dict[str, object]:
    rows = shop.parent / "rows.jsonl"
    rows.write_bytes(
        b"\n".join(
            orjson.dumps({"listing_id": name, "text": f"a chair {name}", "images": some})
            for name, some in images.items()
        )
    )
    with Workspace.open(shop, write=True) as opened:
        return ingest(opened, [str(rows)], IngestOptions(), Steps(quiet=True))


def test_files_are_kept_and_named_by_the_entry(shop: Path) -> None:
    given = "pdq:" + "0" * 64
    told = _ingest(shop, {"one": ["a.png", given, "b.gif"], "two": ["a.png"], "three": None})
    assert (told["new"], told["images_missing"]) == (3, 0)
    with Ledger.open(shop) as ledger:
        kept = {
            orjson.loads(ledger.opening(entry.index) or b"")["row"]["listing_id"]: entry.objects
            for entry in ledger.entries()
            if entry.kind == "listing.received"
        }
        first, second = (sha256(data).hexdigest() for data in (PICTURE, OTHER))
        assert kept == {"one": (first, second), "two": (first,), "three": ()}
        assert ledger.object_path(first).read_bytes() == PICTURE


def test_what_cannot_be_read_is_said_and_stops_nothing(shop: Path) -> None:
    told = _ingest(shop, {"one": ["../../outside.png", "gone.png", "a.png"], "two": []})
    assert (told["new"], told["images_missing"]) == (2, 2)
    said = (shop / "rejected.jsonl").read_text()
    assert "leads out of the folder" in said
    assert "no such file" in said
    assert len(list((shop / "objects").glob("??/*"))) == 1


def test_they_are_in_an_export(shop: Path, tmp_path: Path) -> None:
    _ingest(shop, {"one": ["a.png"], "two": ["b.gif"]})
    with Workspace.open(shop, write=True) as opened:
        request = ExportRequest("u7", "u8", "x", Scope("listing", ("one",)))
        export(opened, request, tmp_path / "bag", Steps(quiet=True))
    natives = [path.read_bytes() for path in (tmp_path / "bag" / "data" / "NATIVES").rglob("*.*")]
    assert PICTURE in natives
    assert OTHER not in natives
