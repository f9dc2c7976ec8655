"""What hostile or broken senders give: a clear answer, nothing lost, nothing run."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from PIL import Image

from lamplighter.screening.service import Screener, SubmissionError
from lamplighter.workspace.workspace import Workspace
from tests.screening.workspaces import listing, make


def _picture(kind: str = "PNG", **given: object) -> bytes:
    made = Image.effect_mandelbrot((240, 180), (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB")
    out = io.BytesIO()
    made.save(out, kind, **given)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it has side × side pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


def _exif_bomb() -> bytes:
    """A JPEG whose EXIF has a directory that names itself as the next, and counts of 2^32."""
    entry = struct.pack("<HHII", 0x010E, 2, 0xFFFFFFFF, 8)
    directory = struct.pack("<H", 1) + entry + struct.pack("<I", 8)
    exif = b"Exif\0\0" + b"II*\0" + struct.pack("<I", 8) + directory
    return _picture("JPEG", exif=exif)


#: File → what its bytes are, and whether it has a hash.
FILES: dict[str, tuple[bytes, bool]] = {
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", False),
    "drawing.png": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
    "bomb.png": (_bomb(60_000), False),
    "text-bomb.png": (
        _picture()[:33] + _chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 80_000_000)) + _picture()[33:],
        False,
    ),
    "exif.jpg": (_exif_bomb(), True),
    "page.png": (_picture() + b"<html><script>alert(1)</script></html>", True),
    "archive.jpg": (_picture("JPEG") + b"PK\3\4" + b"\0" * 1000, True),
    "lies.gif": (_picture("JPEG"), True),
    "half.png": (_picture()[:400], False),
    "empty.png": (b"", False),
}  # fmt: skip


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screener]:
    folder = make(tmp_path_factory.mktemp("hostile") / "w", [])
    config = (folder / "lamplighter.toml").read_text()
    (folder / "lamplighter.toml").write_text(config.replace('images = ""', 'images = "pictures"'))
    (folder / "pictures").mkdir()
    for name, (data, _) in FILES.items():
        (folder / "pictures" / name).write_bytes(data)
    (folder / "pictures" / "out.png").symlink_to("/etc/passwd")
    with Screener.open(folder) as opened:
        yield opened


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_what_its_bytes_are_or_a_problem(screener: Screener, name: str) -> None:
    decision = screener.submit(listing(f"picture-{name}", images=[name]))
    assert decision.outcome == "publish"
    assert bool(decision.problems) != FILES[name][1], decision.problems


@pytest.mark.parametrize("source", ["out.png", "../lamplighter.toml", "/etc/passwd", "\u202egnp.x",
                                    "https://elsewhere.example/a.png", "file:///etc/passwd", ""])  # fmt: skip
def test_no_picture_is_read_from_elsewhere(screener: Screener, source: str) -> None:
    decision = screener.submit(listing("elsewhere", images=[source, "lies.gif"]))
    assert decision.outcome == "publish"
    assert not source or len(decision.problems) == 1


@pytest.mark.parametrize("text", [
    "\u202etxt.exe\u2066 oak \u2069table\u202c", "<script>alert(1)</script> table", "=1+1 table",
    "table \ufeff\u200b\u200d\u2060 oak", "\u0e49" * 5000 + " table", "é" * 100_000,
    "{{ 7 * 7 }} ${jndi:ldap://x} table", "table'; DROP TABLE listings; --",
    "a\u0300" * 30_000, "\U0001f600" * 20_000,
])  # fmt: skip
def test_a_hostile_text_is_kept_as_sent(screener: Screener, text: str) -> None:
    decision = screener.submit({"listing_id": "text", "text": text, "title": text[:500]})
    assert decision.outcome == "publish"
    kept = orjson.loads(screener.workspace.ledger.opening(decision.log_index) or b"")["row"]
    assert (kept["text"], kept["title"]) == (text, text[:500])
    assert "<script" not in decision.as_json().decode()


def test_a_text_of_a_megabyte_is_decided_on(screener: Screener) -> None:
    for number, text in enumerate(
        ("a" * 1_000_000, "call 0113 496 0123 " * 50_000, "a b " * 249_000)
    ):
        assert screener.submit({"listing_id": f"long-{number}", "text": text}).outcome == "publish"
    with pytest.raises(SubmissionError, match="longer than"):
        screener.submit({"listing_id": "longer", "text": "a" * 10_000_000})


def test_acts_may_come_before_the_listing_and_twice(screener: Screener) -> None:
    early = screener.moderated("late", action="removed", by="m1", idempotency_key="late-1")
    assert early.received is None
    received = screener.submit(listing("late"), "late-2").log_index
    assert screener.moderated("late", action="removed", by="m1", idempotency_key="late-1").replayed
    shown = screener.published(
        "late", text="table", at="2020-01-01T00:00:00Z"
    )  # before it was sent
    assert shown.received == received
    status = screener.status("late")
    assert status is not None
    assert [act.kind for act in status.acts] == ["moderation", "listing.published"]


@pytest.mark.parametrize("at", ["1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "9999999999999999",
                                "yesterday", "2026-02-30T00:00:00Z", "\u0662\u0660\u0662\u0666"])  # fmt: skip
def test_a_time_that_is_none_is_said_so(screener: Screener, at: str) -> None:
    size = screener.workspace.ledger.size
    with pytest.raises(SubmissionError):
        screener.published("x", text="table", at=at)
    with pytest.raises(SubmissionError):
        screener.submit(listing("x", posted_at=at))
    assert screener.workspace.ledger.size - size <= 1  # a decision that waited


def test_a_clock_that_jumps_loses_nothing(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    start = datetime(2026, 3, 1, tzinfo=UTC)
    jumps = iter([0, 5, -86_400, 3600, -7_000_000, 1, 2, 3, 4, 5, 6, 7] + [8] * 50)
    with Screener.open(folder, clock=lambda: start + timedelta(seconds=next(jumps))) as screener:
        indices = [screener.submit(listing(f"n{n}"), f"k{n}").log_index for n in range(4)]
        screener.published("n1", text="table")
    assert indices == sorted(indices)
    with Screener.open(folder) as screener:
        for number, index in enumerate(indices):
            again = screener.submit(listing(f"n{number}"), f"k{number}")
            assert (again.log_index, again.replayed) == (index, True)
    with Workspace.open(folder) as workspace:
        shown = [row for batch in workspace.pairs() for row in batch.to_pylist()]
        assert [row["published_text"] for row in shown if row["listing_id"] == "n1"] == ["table"]
