"""A BagIt bag (RFC 8493, version 1.0), written as it comes: nothing is held in memory.

Written by hand and not with `bagit` because that moves a finished folder into a bag and reads
everything again; `bagit` validates the result in the tests and on import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from lamplighter.evidence.package.names import confined

_CHUNK = 1 << 20
#: In the bag but in no manifest: it is made after the bag is closed, and proves itself.
RECEIPT = "receipt.json"


class BagWriter:
    """Writes payload files (below `data/`) and tag files into `folder`, then the manifests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._payload: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._octets = 0
        self.add_tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")

    def add(self, name: str, data: bytes | Path | Iterable[bytes]) -> tuple[str, int]:
        """Write `data/<name>`; its hex SHA-256 and size."""
        digest, size = self._write(f"data/{name}", data)
        self._payload[f"data/{name}"] = digest
        self._octets += size
        return digest, size

    def add_tag(self, name: str, data: bytes | Path) -> None:
        """Write a tag file: beside the payload."""
        self._tags[name], _ = self._write(name, data)

    def close(self, info: Mapping[str, str]) -> str:
        """Write bag-info.txt and the manifests; the hex SHA-256 of the tag manifest, which stands
        for every byte of the bag.
        """
        lines = {**info, "Payload-Oxum": f"{self._octets}.{len(self._payload)}"}
        text = "".join(f"{name}: {_one_line(value)}\n" for name, value in sorted(lines.items()))
        self.add_tag("bag-info.txt", text.encode("utf-8", "backslashreplace"))
        self.add_tag("manifest-sha256.txt", _manifest(self._payload))
        tags = _manifest(self._tags)
        digest, _ = self._write("tagmanifest-sha256.txt", tags)
        return digest

    def _write(self, name: str, data: bytes | Path | Iterable[bytes]) -> tuple[str, int]:
        path = self.folder / confined(name)
        if name in self._payload or name in self._tags:
            raise ValueError(f"{name} is in the bag already")
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0
        with path.open("xb") as out:
            for chunk in _chunks(data):
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return digest.hexdigest(), size


def _chunks(data: bytes | Path | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(data, bytes):
        return (data,)
    if isinstance(data, Path):
        return _read(data)
    return data


def _read(path: Path) -> Iterable[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _manifest(files: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items())).encode()


def _one_line(value: str) -> str:
    """A value of bag-info.txt: no line break, no control character."""
    return " ".join(value.split())
