"""What the listings say: indicators by category, in context and out of it; evasive spelling."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import Indices, Mask, column, flags, text_codes
from lamplighter.operations.features import Features, share
from lamplighter.operations.layout import Layout, distinct
from lamplighter.operations.model import OperationInput

#: Evasive spellings that do not come about by chance: one look-alike letter from another
#: script, or an invisible character inside a word. Leet and letter spacing also occur in
#: honest shouting ("S A L E", "4sale"), so they need to be many.
SURE = ("homoglyph", "zero_width")
LOOSE = ("letter_spacing", "leet")


def language(
    data: OperationInput, layout: Layout, categories: tuple[str, ...], features: Features
) -> None:
    """Add for each category c: language.c (listings where it counts), language.c.entries
    (distinct entries) and language.c.set-aside (listings where it does not count)."""
    table = data.indicators
    row = column(table, "row", pa.int64()).to_numpy(zero_copy_only=False)
    at = layout.position[row]
    member = at >= 0
    counts = flags(column(table, "counts", pa.bool_()))
    category = column(table, "category", pa.large_string())
    entry = column(table, "entry", pa.large_string())
    entries = text_codes(entry)
    for name in categories:
        here = member & np.asarray(pc.fill_null(pc.equal(category, name), False))
        counted = here & counts
        aside = _mark(layout, at[here & ~counts])
        seen = _mark(layout, at[counted])
        aside &= ~seen
        kinds = distinct(layout.operation[at[counted]], entries[counted], layout.operations)
        features.put({f"language.{name}": layout.count(seen)}, seen)
        features.put({f"language.{name}.share": share(layout.count(seen), layout.sizes)}, seen)
        features.put({f"language.{name}.entries": kinds}, seen)
        features.put({f"language.{name}.set-aside": layout.count(aside)}, aside)
        features.words[f"language.{name}"] = _terms(layout, at[counted], entry, counted)
        features.words[f"language.{name}.set-aside"] = _terms(
            layout, at[here & ~counts], column(table, "why", pa.large_string()), here & ~counts
        )


def evasion(data: OperationInput, layout: Layout, features: Features) -> None:
    """Add: evasive (listings) and evasive_share. A listing counts with two words spelled with
    foreign or invisible characters, or four evasive words of any kind."""
    sure = _total(data.evasion, SURE)[layout.rows]
    loose = _total(data.evasion, LOOSE)[layout.rows]
    marked = (sure >= 2) | (sure + loose >= 4)
    seen = layout.count(marked)
    features.put({"evasive": seen, "evasive_share": share(seen, layout.sizes)}, marked)


def _total(table: pa.Table, names: tuple[str, ...]) -> Indices:
    total = np.zeros(table.num_rows, np.int64)
    for name in names:
        values = pc.fill_null(column(table, name, pa.int64()), 0)
        total += values.to_numpy(zero_copy_only=False)
    return total


def _mark(layout: Layout, at: Indices) -> Mask:
    marks = np.zeros(len(layout.rows), np.bool_)
    marks[at] = True
    return marks


def _spoken(name: str) -> str:
    kind, slash, term = name.partition("/")
    return term.replace("-", " ") if slash and " " not in kind else name


def _terms(layout: Layout, at: Indices, said: pa.Array, keep: Mask) -> list[str]:
    """(m,) the (at most three, alphabetical) distinct texts of each operation, joined."""
    result = [""] * layout.operations
    if not len(at):
        return result
    terms = said.filter(pa.array(keep)).dictionary_encode()
    # An entry's id is shown as a person would say it: "child/school-girl" is "school girl".
    names = [_spoken(value or "") for value in terms.dictionary.to_pylist()]
    rank = np.argsort(np.argsort(np.array(names, object)))
    code = rank[terms.indices.fill_null(0).to_numpy(zero_copy_only=False)]
    ordered = sorted(names)
    width = len(names)
    pairs = np.unique(layout.operation[at] * width + code)
    found: dict[int, list[str]] = {}
    for pair in pairs.tolist():
        mine = found.setdefault(pair // width, [])
        if len(mine) < 3:
            mine.append(ordered[pair % width])
    for operation, mine in found.items():
        result[operation] = "; ".join(text for text in mine if text)
    return result
