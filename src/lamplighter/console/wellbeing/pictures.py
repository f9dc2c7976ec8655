"""A picture as the page gets it: decoded within bounds and written anew, never the bytes that came.

What a file carries besides its first picture (EXIF with places and thumbnails, other formats behind
the last pixel, script, animation) is not in what is written. It is never larger than a screen.
"""

from __future__ import annotations

import io
import threading
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

#: A file with more bytes or a picture with more pixels is not decoded.
MOST_BYTES = 50_000_000
MOST_PIXELS = 40_000_000
_TOO_LARGE = f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels."
#: Pixels a side of what is shown.
_SIDE = 1_280
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: One at a time: a picture takes up to 160 MB while it is decoded.
_TURN = threading.Semaphore(1)

TYPE = "image/webp"


class UnsafePictureError(Exception):
    """The file is no picture that is shown; the text says why."""


def safe_picture(path: Path) -> bytes:
    """WebP bytes of the first picture of a stored file. UnsafePictureError where there is none."""
    if path.stat().st_size > MOST_BYTES:
        raise UnsafePictureError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        with _TURN, warnings.catch_warnings():
            # Our own bound is below the one at which Pillow begins to warn.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise UnsafePictureError(_TOO_LARGE)
                image.draft("RGB", (_SIDE, _SIDE))
                return _written(image)
    except UnidentifiedImageError:
        raise UnsafePictureError("The file is no picture of a known format.") from None
    except UnsafePictureError:
        raise
    except Image.DecompressionBombError:
        raise UnsafePictureError(_TOO_LARGE) from None
    except Exception as error:
        # Decoders of damaged files fail in many ways; all of them mean the same here.
        raise UnsafePictureError("The picture is damaged.") from error


def _written(image: Image.Image) -> bytes:
    image.load()
    small = _upright(image)
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    clear = small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info
    plain = Image.new("RGB", small.size, (255, 255, 255))
    shown = small.convert("RGBA" if clear else "RGB")
    plain.paste(shown, mask=shown if clear else None)
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=80, method=0)
    return out.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says; as it lies where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image
