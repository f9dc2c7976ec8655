"""Linkers by name: the peers, Lamplighter's command, and any other as 'module:function'."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, cast

from bench.ours import link_texts
from bench.peers import PEERS, Linker

OURS = "lamplighter"

LINKERS: dict[str, Linker] = {OURS: link_texts, **PEERS}


def linker(name: str) -> Linker:
    """The linker of a name in `LINKERS`, or the function at 'module:function'."""
    if name in LINKERS:
        return LINKERS[name]
    if ":" not in name:
        raise SystemExit(f"no linker {name!r}; there are {', '.join(LINKERS)}, or module:function")
    return cast(Linker, loaded(name))


def loaded(name: str) -> Callable[..., Any]:
    """The function at 'module:function'."""
    module, _, function = name.partition(":")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), function))


def with_parameters(name: str, parameters: Mapping[str, float]) -> Linker:
    """The linker that the factory at 'module:function' makes of `parameters`."""
    return cast(Linker, loaded(name)(**parameters))
