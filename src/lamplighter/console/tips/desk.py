"""The one desk of reports of this process."""

from __future__ import annotations

from functools import cache

from lamplighter.console.record.deployment import deployment
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk


@cache
def tip_desk() -> TipDesk:
    """Over the deployment's workspace; threads share it."""
    return TipDesk(deployment().workspace)


def to_release(actor: str) -> list[Overview]:
    """Reports that wait for a second person who is not this one."""
    return [
        one for one in tip_desk().overviews()
        if one.state == "release asked" and one.standing.asked_by != actor
    ]  # fmt: skip
