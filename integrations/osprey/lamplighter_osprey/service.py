"""The Lamplighter service that the plugin asks: one client, and an event's decision asked once."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections import OrderedDict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

#: Decisions of the newest events: several functions of one rule set ask about the same event.
_KEPT = 4_096


def client_module() -> Any:
    """`lamplighter_client.py`: beside this package when copied there, else from `examples/`."""
    if "lamplighter_client" in sys.modules:
        return sys.modules["lamplighter_client"]
    here = Path(__file__).parent
    for path in (
        here / "lamplighter_client.py",
        here.parents[2] / "examples/lamplighter_client.py",
    ):
        if path.exists():
            spec = importlib.util.spec_from_file_location("lamplighter_client", path)
            assert spec and spec.loader
            module = importlib.util.module_from_spec(spec)
            sys.modules["lamplighter_client"] = module
            spec.loader.exec_module(module)
            return module
    raise RuntimeError(
        "Copy examples/lamplighter_client.py of Lamplighter beside lamplighter_osprey."
    )


@cache
def client() -> Any:
    """From LAMPLIGHTER_URL and LAMPLIGHTER_KEY (scopes: submit, act). Fails at start, not per event."""
    try:
        address, key = os.environ["LAMPLIGHTER_URL"], os.environ["LAMPLIGHTER_KEY"]
    except KeyError as missing:
        raise RuntimeError(f"Set {missing.args[0]} for the Lamplighter plugin.") from missing
    return client_module().Client(address, key, timeout=2.0, tries=2)


class Decisions:
    """The decision on an event's listing; asked once however many functions want it."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def of(self, listing: dict[str, Any]) -> Any:
        """Submits the listing; the same words again get the same answer, from here or from there."""
        text = json.dumps(listing, sort_keys=True)
        key = f"osprey-{hashlib.sha256(text.encode()).hexdigest()}"
        with self._lock:
            if key in self._held:
                return self._held[key]
        found = client().submit(listing, key)
        with self._lock:
            self._held[key] = found
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return found


decisions = Decisions()
