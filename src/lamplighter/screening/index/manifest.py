"""Which folders of the index count. What is not named here does not exist."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from lamplighter.foundation.durable import replace_file

FILE = "manifest.json"
#: Raise it where what segments keep changes, also by way of `linking` (how `hamming_bits` divides the
#: bits of a picture's hash): kernels trust the arrays, and those of another make end the process.
FORMAT = 2


@dataclass(frozen=True)
class Manifest:
    """`upto`: the segments have all listings with ledger indices up to this one."""

    tables: str = ""
    segments: tuple[str, ...] = ()
    belonging: str = ""
    links: str = ""  #: digest of the result of linking that `belonging` was made from
    upto: int = -1
    lexicon: str = ""  #: the name of what read the signals, so that another one is noticed
    next: int = 0  #: number of the next folder

    @property
    def folders(self) -> set[str]:
        """All folders that count."""
        return {name for name in (self.tables, self.belonging, *self.segments) if name}


def read_manifest(folder: Path) -> Manifest | None:
    """None where there is no index, or one that cannot be read: it is built anew then."""
    try:
        held = orjson.loads((folder / FILE).read_bytes())
        if held.pop("format") != FORMAT:
            return None
        return Manifest(**{**held, "segments": tuple(held["segments"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """From now on this is the index: whole or not at all."""
    held = {"format": FORMAT, **asdict(manifest)}
    replace_file(folder / FILE, orjson.dumps(held, option=orjson.OPT_INDENT_2))
