"""Entries, tiles and checkpoint against one another, and which of them was altered.

The checkpoint is signed, so its root decides. Hashes are computed from the entries, level by level,
and compared with the tiles on disk. From the root downwards each hash that is known to be genuine
says which version of the tile below it is: the one on disk, the one computed, or neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path

from lamplighter.evidence.leftovers import leftovers
from lamplighter.evidence.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, perfect_root
from lamplighter.evidence.tiles import TILE_WIDTH, tile_path, tiles_of, unbundle
from lamplighter.evidence.verify.report import Report, named


@dataclass
class _Tile:
    """A tile as computed from what is below and as stored; None where it cannot be had."""

    computed: bytes | None
    stored: bytes | None


@dataclass
class TreeCheck:
    """One pass over the log in `folder`, then `judge`."""

    folder: Path
    size: int
    report: Report
    _differ: dict[tuple[int, int], _Tile] = field(default_factory=dict)
    _roots: dict[int, list[bytes | None]] = field(default_factory=dict)
    _edges: dict[int, _Tile] = field(default_factory=dict)

    def entries(self) -> Iterator[tuple[int, list[bytes]]]:
        """Index of the first, and entries, bundle by bundle; compares level 0 on the way."""
        for number in range(-(-self.size // TILE_WIDTH)):
            first = number * TILE_WIDTH
            width = min(TILE_WIDTH, self.size - first)
            entries = self._bundle(number, width)
            joined = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
            computed = joined if len(entries) == width else None
            self._compare(0, number, width, computed)
            if computed is not None:
                yield first, entries

    def _bundle(self, number: int, width: int) -> list[bytes]:
        path, data = self._stored("entries", number, width)
        first = number * TILE_WIDTH
        if data is None:
            self.report.add(f"{named(first, first + width - 1)}: their bundle is missing.", path,
                            first, first + width - 1)  # fmt: skip
            return []
        expected = TILE_WIDTH if path == self.folder / tile_path("entries", number) else width
        try:
            entries = unbundle(data)
            if len(entries) == expected:
                return entries[:width]
        except ValueError:
            entries = _readable(data)
        bad = self._first_false(number, width, entries)
        self.report.add(f"Entry {bad}: its bundle was altered or cut; what follows in it cannot be "
                        "read.", path, bad, first + width - 1)  # fmt: skip
        return []

    def _first_false(self, number: int, width: int, entries: list[bytes]) -> int:
        """Of a broken bundle: the first entry that its tile does not know."""
        tile = self._stored(0, number, width)[1] or b""
        for at, entry in enumerate(entries[:width]):
            if sha256(b"\x00" + entry).digest() != tile[at * HASH_BYTES : (at + 1) * HASH_BYTES]:
                return number * TILE_WIDTH + at
        return number * TILE_WIDTH + min(len(entries), width - 1)

    def _stored(self, level: int | str, number: int, width: int) -> tuple[Path, bytes | None]:
        """The file of a tile or bundle: as wide as asked for, or the full one in its place."""
        path = self.folder / tile_path(level, number, width)
        for candidate in (path, self.folder / tile_path(level, number)):
            try:
                data = candidate.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            if level != "entries" and candidate != path:
                return candidate, data[: width * HASH_BYTES]
            return candidate, data
        return path, None

    def _compare(self, level: int, number: int, width: int, computed: bytes | None) -> None:
        path, stored = self._stored(level, number, width)
        if stored is None or len(stored) != width * HASH_BYTES:
            span = TILE_WIDTH**level
            first = number * TILE_WIDTH * span
            last = min(first + width * span, self.size) - 1
            self.report.add(f"{named(first, last)}: a tile of their hashes is "
                            f"{'missing' if stored is None else 'cut or too long'}.",
                            path, first, last)  # fmt: skip
            stored = None
        if computed != stored:
            self._differ[level, number] = _Tile(computed, stored)
        if width < TILE_WIDTH:
            self._edges[level] = _Tile(computed, stored)
        else:
            best = computed if computed is not None else stored
            self._roots.setdefault(level, []).append(None if best is None else perfect_root(best))

    def judge(self, root: bytes) -> None:
        """Compare the higher tiles, and say what the signed root makes of the differences."""
        for level, full, width in tiles_of(self.size):
            if level == 0:
                continue
            hashes = self._roots.get(level - 1, [])
            for number in range(full + bool(width)):
                part = hashes[number * TILE_WIDTH : (number + 1) * TILE_WIDTH]
                known = [each for each in part if each is not None]
                computed = b"".join(known) if len(known) == len(part) else None
                self._compare(level, number, TILE_WIDTH if number < full else width, computed)
        genuine = self._genuine_edges(root)
        if genuine is None:
            self.report.add(
                f"{named(0, max(self.size - 1, 0))}: entries and tiles do not lead to the root that "
                "the checkpoint signs; the log was rewritten, or is another one.",
                self.folder / "checkpoint", 0, max(self.size - 1, 0),
            )  # fmt: skip
            for (level, number), _ in sorted(self._differ.items()):
                if level == 0:
                    self._name_differences({}, number)
        else:
            self._descend(genuine)
        self._old_partials()

    def _genuine_edges(self, root: bytes) -> dict[int, bytes] | None:
        """Which version of each partial tile the root was made of; None: no choice fits."""
        levels = sorted(self._edges, reverse=True)
        options = [
            {each for each in (self._edges[level].computed, self._edges[level].stored) if each}
            for level in levels
        ]
        for choice in product(*options):
            if _root(choice) == root:
                return dict(zip(levels, choice, strict=True))
        return None

    def _descend(self, edges: dict[int, bytes]) -> None:
        """From genuine hashes down: each says which version of the tile below it is genuine."""
        genuine: dict[tuple[int, int], bytes] = {}
        top = max(edges, default=0)
        for level in range(top, -1, -1):
            full = (self.size >> (8 * level)) // TILE_WIDTH
            if level in edges:
                genuine[level, full] = edges[level]
        for level, number in sorted(self._differ, reverse=True):
            if (level, number) in genuine:
                continue
            above = genuine.get((level + 1, number // TILE_WIDTH))
            if above is None and (level + 1, number // TILE_WIDTH) not in self._differ:
                width = (self.size >> (8 * (level + 1))) - number // TILE_WIDTH * TILE_WIDTH
                above = self._stored(level + 1, number // TILE_WIDTH, min(TILE_WIDTH, width))[1]
            at = number % TILE_WIDTH * HASH_BYTES
            wanted = above[at : at + HASH_BYTES] if above else None
            tile = self._differ[level, number]
            for version in (tile.computed, tile.stored):
                if version is not None and perfect_root(version) == wanted:
                    genuine[level, number] = version
        for level, number in sorted(self._differ):
            if level == 0:
                self._name_differences(genuine, number)
            else:
                self._name_tile(genuine, level, number)
        self._name_swaps(genuine)

    def _name_tile(self, genuine: dict[tuple[int, int], bytes], level: int, number: int) -> None:
        tile = self._differ[level, number]
        true = genuine.get((level, number))
        if tile.stored is None or (true == tile.stored and tile.computed is None):
            return  # told when it was read
        span = TILE_WIDTH**level
        other = (tile.computed if true == tile.stored else true or tile.computed) or b""
        for at in range(0, len(tile.stored), HASH_BYTES):
            if tile.stored[at : at + HASH_BYTES] != other[at : at + HASH_BYTES]:
                first = (number * TILE_WIDTH + at // HASH_BYTES) * span
                last = min(first + span, self.size) - 1
                what = "their hash in a tile was altered"
                if true == tile.stored:
                    if (level - 1, number * TILE_WIDTH + at // HASH_BYTES) in self._differ:
                        continue  # told there, more exactly
                    what = "altered together with their hashes"
                self.report.add(f"{named(first, last)}: {what}.",
                                self.folder / tile_path(level, number), first, last)  # fmt: skip

    def _name_differences(self, genuine: dict[tuple[int, int], bytes], number: int) -> None:
        tile = self._differ[0, number]
        if tile.computed is None or tile.stored is None:
            return  # told when it was read
        true = genuine.get((0, number))
        for at in range(0, len(tile.stored), HASH_BYTES):
            if tile.computed[at : at + HASH_BYTES] == tile.stored[at : at + HASH_BYTES]:
                continue
            index = number * TILE_WIDTH + at // HASH_BYTES
            if true == tile.stored:
                what, kind = f"Entry {index} was altered.", "entries"
            elif true == tile.computed:
                what, kind = f"Entry {index}: its hash in a tile was altered.", "0"
            else:
                what, kind = (
                    f"Entry {index}: the entry, its hash in a tile or both were altered.",
                    "0",
                )
            self.report.add(what, self.folder / tile_path(kind, number), index, index)

    def _name_swaps(self, genuine: dict[tuple[int, int], bytes]) -> None:
        places: dict[bytes, int] = {}
        for (level, number), tile in self._differ.items():
            if level == 0 and tile.computed and genuine.get((0, number)) == tile.stored:
                for at in range(0, len(tile.computed), HASH_BYTES):
                    if tile.computed[at : at + HASH_BYTES] != tile.stored[at : at + HASH_BYTES]:  # type: ignore[index]
                        places[tile.computed[at : at + HASH_BYTES]] = number * TILE_WIDTH + at // 32
        for (level, number), tile in self._differ.items():
            if level == 0 and tile.stored and genuine.get((0, number)) == tile.stored:
                for at in range(0, len(tile.stored), HASH_BYTES):
                    index = number * TILE_WIDTH + at // HASH_BYTES
                    found = places.get(tile.stored[at : at + HASH_BYTES])
                    if found is not None and found > index:
                        self.report.add(f"Entry {found} stands where another was, and entry {index} "
                                        "belongs there: they were swapped or moved.",
                                        self.folder, index, found)  # fmt: skip

    def _old_partials(self) -> None:
        """Partial tiles of older sizes that are still served must be prefixes of the present."""
        beyond = set(leftovers(self.folder, self.size))
        if beyond:
            self.report.notes.append(
                f"{len(beyond)} files lie beyond the checkpoint: left by a crash, or the checkpoint "
                "was put back to an older one. Compare with a checkpoint kept elsewhere."
            )
        for level, full, width in tiles_of(self.size):
            for kind in ("0", "entries") if level == 0 else (str(level),):
                parts = (self.folder / tile_path(kind, full, 1)).parent
                if not width or not parts.is_dir():
                    continue
                whole = self._stored(kind, full, width)[1] or b""
                for path, part in _files(parts):
                    if path in beyond or path.name == str(width):
                        continue
                    if not _is_part(part, whole, int(path.name), kind):
                        span = TILE_WIDTH**level
                        first = full * TILE_WIDTH * span
                        last = min(first + int(path.name) * span, self.size) - 1
                        self.report.add(f"{named(first, last)}: an older partial tile of them was "
                                        "altered.", path, first, last)  # fmt: skip


def _files(parts: Path) -> Iterator[tuple[Path, bytes]]:
    """Partial tiles by width. A writer at work may remove them while they are looked at."""
    with suppress(FileNotFoundError):
        for path in sorted(parts.iterdir(), key=lambda part: int(part.name)):
            yield path, path.read_bytes()


def _is_part(part: bytes, whole: bytes, width: int, kind: str) -> bool:
    if kind != "entries":
        return len(part) == width * HASH_BYTES and whole.startswith(part)
    try:
        return len(unbundle(part)) == width and whole.startswith(part)
    except ValueError:
        return False


def _readable(data: bytes) -> list[bytes]:
    """Entries of a broken bundle up to the break."""
    entries = []
    at = 0
    while at + 2 <= len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            break
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return entries


def _root(edges: tuple[bytes, ...]) -> bytes:
    """Root from partial tiles, highest level first."""
    parts = []
    for edge in edges:
        at = 0
        while at < len(edge):
            count = 1 << ((len(edge) - at) // HASH_BYTES).bit_length() - 1
            parts.append(perfect_root(edge[at : at + count * HASH_BYTES]))
            at += count * HASH_BYTES
    if not parts:
        return EMPTY_ROOT
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
