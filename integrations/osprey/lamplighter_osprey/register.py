"""What Osprey's plugin manager calls at start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osprey.engine.udf.base import UDFBase
from osprey.worker.adaptor.plugin_manager import hookimpl_osprey
from osprey.worker.sinks.sink.output_sink import BaseOutputSink

from lamplighter_osprey.sink import LamplighterSink
from lamplighter_osprey.udfs import ListingOperation, ListingPhones, ListingTemplate


@hookimpl_osprey
def register_udfs() -> Sequence[type[UDFBase[Any, Any]]]:
    """The functions for rules."""
    return [ListingPhones, ListingOperation, ListingTemplate]


@hookimpl_osprey
def register_output_sinks(config: Any) -> Sequence[BaseOutputSink]:
    """The sink."""
    return [LamplighterSink()]
