"""Media that listings name: found in the store, written anew, refused where they are a trap."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lamplighter.console.leads.models import Lead
from lamplighter.console.wellbeing.kinds import media_type
from lamplighter.console.wellbeing.pictures import UnsafePictureError, safe_picture


def _image(kind: str, size: tuple[int, int] = (64, 48), **given: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **given)
    return out.getvalue()


def _shown(data: bytes, folder: Path) -> Image.Image:
    path = folder / "medium"
    path.write_bytes(data)
    made = Image.open(io.BytesIO(safe_picture(path)))
    assert made.format == "WEBP" and not made.getexif() and getattr(made, "n_frames", 1) == 1
    return made


def _png(width: int, height: int, *chunks: tuple[bytes, bytes], data: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_shown_small_and_bare(kind: str, tmp_path: Path) -> None:
    assert _shown(_image(kind), tmp_path).size == (64, 48)
    assert max(_shown(_image(kind, (3_000, 1_500)), tmp_path).size) == 1_280


def test_what_hides_in_a_picture_does_not_leave_with_it(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("payload.html", "<script>alert(1)</script>")
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>" * 2_000  # ImageDescription
    for hidden in (
        _image("JPEG", exif=exif) + packed.getvalue(),
        _image("GIF") + b"<script>alert(1)</script>",
        _image("JPEG", comment=b"<script>alert(1)</script>"),
    ):
        path = tmp_path / "medium"
        path.write_bytes(hidden)
        made = safe_picture(path)
        assert b"script" not in made and b"PK\x03\x04" not in made
        assert not zipfile.is_zipfile(io.BytesIO(made))


def test_an_animation_stands_still(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    _shown(out.getvalue(), tmp_path)


TRAPS = {
    "pixels": _png(60_000, 60_000, data=zlib.compress(bytes(4_096))),
    "deflate": _png(5_000, 5_000, data=zlib.compress(bytes(60_000_000))[:40_000]),
    "text": _png(8, 8, (b"zTXt", b"x\0\0" + zlib.compress(bytes(80_000_000))), data=zlib.compress(bytes(8 * 25))),
    "profile": _png(8, 8, (b"iCCP", b"x\0\0" + zlib.compress(bytes(80_000_000))), data=b""),
    "cut": _image("JPEG")[:300],
    "exif": b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0" + b"\xff" * 65_000,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": b"GIF89a<script>alert(1)</script>",
    "tiff": _image("TIFF"),
    "empty": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refused_or_harmless(name: str, tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "medium"
    path.write_bytes(TRAPS[name])
    tracemalloc.start()
    try:
        made = safe_picture(path)
        assert name == "text" and len(made) < 1_000
    except UnsafePictureError as error:
        assert str(error).endswith(".")
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 120_000_000
    if name in ("svg", "tiff", "empty"):
        assert not media_type(path)


def test_what_ingest_kept_is_behind_the_click(desk: Path, sign_in: Any, acts: Any) -> None:
    client = sign_in("reviewer")
    lead = Lead.objects.order_by("rank")[0]
    page = client.get(f"/operation/{lead.pk}/").content.decode()
    assert page.count('class="medium"') == min(lead.listings, 20)
    assert "not kept here" in page  # a drawing is stored, and no medium that is shown
    address = page.split('data-src="')[1].split('"')[0]
    answer = client.get(address)
    assert answer["Content-Type"] == "image/webp" and answer.content[8:12] == b"WEBP"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert acts("access")[-1].public["reads"] == {"medium": 1}


def test_a_trap_in_the_store_gets_a_clear_answer(desk: Path, sign_in: Any) -> None:
    from lamplighter.console.record.deployment import deployment

    digest = deployment().workspace.ledger.put_object(TRAPS["pixels"])
    answer = sign_in("reviewer").get(f"/medium/{digest}")
    assert answer.status_code == 415 and b"million pixels" in answer.content
