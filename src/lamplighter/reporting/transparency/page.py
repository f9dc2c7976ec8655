"""The page of the figures: self-contained, no script, for screen, phone and paper."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from lamplighter.reporting.assets import policy_hash, style
from lamplighter.reporting.self_contained import environment

_PACKAGE = "lamplighter.reporting.transparency"
#: Height of the months' chart in pixels.
HEIGHT = 130
_LADDER = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def write_page(found: Mapping[str, Any]) -> bytes:
    """One self-contained UTF-8 HTML page of `figures`. The same figures give the same bytes."""
    css = style(_PACKAGE)
    page = _templates().get_template("page.html.j2").render(
        it=found, height=HEIGHT, css=Markup(css), css_hash=policy_hash(css),  # noqa: S704 - our own
        most=max((max(m["received"], m["decisions_and_acts"]) for m in found["months"]), default=0),
    )  # fmt: skip
    return page.encode()


def percent(value: float | None) -> str:
    """`12.3 %`, with more places for what is rare; a dash where unknown."""
    if value is None:
        return "–"
    if value in (0.0, 1.0):
        return f"{100 * value:.0f} %"
    digits = 1 if 0.01 <= value <= 0.99 else 2
    return f"{100 * value:.{digits}f} %"


def cell(value: int | None) -> str:
    """A count, or that it is withheld."""
    return "withheld" if value is None else f"{value:,}"


def duration(seconds: float | None) -> str:
    """`0.02 s`, `12 min`, `4.5 h`, `3 d`; a dash where unknown."""
    if seconds is None:
        return "–"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            value = seconds / size
            return f"{value:.{0 if value >= 10 else 1}f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def scale(*estimates: Mapping[str, Any] | None) -> float:
    """The end of a scale on which all these intervals fit."""
    most = max((one["high"] for one in estimates if one), default=1.0)
    return next((step for step in _LADDER if step >= most), 1.0)


@cache
def _templates() -> Environment:
    made = environment(_PACKAGE, {"percent": percent, "duration": duration, "cell": cell})
    made.globals["scale"] = scale
    return made
