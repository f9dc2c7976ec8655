"""The one desk of reports of this process."""

from __future__ import annotations

from functools import cache

from lamplighter.console.record.deployment import deployment
from lamplighter.jobs.cybertipline.desk import TipDesk


@cache
def tip_desk() -> TipDesk:
    """Over the deployment's workspace; threads share it."""
    return TipDesk(deployment().workspace)
