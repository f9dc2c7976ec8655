"""Osprey's verdicts become notices in Lamplighter's queue, for a person to look at.

Contract: roostorg/osprey, docs/integration/integrations.md, "Configuring output sinks" (2026).
"""

from __future__ import annotations

import os

from osprey.engine.executor.execution_context import ExecutionResult
from osprey.worker.sinks.sink.output_sink import BaseOutputSink

from lamplighter_osprey.service import client


class LamplighterSink(BaseOutputSink):
    """Sends what has a verdict. The listing's id is the feature that LAMPLIGHTER_ID_FEATURE names."""

    timeout = 10.0
    max_retries = 2  # a notice has its key, so that sending twice logs once

    def __init__(self) -> None:
        self._feature = os.environ.get("LAMPLIGHTER_ID_FEATURE", "ListingId")

    def will_do_work(self, result: ExecutionResult) -> bool:
        """True for a result with a verdict on a listing that is named."""
        return bool(result.verdicts) and self._listing(result) is not None

    def push(self, result: ExecutionResult) -> None:
        """Raises what the client raises: Osprey tries again."""
        listing = self._listing(result)
        assert listing is not None
        verdicts = ", ".join(sorted({str(verdict.verdict) for verdict in result.verdicts}))
        client().notice(
            listing, f"Osprey: {verdicts}", idempotency_key=f"osprey-sink-{result.action.action_id}"
        )

    def stop(self) -> None:
        """Nothing is kept open."""

    def _listing(self, result: ExecutionResult) -> str | None:
        found = result.extracted_features.get(self._feature)
        return str(found) if found else None
