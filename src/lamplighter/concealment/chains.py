"""Coaching: refused, then published with just the term or the number changed.

What tells coaching from a poster's second thoughts: the texts agree in all but a term or a number;
the same term, or the same number's label, comes back with other accounts; and, for numbers, one
threshold parts what was refused from what was let through.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import align
from lamplighter.concealment.change import Change, around, changes_of
from lamplighter.concealment.coached_terms import coached_terms
from lamplighter.concealment.guarded_labels import guarded_labels
from lamplighter.concealment.hunks import hunk_kinds
from lamplighter.concealment.innocent import by_itself, keys_of
from lamplighter.concealment.resubmissions import Resubmissions
from lamplighter.concealment.stretches import span_tokens
from lamplighter.concealment.terms import Corpus
from lamplighter.signals.identifiers import extract
from lamplighter.text.tokens import hash_phrase, tokenise

I64 = NDArray[np.int64]

#: `practice`: coaching or age_reentry; `changed` the term that was left out, or the two numbers;
#: `named`: the message between names the term or what the number counts.
CHAIN_SCHEMA = pa.schema(
    [
        pa.field("refused_id", pa.large_string(), nullable=False),
        pa.field("published_id", pa.large_string(), nullable=False),
        pa.field("account_id", pa.large_string(), nullable=False),
        pa.field("practice", pa.large_string(), nullable=False),
        pa.field("changed", pa.large_string(), nullable=False),
        pa.field("became", pa.large_string(), nullable=False),
        pa.field("minutes", pa.float64(), nullable=False),
        pa.field("message", pa.large_string()),
        pa.field("named", pa.bool_(), nullable=False),
        pa.field("explanation", pa.large_string()),  # innocent; null if none fits
        pa.field("before", pa.large_string(), nullable=False),  # words around, as refused
        pa.field("after", pa.large_string(), nullable=False),  # and as published
    ]
)


def read_chains(
    found: Resubmissions, pairs: pa.Table, refused: pa.Array, again: pa.Array,
    messages: list[str | None], unit: I64, rank: I64, declared: Mapping[int, str], region: str,
    shown: Corpus,
) -> pa.Table:  # fmt: skip
    """`CHAIN_SCHEMA` of the resubmissions whose texts are `refused[i]` and `again[i]`.

    Both are texts without markup. `messages[i]` is what the poster was told, if known; `unit` and
    `rank` are of all pairs, as for `strip_list.recover`; `declared` as for `listed_terms`;
    `shown` are all submitted texts, of which those published count.
    """
    before, after = tokenise(refused), tokenise(again)
    rows = np.arange(len(refused), dtype=np.int64)
    hunks = align(before, rows, after)
    nothing = pa.nulls(len(refused), pa.large_string())
    contacts = extract(nothing, refused, nothing, nothing, nothing, nothing, default_region=region)
    in_contact = np.zeros(len(before.hashes), np.uint8)
    for low, high in zip(*span_tokens(before, refused, rows, contacts), strict=True):
        in_contact[low:high] = 1
    kinds = hunk_kinds(hunks, rows, before, refused, after, again, in_contact)
    changes = changes_of(hunks, kinds, before, refused, after, again)
    best = _closest(found, changes)
    coached = coached_terms(found, best, changes, hunks, kinds, before, refused, unit, rank,
                            shown)  # fmt: skip
    guarded = guarded_labels(found, best, changes, unit)
    ids, accounts = pairs["listing_id"], pairs["account_id"]
    out = []
    for at in best:
        change, message = changes[at], messages[at]
        said = _folded(message or "")
        named = bool(message) and any(
            _within(_folded(word), said) for word in (*change.terms, *change.labels)
        )
        if change.kind == "term":
            kept = named or all(term in coached for term in change.terms)
            practice, changed, became = "coaching", " … ".join(change.terms), ""
        elif change.kind == "number":
            kept = named or any(label in guarded for label in change.labels)
            practice = "age_reentry"
            changed, became = (str(number) for number in change.numbers)
        else:
            continue
        if kept:
            row, other = int(found.refused[at]), int(found.again[at])
            out.append({
                "refused_id": ids[row].as_py(), "published_id": ids[other].as_py(),
                "account_id": accounts[row].as_py(), "practice": practice, "changed": changed,
                "became": became, "minutes": float(found.minutes[at]), "message": message,
                "named": named, "explanation": _explanation(change.terms, declared), "before": around(refused[int(at)].as_py(), *change.spot[:2]),
                "after": around(again[int(at)].as_py(), *change.spot[2:]),
            })  # fmt: skip
    out.sort(key=lambda row: (row["practice"], row["changed"], row["refused_id"]))
    return pa.Table.from_pylist(out, schema=CHAIN_SCHEMA)


def _closest(found: Resubmissions, changes: list[Change]) -> list[int]:
    """For each refused row the resubmission that differs least; each is used once."""
    best: dict[int, int] = {}
    for at in sorted(range(len(changes)), key=lambda at: (changes[at].size, found.minutes[at], at)):
        row = int(found.refused[at])
        if row not in best and changes[at].size > 0:
            best[row] = at
    return sorted(best.values())


def _explanation(terms: list[str], declared: Mapping[int, str]) -> str | None:
    """An innocent explanation, where each term has one: the first term's."""
    found = [
        by_itself(term) or next(filter(None, map(declared.get, keys_of([term]))), None)
        for term in terms
    ]
    return found[0] if all(found) and found else None


def _folded(text: str) -> list[int]:
    return hash_phrase(text) if text else []


def _within(part: list[int], whole: list[int]) -> bool:
    size = len(part)
    return size > 0 and any(whole[at : at + size] == part for at in range(len(whole) - size + 1))
