"""A stand-in for NCMEC's service, which the console's workspace names for one test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.console.record.deployment import deployment
from lamplighter.jobs.cybertipline.service import STAND_IN
from lamplighter.reporting.cybertipline.stand_in import StandIn, serving


@pytest.fixture
def service(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that the workspace names, and somebody who answers for reports."""
    shop = deployment().workspace
    with serving(STAND_IN) as (service, base):
        report = replace(
            shop.config.report, stand_in=base, email="desk@market.example", first_name="Ada"
        )
        monkeypatch.setattr(shop, "config", replace(shop.config, report=report))
        yield service
