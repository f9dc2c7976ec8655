"""Openings against commitments, and objects against digests, while the entries go by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from lamplighter.evidence.block import Opening
from lamplighter.evidence.entry import DIGEST, decode
from lamplighter.evidence.erasure import erased_by
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.objects import Objects
from lamplighter.evidence.openings import Openings
from lamplighter.evidence.verify.report import Report, named, runs

Watch = Callable[[int, str, dict[str, Any], bytes], None]
_TOLD_APART = 100  # runs of missing openings that are named one by one


@dataclass
class EntriesCheck:
    """Takes entries in the order of the log; `judge` tells what is missing. Folders may be None."""

    openings: Path | None
    objects: Path | None
    size: int
    report: Report
    #: Told of each entry and the private bytes that open it: index, kind, public part, bytes.
    watch: Watch | None = None
    _missing: list[int] = field(default_factory=list)
    _erased: list[range] = field(default_factory=list)
    _removed: dict[str, int] = field(default_factory=dict)
    _objects: dict[str, int] = field(default_factory=dict)
    _next: Opening | None = None

    def __post_init__(self) -> None:
        self._stream = self._read_openings()
        self._next = next(self._stream, None)

    def _read_openings(self) -> Iterator[Opening]:
        if self.openings is None:
            return
        for part in Openings(self.openings).scan(self.size):
            if isinstance(part, TamperError):
                self.report.add_error(part)
            else:
                yield from part

    def take(self, first: int, entries: list[bytes]) -> None:
        """Check a bundle's entries."""
        loads, hashed, watch = orjson.loads, sha256, self.watch
        opened = self.openings is not None
        for index, raw in enumerate(entries, first):
            try:
                value = loads(raw)
                commitment, kind, objects = value["commitment"], value["kind"], value["objects"]
                if objects:
                    self._take_objects(index, objects)
                if kind in ("erasure", "purge"):
                    ranges, digests = erased_by(decode(index, raw))
                    self._erased += ranges
                    self._removed.update(dict.fromkeys(digests, index))
            except (ValueError, KeyError, TypeError, TamperError):
                # Whether it was altered is said by its hash; a signed one of this kind is odd too.
                self.report.add(
                    f"Entry {index} is no entry of a Lamplighter ledger.", "", index, index
                )
                continue
            if commitment is None or not opened:
                continue
            found = self._next
            if found is None or found.index != index:  # nearly every entry has the next one
                found = self._pass_over(index)
            if found is None:
                self._missing.append(index)
                continue
            self._next = next(self._stream, None)
            private = found.private
            if private is None:
                self._missing.append(index)
            elif hashed(found.salt + private).hexdigest() != commitment:
                self.report.add(f"Entry {index} and its opening do not match: one of them was altered.", self.openings, index, index)  # fmt: skip
            else:
                self.report.openings += 1
                if watch is not None:
                    watch(index, kind, value["public"], private)

    def _take_objects(self, index: int, objects: list[str]) -> None:
        for digest in objects:
            if not DIGEST.fullmatch(digest):
                raise ValueError(digest)
            self._objects.setdefault(digest, index)

    def _pass_over(self, index: int) -> Opening | None:
        """The opening of `index`. Those before it belong to no entry that commits."""
        while self._next is not None and self._next.index < index:
            self.report.add(f"Entry {self._next.index} has an opening, but commits to nothing.",
                            self.openings, self._next.index, self._next.index)  # fmt: skip
            self._next = next(self._stream, None)
        return self._next if self._next is not None and self._next.index == index else None

    def judge(self) -> None:
        """Missing openings must be covered by an erasure or purge in the log; objects too."""
        while self._next is not None:
            self.report.add(f"Entry {self._next.index} has an opening, but commits to nothing.",
                            self.openings, self._next.index)  # fmt: skip
            self._next = next(self._stream, None)
        allowed: set[int] = set()
        missing = set(self._missing)
        for erased in self._erased:
            few = len(erased) < len(missing)
            allowed.update(missing.intersection(erased) if few else
                           (index for index in missing if index in erased))  # fmt: skip
        self.report.erased = len(allowed)
        for told, (first, last) in enumerate(runs(sorted(missing - allowed))):
            if told == _TOLD_APART:
                self.report.add("And more openings are missing.", self.openings, first)
                break
            self.report.add(f"{named(first, last)}: the opening is missing, and no act in the log "
                            "says that it was erased.", self.openings, first, last)  # fmt: skip
        if self.objects is not None:
            self._check_objects(Objects(self.objects))

    def _check_objects(self, store: Objects) -> None:
        for digest, index in self._objects.items():
            try:
                store.check(digest)
                self.report.objects += 1
            except TamperError as error:
                if digest in self._removed and not store.path(digest).exists():
                    continue
                self.report.add(f"Entry {index}: {error.what[0].lower()}{error.what[1:]}",
                                error.where, index, index)  # fmt: skip
