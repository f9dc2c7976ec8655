import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lamplighter.signals.images import IMAGE_SCHEMA, ImageProblem, folder, hash_bytes, hash_images


def picture(seed: int, size: int = 300, kind: str = "PNG", quality: int = 95) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((size, size), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, kind, quality=quality)
    return out.getvalue()


def lists(*values: list[str | None] | None) -> pa.Array:
    return pa.array(list(values), pa.large_list(pa.large_string()))


def distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def test_files_and_given_hashes(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    (tmp_path / "b.jpg").write_bytes(picture(1, 900, "JPEG", 60))
    (tmp_path / "c.png").write_bytes(picture(2))
    given_hash = "pdq:" + "0F" * 32
    found = hash_images(
        lists(["a.png", given_hash], None, [], ["b.jpg", None], ["c.png"]), folder(tmp_path)
    )
    assert found.table.schema == IMAGE_SCHEMA
    assert found.problems == []
    assert found.table["row"].to_pylist() == [0, 0, 3, 4]
    first, second, same, other = found.table["pdq"].to_pylist()
    assert second == bytes.fromhex("0F" * 32)
    assert distance(first, same) <= 31 < distance(first, other)


def test_problems_are_told_not_fatal(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    outside.write_bytes(picture(3))
    home = tmp_path / "home"
    home.mkdir()
    (home / "cut.png").write_bytes(picture(4)[:400])
    (home / "words.png").write_bytes(b"these are words")
    (home / "plain.png").write_bytes(_plain())
    (home / "bomb.png").write_bytes(_bomb())
    (home / "link.png").symlink_to(outside)
    (home / "sub").mkdir()
    names: list[str | None] = [
        "../outside.png", str(outside), "link.png", "absent.png", "sub", "cut.png", "words.png",
        "plain.png", "bomb.png", "pdq:12", "pdq:" + "zz" * 32, "a\0b", "",
    ]  # fmt: skip
    found = hash_images(lists(names), folder(home))
    assert found.table.num_rows == 0
    assert [problem.source for problem in found.problems] == names
    reasons = [problem.reason for problem in found.problems]
    assert (
        reasons[:5]
        == ["the path leads out of the folder of images"] * 3 + ["there is no such file"] * 2
    )
    assert reasons[5].startswith("the image is damaged")
    assert reasons[6:9] == [
        "the file is no image of a known format",
        "the picture is too plain to be compared",
        "the picture has more than 80 Mpixel",
    ]
    assert reasons[9:11] == ["a PDQ hash has 64 hexadecimal digits"] * 2


def test_without_a_folder() -> None:
    found = hash_images(lists(["x.png"], ["x.png"]))
    assert found.problems == [
        ImageProblem(0, "x.png", "no folder of images was given"),
        ImageProblem(1, "x.png", "no folder of images was given"),
    ]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_modes(mode: str) -> None:
    image = Image.open(io.BytesIO(picture(5)))
    out = io.BytesIO()
    changed = Image.new(mode, image.size) if mode == "I;16" else image.convert(mode)
    changed.save(out, "TIFF")
    if mode == "I;16":
        with pytest.raises(Exception, match="plain"):
            hash_bytes(out.getvalue())
    else:
        assert len(hash_bytes(out.getvalue())) == 32


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2000))
def test_no_bytes_are_fatal(noise: bytes, at: int) -> None:
    content = bytearray(picture(6))
    at = min(at, len(content) - 1)
    content[at : at + len(noise)] = noise
    for blob in (noise, bytes(content)):
        found = hash_images(lists(["x"]), lambda _, blob=blob: blob)  # type: ignore[misc]
        assert found.table.num_rows + len(found.problems) == 1


def _plain() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), (250, 250, 250)).save(out, "PNG")
    return out.getvalue()


def _bomb() -> bytes:
    """A PNG that claims 60,000 × 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
