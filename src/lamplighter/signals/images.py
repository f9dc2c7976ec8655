"""PDQ hashes of the images of listings: computed from files, or taken as given.

PDQ is Meta's perceptual hash for photographs: 256 bits that change little when a picture is
resized or compressed again (Davis and Rosen, "Open-sourcing photo- and video-matching
technology", 2019; implementation `pdqhash`). It compares pictures, it recognises no one.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from lamplighter.foundation.errors import InputError

#: `row`: the listing; `pdq`: its hash, first bit first; `source`: the path or `pdq:` as given.
IMAGE_SCHEMA = pa.schema(
    [
        pa.field("row", pa.uint32(), nullable=False),
        pa.field("pdq", pa.binary(32), nullable=False),
        pa.field("source", pa.large_string(), nullable=False),
    ]
)

#: A file may not have more bytes, a picture not more pixels: it would exhaust the memory.
MOST_BYTES = 50_000_000
MOST_PIXELS = 80_000_000
#: PDQ's authors advise to discard hashes of a lower quality: they match what is not alike.
LEAST_QUALITY = 50
#: Pictures are first reduced to this many pixels a side, as PDQ's reference program does.
_SIDE = 512
_GIVEN = "pdq:"

Opener = Callable[[str], bytes]


class ImageProblem(NamedTuple):
    """An image that has no hash: in which row, what was given, and why."""

    row: int
    source: str
    reason: str


class Images(NamedTuple):
    """The hashes (IMAGE_SCHEMA) and what could not be hashed, both in order of rows."""

    table: pa.Table
    problems: list[ImageProblem]


def hash_images(images: pa.Array, read: Opener | None = None) -> Images:
    """Hash the images of n listings: a (large_)list of strings each, possibly null.

    `read` gives the bytes of a path (see `folder`); without it, paths are problems. Each distinct
    source is read once. Nothing in here is fatal: what cannot be hashed becomes a problem.
    """
    if isinstance(images, pa.ChunkedArray):
        images = images.combine_chunks()
    rows = np.repeat(
        np.arange(len(images), dtype=np.uint32),
        images.value_lengths().fill_null(0).to_numpy(zero_copy_only=False),
    )
    coded = images.flatten().cast(pa.large_string()).dictionary_encode()
    sources = coded.dictionary.to_pylist()
    code = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    hashes = [_hash_source(source, read) for source in sources]
    valid = np.array([isinstance(found, bytes) for found in hashes] + [False], np.bool_)[code]
    problems = [
        ImageProblem(int(row), _short(sources[number]), str(hashes[number]))
        for row, number in zip(rows[~valid].tolist(), code[~valid].tolist(), strict=True)
        if number >= 0
    ]
    words = pa.array([item if isinstance(item, bytes) else None for item in hashes], pa.binary(32))
    taken = pa.array(code[valid])
    columns = [pa.array(rows[valid]), words.take(taken), coded.dictionary.take(taken)]
    return Images(pa.Table.from_arrays(columns, schema=IMAGE_SCHEMA), problems)


def folder(base: Path) -> Opener:
    """A reader for paths inside `base` and nowhere else: links that lead out are refused too."""
    home = base.resolve()

    def read(name: str) -> bytes:
        path = (home / name).resolve()
        if not path.is_relative_to(home):
            raise InputError("the path leads out of the folder of images")
        if not path.is_file():
            raise InputError("there is no such file")
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()

    return read


def hash_bytes(content: bytes) -> bytes:
    """The 32-byte PDQ hash of an image file's content. Raises InputError with the reason."""
    import pdqhash
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise InputError(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a decompression bomb below twice its own bound; ours is checked.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise InputError(f"the picture has more than {MOST_PIXELS // 1_000_000} Mpixel")
                pixels = np.asarray(_small(image))
    except UnidentifiedImageError:
        raise InputError("the file is no image of a known format") from None
    except Image.DecompressionBombError:
        raise InputError(f"the picture has more than {MOST_PIXELS // 1_000_000} Mpixel") from None
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, MemoryError) as error:
        raise InputError(f"the image is damaged ({_short(str(error))})") from None
    bits, quality = pdqhash.compute(pixels)
    if quality < LEAST_QUALITY:
        raise InputError("the picture is too plain to be compared")
    return np.packbits(np.asarray(bits, np.uint8)).tobytes()


def _small(image: object) -> object:
    """RGB, at most 512 pixels a side; transparent pixels on white, EXIF rotation left alone."""
    from PIL import Image

    assert isinstance(image, Image.Image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        picture = Image.new("RGB", clear.size, (255, 255, 255))
        picture.paste(clear, mask=clear.getchannel("A"))
    else:
        picture = image.convert("RGB")
    if max(picture.size) > _SIDE:
        picture.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    return picture


def _hash_source(source: str, read: Opener | None) -> bytes | str:
    """The hash of one source, or the reason why there is none."""
    if source.startswith(_GIVEN):
        digits = source[len(_GIVEN) :].strip()
        try:
            given = bytes.fromhex(digits)
        except ValueError:
            given = b""
        if len(given) != 32 or len(digits) != 64:
            return "a PDQ hash has 64 hexadecimal digits"
        return given
    if read is None:
        return "no folder of images was given"
    try:
        return hash_bytes(read(source))
    except InputError as error:
        return error.what
    except (OSError, ValueError) as error:
        return f"the file cannot be read ({_short(str(error))})"


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
