"""Map and timeline as free-standing SVG, from the same layouts as the operations report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from lamplighter.reporting.operations_report.atlas import HEIGHT, WIDTH, atlas, world
from lamplighter.reporting.operations_report.lead import Leg

_INK, _RED, _LAND, _SEA, _LINE = "#1d2733", "#a3341f", "#efe9dc", "#f7fafc", "#c9d1d9"
_FONT = {"font-family": "Libertinus Serif"}
#: Rows of the timeline; places beyond are joined in a last row.
PLACES = 14
_LEFT, _ROW, _WIDE = 110.0, 16.0, 480.0


def _svg(width: float, height: float) -> Element:
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    return Element("svg", {"xmlns": "http://www.w3.org/2000/svg"} | size)


def map_svg(legs: Sequence[Leg]) -> str | None:
    """The legs on a map; None where none has coordinates."""
    drawn = atlas(legs)
    if drawn is None:
        return None
    land, borders = world()
    root = _svg(WIDTH, HEIGHT)
    SubElement(root, "rect", {"width": f"{WIDTH:g}", "height": f"{HEIGHT:g}", "fill": _SEA})
    for place in drawn.worlds:
        group = SubElement(root, "g", {"transform": place})
        SubElement(group, "path", {"d": land, "fill": _LAND, "stroke": "none"})
        style = {"fill": "none", "stroke": _LINE, "vector-effect": "non-scaling-stroke"}
        SubElement(group, "path", {"d": borders, "stroke-width": "0.8"} | style)
    SubElement(root, "path", {"d": drawn.grid, "stroke": _LINE, "stroke-width": "0.4"})
    for way in drawn.ways:
        dash = {"stroke-dasharray": "4 3"} if way.implausible else {}
        ink = _RED if way.implausible else _INK
        SubElement(root, "path", {"d": way.path, "fill": "none", "stroke": ink,
                                  "stroke-width": "1.3"} | dash)  # fmt: skip
        if way.label:
            disc = {"cx": f"{way.x:.1f}", "cy": f"{way.y:.1f}", "r": "7", "fill": "white"}
            SubElement(root, "circle", disc | {"stroke": ink, "stroke-width": "0.6"})
            _label(root, way.x, way.y + 2.6, way.label, "middle", 7.5)
    for dot in drawn.dots:
        SubElement(root, "circle", {"cx": f"{dot.x:.1f}", "cy": f"{dot.y:.1f}",
                                    "r": f"{dot.radius:.1f}", "fill": _INK})  # fmt: skip
    for name in drawn.names:
        _label(root, name.x, name.y, name.text, name.anchor, 11)
    SubElement(root, "path", {"d": f"M12 {HEIGHT - 12:g}h{drawn.bar:.1f}", "stroke": _INK})
    _label(root, 12, HEIGHT - 17, drawn.bar_label, "start", 9)
    return tostring(root, "unicode")


def timeline_svg(days: Sequence[tuple[date, str, int]]) -> str | None:
    """Places by day: a mark where listings were posted, darker where more; None without any."""
    if not days:
        return None
    totals: Counter[str] = Counter()
    for _, place, count in days:
        totals[place or "no place"] += count
    rows = [place for place, _ in totals.most_common(PLACES)]
    others = len(totals) > PLACES
    first, last = min(day for day, _, _ in days), max(day for day, _, _ in days)
    span = (last - first).days + 1
    height = _ROW * (len(rows) + others) + 26
    root = _svg(_LEFT + _WIDE + 10, height)
    cells: Counter[tuple[int, int]] = Counter()
    for day, place, count in days:
        name = place or "no place"
        row = rows.index(name) if name in rows else len(rows)
        cells[row, (day - first).days] += count
    for row, place in enumerate([*rows, *(["other places"] if others else [])]):
        y = _ROW * row
        _label(root, _LEFT - 6, y + 11, place if len(place) < 20 else place[:18] + "…", "end", 9)
        SubElement(root, "path", {"d": f"M{_LEFT:g} {y + 15:g}h{_WIDE:g}", "stroke": _LINE,
                                  "stroke-width": "0.4"})  # fmt: skip
    most = max(cells.values())
    for (row, column), count in sorted(cells.items()):
        SubElement(
            root, "rect",
            {"x": f"{_LEFT + _WIDE * column / span:.2f}", "y": f"{_ROW * row + 3:g}", "height": "11",
             "width": f"{max(_WIDE / span * 0.9, 1.2):.2f}", "fill": _INK,
             "fill-opacity": f"{0.35 + 0.65 * count / most:.2f}"},
        )  # fmt: skip
    y = height - 8
    _label(root, _LEFT, y, f"{first:%Y-%m-%d}", "start", 9)
    _label(root, _LEFT + _WIDE, y, f"{last:%Y-%m-%d}", "end", 9)
    return tostring(root, "unicode")


def _label(root: Element, x: float, y: float, text: str, anchor: str, size: float) -> None:
    where = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "font-size": f"{size:g}"}
    SubElement(root, "text", where | _FONT | {"fill": _INK}).text = text
