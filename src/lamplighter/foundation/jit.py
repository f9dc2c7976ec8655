"""numba's decorators with their types kept, so that `mypy --strict` can see through kernels.

Trap: numba promotes `uint32 * uint32` to `uint64`; a `min` against it then never fires and no
error is raised. Cast, and test that hashes are distinct.

Trap: while numba infers a caller's types, a counter that begins at 0 is at first the literal 0, and
what is called with it is compiled for that literal, then again for `int64`, the first never to run. A
fifth of the time that a new installation takes to compile went there, so literals are called as
what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import types

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile for machine code; releases the GIL, caches on disk."""
    return _once(cast(F, numba.njit(cache=True, nogil=True, boundscheck=False)(function)))


def inlined(function: F) -> F:
    """A small helper of a kernel, inlined by LLVM."""
    return _once(cast(F, numba.njit(cache=True, nogil=True, inline="never")(function)))


def _once(compiled: F) -> F:
    """Have it compiled for the types of what it is called with, never for a literal."""
    dispatcher = cast(Any, compiled)
    template = getattr(dispatcher, "get_call_template", None)
    if template is not None:  # None: numba is switched off, and this the function itself
        plain: Callable[[Any], Any] = types.unliteral

        def typed(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
            return template(tuple(map(plain, args)), {name: plain(kws[name]) for name in kws})

        dispatcher.get_call_template = typed
    return compiled
