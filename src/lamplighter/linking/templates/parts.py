"""The flat tables that members are read into, and the parts of a consensus among them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.surface import Surface, best_piece

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Readings(NamedTuple):
    """Flat tables of t templates; `*_of` are offsets (rows + 1,)."""

    parts_of: I64  # (t+1,) parts of the consensus
    part_slot: I32  # (p,) number of the slot, -1 for text
    pieces_of: I64  # (p+1,) pieces of a text part
    piece_begin: I64  # (b,) bytes in the members' texts; begin -1 is one blank
    piece_end: I64
    slots_of: I64  # (t+1,) slots
    slot_kind: I32  # (s,) schema.KINDS
    slot_distinct: I64  # (s,) values in all
    values_of: I64  # (s+1,) values that are told
    value_begin: I64  # (v,) bytes in the members' texts
    value_end: I64
    value_count: I64  # (v,) listings


@inlined
def write_parts(surface: Surface, template: int, kept: int, slotted: I32, out: Readings) -> None:
    """Parts of the consensus in reading order."""
    part = out.parts_of[template]
    piece = out.pieces_of[part]
    opened = False
    blank = False  # a blank is due before what comes next
    for column in range(kept + 1):
        if slotted[column] >= 0:
            if opened:
                if blank:
                    out.piece_begin[piece] = -1
                    out.piece_end[piece] = -1
                    piece += 1
                part += 1
                out.pieces_of[part] = piece
            out.part_slot[part] = slotted[column]
            part += 1
            out.pieces_of[part] = piece
            opened = False
            blank = False
        if column == kept:
            break
        best = best_piece(surface, column)
        if not opened:
            out.part_slot[part] = -1
            opened = True
            blank = slotted[column] >= 0 and (best < 0 or surface.clean[column, best] & 1 == 0)
        if blank:
            out.piece_begin[piece] = -1
            out.piece_end[piece] = -1
            piece += 1
            blank = False
        if best >= 0:
            out.piece_begin[piece] = surface.begin[column, best]
            out.piece_end[piece] = surface.end[column, best]
            piece += 1
            blank = surface.clean[column, best] & 2 == 0
    if opened:
        part += 1
        out.pieces_of[part] = piece
    out.parts_of[template + 1] = part
