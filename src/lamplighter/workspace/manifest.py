"""Which files of the listing store count, and how much of the ledger they hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from lamplighter.foundation.durable import write_durably
from lamplighter.foundation.errors import LamplighterError

FILE = "store.json"
_FORMAT = 1


@dataclass(frozen=True)
class StorePart:
    """A Parquet file with versions in the order of their ledger indices `first`…`last`."""

    file: str
    rows: int
    first: int
    last: int

    @property
    def known(self) -> str:
        """The file beside it that says which versions it holds (`workspace.known`)."""
        return self.file.removesuffix(".parquet") + ".known.npy"


@dataclass(frozen=True)
class Manifest:
    """`ledger_size`: entries of the ledger below this number are in the parts."""

    ledger_size: int = 0
    parts: tuple[StorePart, ...] = ()
    superseded: str = ""  # file with the ledger indices of versions that are not current

    @property
    def files(self) -> set[str]:
        """All files that count, the manifest's own apart."""
        named = {self.superseded} if self.superseded else set()
        return named | {p.file for p in self.parts} | {p.known for p in self.parts}


def read_manifest(folder: Path) -> Manifest:
    """LamplighterError if the store's manifest is missing or damaged."""
    path = folder / FILE
    try:
        held = orjson.loads(path.read_bytes())
        parts = tuple(StorePart(**each) for each in held["parts"])
        if held["format"] != _FORMAT:
            raise ValueError(f"format {held['format']}")
        return Manifest(int(held["ledger_size"]), parts, str(held["superseded"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LamplighterError(
            "The listing store's manifest is missing or damaged.", where=str(path),
            hint="The ledger has every listing: remove the folder `listings` and run "
            f"lamplighter ingest again; it is filled anew. ({error})",
        ) from error  # fmt: skip


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Atomically: from now on this is the store."""
    held = {
        "format": _FORMAT,
        "ledger_size": manifest.ledger_size,
        "superseded": manifest.superseded,
        "parts": [asdict(part) for part in manifest.parts],
    }
    data = orjson.dumps(held, option=orjson.OPT_INDENT_2)
    write_durably(folder / FILE, lambda file: file.write(data))
