"""New listings against the known: which texts are alike, which contacts and pictures are shared.

Every match is verified: texts by the measure of `link`, contacts byte by byte, pictures by their
distance.
"""

from __future__ import annotations

from lamplighter.screening.index.alike import Known, match_texts
from lamplighter.screening.index.asked import Asked
from lamplighter.screening.index.shared import match_images, match_values
from lamplighter.screening.index.ties import Match


def match(known: Known, asked: Asked) -> list[Match]:
    """Match q listings."""
    matches = [Match() for _ in asked.own]
    match_texts(known, asked, matches)
    match_values(known.parts, known.belonging, asked, matches)
    match_images(known.parts, known.belonging, asked, matches)
    return matches
