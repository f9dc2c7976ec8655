"""What numba's decorators promise."""

from __future__ import annotations

from typing import Any

from lamplighter.foundation.jit import inlined, kernel


@inlined
def _next(at: int, step: int) -> int:
    return at + step


@kernel
def _sum(steps: int) -> int:
    at = 0  # a literal, until the loop shows that it is not
    for _ in range(steps):
        at = _next(at, 2)
    return at


def test_a_helper_is_compiled_once_where_its_caller_begins_at_a_literal() -> None:
    assert _sum(4) == 8
    helper: Any = _next
    assert len(helper.overloads) == 1
