"""An intake while the service has the workspace: through the service, and as if by itself."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.guests import open_doorway
from lamplighter.workspace.frames import NAME
from lamplighter.workspace.workspace import Workspace

RUN = CliRunner()


@pytest.fixture
def served(desk: Path) -> Iterator[Path]:
    door = open_doorway(deployment())
    yield desk
    door.close()


def _ingest(workspace: Path, *inputs: str) -> dict[str, object]:
    done = RUN.invoke(app, ["ingest", str(workspace), *inputs, "--no-link", "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_an_intake_goes_through_the_service(served: Path, tmp_path: Path) -> None:
    image = tmp_path / "chair.png"
    image.write_bytes(b"no picture, kept all the same")
    rows = [
        {"listing_id": f"guest-{n}", "text": f"garden chair number {n}, green", "price": n,
         "published_text": "garden chair"}
        for n in range(1500)
    ]  # fmt: skip
    lines = [json.dumps(row) for row in rows] + ['{"listing_id": "", "text": "nobody"}', "{broken"]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(lines))
    before = deployment().workspace.ledger.size
    told = _ingest(served, str(source))
    assert (told["new"], told["same"], told["rejected"]) == (1500, 0, 2)
    assert _ingest(served, str(source))["same"] == 1500
    kinds = [entry.kind for entry in deployment().workspace.ledger.entries(before)]
    assert [kinds.count(kind) for kind in (
        "listing.received", "listing.published", "listing.rejected"
    )] == [1500, 1500, 2]  # fmt: skip
    # The service knows them at once, and another reader finds them in the store.
    answer = deployment().screener.submit(
        {"listing_id": "guest-new", "text": "garden chair number 7, green"}
    )
    assert answer.resembles is not None
    assert answer.resembles.listings[0].startswith("guest-")
    with Workspace.open(served) as reader:
        (row,) = reader.listings.versions_of("guest-7").to_pylist()
        assert (row["text"], row["price"]) == ("garden chair number 7, green", 7.0)
        assert row["published_text"] == "garden chair"
    done = RUN.invoke(app, ["evidence", "verify", str(served)])
    assert done.exit_code == 0, done.output


def test_only_the_owner_comes_in_and_only_for_what_is_offered(served: Path) -> None:
    path = served / NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    size = deployment().workspace.ledger.size
    with Workspace.open_or_visit(served) as guest:
        assert guest.host is not None
        with pytest.raises(Exception, match="does not do this"):
            guest.host.ask({"do": "erase", "indices": [0]})
        with pytest.raises(Exception, match="no rows"):
            guest.host.ask({"do": "take", "media": None}, b"\xff" * 64)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as rude:
        rude.connect(str(path))
        rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            assert rude.recv(10) == b""  # hung up
    assert deployment().workspace.ledger.size == size


def test_without_the_service_an_intake_waits_as_before(desk: Path, tmp_path: Path) -> None:
    deployment()
    source = tmp_path / "in.jsonl"
    source.write_text('{"listing_id": "late", "text": "garden chair"}')
    done = RUN.invoke(app, ["ingest", str(desk), str(source), "--no-link"])
    assert done.exit_code != 0
    assert "Another process is writing" in str(done.exception)
