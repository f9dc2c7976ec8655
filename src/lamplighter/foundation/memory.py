"""Memory that is free, given back to the system."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Return what earlier steps let go. Costs milliseconds; call it between steps.

    Arrow keeps a pool, and the C library keeps what many short-lived arrays leave between longer-lived
    ones: 400 MB after a million version pairs. Only glibc has `malloc_trim`; elsewhere nothing is
    done beyond Arrow's pool.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
