"""numba's decorators with their types kept, so that `mypy --strict` can see through kernels.

Trap: numba promotes `uint32 * uint32` to `uint64`; a `min` against it then never fires and no
error is raised. Cast, and test that hashes are distinct.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile for machine code; releases the GIL, caches on disk."""
    return cast(F, numba.njit(cache=True, nogil=True, boundscheck=False)(function))


def inlined(function: F) -> F:
    """A small helper of a kernel, inlined by LLVM."""
    return cast(F, numba.njit(cache=True, nogil=True, inline="never")(function))
