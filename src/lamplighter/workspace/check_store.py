"""The listing store against the ledger: every version rebuilt from its opening and compared."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamplighter.evidence.ledger import Ledger, finish_interrupted
from lamplighter.evidence.verify.report import Report
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.closing import Closing
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.listings.versions import row_digest
from lamplighter.workspace.act_rows import KINDS
from lamplighter.workspace.rebuilt import Acts, Digests, Rebuilt
from lamplighter.workspace.store import ListingStore

_NAMED = 100
_AHEAD = 3  # batches that may wait for the second core


def verify_workspace(folder: Path, steps: Steps, **options: Any) -> Report:
    """`verify_folder`, and the listing store against it in the same pass, on a second core.

    Adds a finding for each version that the store lacks, has besides, or has differently.
    """
    finish_interrupted(folder)
    with _StoreCheck(ListingStore(folder / "listings")) as check:
        report = verify_folder(folder, steps, watch=check.watch, **options)
        if not report.findings:
            with steps.step("Checking the listing store"):
                check.judge(Ledger.open(folder), report)
    return report


class _StoreCheck(Closing):
    """Takes what opens each entry as it goes by; `judge` says what the store makes of it."""

    def __init__(self, store: ListingStore) -> None:
        self._store = store
        self._stop = store.manifest.ledger_size
        self._rebuilt = Rebuilt()
        self._pool = ThreadPoolExecutor(2, "store")
        self._kept = self._pool.submit(_stored, store)
        self._true: list[Future[Digests]] = []
        self._odd = ""

    def watch(self, index: int, kind: str, public: dict[str, Any], private: bytes) -> None:
        """An entry of the log and what it commits to."""
        if index < self._stop and (kind == "listing.received" or kind in KINDS):
            try:
                full = self._rebuilt.add(index, kind, public, private)
            except (ValueError, KeyError, TypeError) as error:
                self._odd = self._odd or f"entry {index}: {error}"
                return
            if full is not None:
                self._digest(full)

    def _digest(self, acts: Acts) -> None:
        if len(self._true) >= _AHEAD:
            self._true[-_AHEAD].exception()  # waits; what it is, is asked in the end
        self._true.append(self._pool.submit(acts.digests))

    def judge(self, ledger: Ledger, report: Report) -> None:
        """Compare; the report gets what differs."""
        where = self._store.folder
        try:
            if self._odd:
                raise ValueError(self._odd)
            self._digest(self._rebuilt.rest())
            kept = _joined([self._kept.result()])
            true = _joined([each.result() for each in self._true])
        except (OSError, LamplighterError, ValueError, KeyError, TypeError) as error:
            report.add(f"The listing store cannot be compared with the ledger: {error}", where)
            return
        missing = np.setdiff1d(true[0], kept[0], assume_unique=True)
        for index in missing[:_NAMED]:
            report.add(
                f"Entry {index}: its version is missing from the listing store.", where, int(index)
            )
        both, at_true, at_kept = np.intersect1d(
            true[0], kept[0], assume_unique=True, return_indices=True
        )
        differ = both[true[1][at_true] != kept[1][at_kept]]
        for index in differ[:_NAMED]:
            report.add(
                f"Entry {index}: its version was altered in the listing store.", where, int(index)
            )
        besides = np.setdiff1d(kept[0], true[0], assume_unique=True)
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

    def close(self) -> None:
        """Give back what is held."""
        self._pool.shutdown(cancel_futures=True)


def _joined(parts: Sequence[Digests]) -> Digests:
    indices: NDArray[np.int64] = np.concatenate([part[0] for part in parts])
    return indices, np.concatenate([part[1] for part in parts])


def _stored(store: ListingStore) -> Digests:
    """Digests of the rows as they are, not as the store remembers them."""
    parts = [(np.zeros(0, np.int64), np.zeros(0, np.uint64))]
    parts += [(batch["ledger_index"].to_numpy(), row_digest(batch)) for batch in store.batches()]
    return _joined(parts)


def _is_erased(ledger: Ledger, index: int) -> bool:
    if index >= ledger.size:
        return False
    entry = ledger.entry(index)
    version = entry.kind == "listing.received" or entry.kind in KINDS
    return version and ledger.opening(index) is None
