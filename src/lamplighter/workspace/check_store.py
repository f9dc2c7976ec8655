"""The listing store against the ledger: every version rebuilt from its opening and compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verify.report import Report
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.listings.versions import row_digest
from lamplighter.workspace.act_rows import KINDS, row_by_itself, version_of
from lamplighter.workspace.recovery import store_table
from lamplighter.workspace.store import ListingStore

Digests = tuple[NDArray[np.int64], NDArray[np.uint64]]  # ledger index, row_digest; same length
_ROWS = 65_536
_NAMED = 100


def check_store(ledger: Ledger, store: ListingStore, report: Report, steps: Steps) -> None:
    """Add a finding for each version that the store lacks, has besides, or has differently."""
    where = store.folder
    try:
        with steps.step("Checking the listing store", ledger.size, "entries") as progress:
            kept = _joined(_stored(store))
            true = _joined(_rebuilt(ledger, store.manifest.ledger_size, progress.advance))
    except (pa.ArrowInvalid, OSError, TamperError, LamplighterError, ValueError, KeyError) as error:
        report.add(f"The listing store cannot be compared with the ledger: {error}", where)
        return
    missing = np.setdiff1d(true[0], kept[0])
    for index in missing[:_NAMED]:
        report.add(
            f"Entry {index}: its version is missing from the listing store.", where, int(index)
        )
    both, at_true, at_kept = np.intersect1d(true[0], kept[0], return_indices=True)
    differ = both[true[1][at_true] != kept[1][at_kept]]
    for index in differ[:_NAMED]:
        report.add(
            f"Entry {index}: its version was altered in the listing store.", where, int(index)
        )
    besides = np.setdiff1d(kept[0], true[0])
    erased = [index for index in besides if _is_erased(ledger, int(index))]
    for index in np.setdiff1d(besides, np.array(erased, np.int64))[:_NAMED]:
        report.add(
            f"Entry {index} is no version, but the listing store has one.", where, int(index)
        )
    if erased:
        report.notes.append(
            f"{len(erased)} versions whose openings were erased are still in the listing store."
        )
    report.versions = len(both) - len(differ)


def _joined(parts: Iterator[Digests]) -> Digests:
    found = list(parts)
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return np.concatenate([part[0] for part in found]), np.concatenate([part[1] for part in found])


def _stored(store: ListingStore) -> Iterator[Digests]:
    """Digests of the rows as they are, not as the store remembers them."""
    for batch in store.batches():
        yield batch["ledger_index"].to_numpy(), row_digest(batch)


def _rebuilt(ledger: Ledger, stop: int, advance: Any) -> Iterator[Digests]:
    """Digests of the versions as the openings have them. Erased ones are left out."""
    waiting: dict[int, tuple[datetime, dict[str, Any]]] = {}
    for entry, private in ledger.opened(stop):
        if private is None:
            continue
        if entry.kind == "listing.received":
            if len(waiting) >= 2 * _ROWS:
                first = dict(list(waiting.items())[:_ROWS])
                advance(_ROWS)
                yield _digests(first)
                for index in first:
                    del waiting[index]
            waiting[entry.index] = (entry.time, orjson.loads(private)["row"])
        elif own := row_by_itself(entry, private):
            waiting[entry.index] = (entry.time, own)
        elif entry.kind in KINDS:
            version = waiting.get(version_of(entry))
            if version:
                version[1].update(orjson.loads(private)["row"])
    items = list(waiting.items())
    for start in range(0, len(items), _ROWS):
        yield _digests(dict(items[start : start + _ROWS]))


def _digests(rows: dict[int, tuple[datetime, dict[str, Any]]]) -> Digests:
    table = store_table(rows)
    return table["ledger_index"].to_numpy(), row_digest(table.combine_chunks().to_batches()[0])


def _is_erased(ledger: Ledger, index: int) -> bool:
    if index >= ledger.size:
        return False
    entry = ledger.entry(index)
    version = entry.kind == "listing.received" or entry.kind in KINDS
    return version and ledger.opening(index) is None
