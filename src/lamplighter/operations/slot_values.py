"""First names and ages that templates have slots for, as hashes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import Hashes, Indices, flat
from lamplighter.operations.columns import text_hash as hash_of
from lamplighter.operations.words import Kinds, ascii_lower, hash_table

NAME, AGE = 0, 1
_MIX = 0x9E3779B97F4A7C15


class _Values(NamedTuple):
    """(v,) hash of the folded value (0: none) and its template; (t',) templates with such slots."""

    hashes: Hashes
    template: Indices
    slotted: Indices


def _read(table: pa.Table, kind: int) -> _Values:
    if not table.num_rows or "slots" not in table.column_names:
        return _Values(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    slots = flat(table.column("slots"))
    owner = pc.list_parent_indices(slots).to_numpy(zero_copy_only=False)
    inner = pc.list_flatten(slots)
    named = pc.struct_field(inner, "kind").cast(pa.large_string())
    here = pc.fill_null(pc.equal(named, ("name", "age")[kind]), False)
    owners = owner[np.asarray(here)]
    mine = pc.struct_field(inner, "values").filter(here)
    texts = pc.struct_field(pc.list_flatten(mine), "value").dictionary_encode()
    which = pc.list_parent_indices(mine).to_numpy(zero_copy_only=False)
    words = [_first_word(text or "", kind) for text in texts.dictionary.to_pylist()]
    known = np.array([hash_of(word) for word in words] or [0], np.uint64)
    word = known[pc.fill_null(texts.indices, 0).to_numpy(zero_copy_only=False)]
    return _Values(word, owners[which], np.unique(owners))


def slot_names(table: pa.Table) -> Hashes:
    """Hashes of the first names that are slot values of these templates."""
    hashes = _read(table, NAME).hashes
    known: Hashes = hashes[hashes != 0]
    return known


def slot_values(table: pa.Table) -> tuple[Hashes, Kinds, Kinds]:
    """Table of the values bound to their templates; (t+1,) bits 1 name, 2 age slots."""
    slotted = np.zeros(table.num_rows + 1, np.int64)
    hashes, kinds = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for kind in (NAME, AGE):
        values = _read(table, kind)
        bound = values.hashes ^ ((values.template + 1).astype(np.uint64) * np.uint64(_MIX))
        slotted[values.slotted] |= 1 << kind
        hashes.append(bound[values.hashes != 0])
        kinds.append(np.full(len(hashes[-1]), kind, np.int64))
    every, first = np.unique(np.concatenate(hashes), return_index=True)
    keys, numbers = hash_table(every[every != 0], np.concatenate(kinds)[first][every != 0])
    return keys, numbers, slotted


def _first_word(text: str, kind: int) -> str:
    word = "".join(c if c.isalnum() else " " for c in text).split()
    if not word:
        return ""
    if kind == AGE:
        digits = "".join(c for c in word[0] if c.isdigit())
        return digits if len(digits) == 2 else ""
    return ascii_lower(word[0]) if len(word[0]) > 1 else ""
