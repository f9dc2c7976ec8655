"""Coaching: refused, then published with just the term or the number changed.

What tells coaching from a poster's second thoughts: the texts agree in all but a term or a number;
the same term, or the same number's label, comes back with other accounts; and, for numbers, one
threshold parts what was refused from what was let through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import Hunks, align
from lamplighter.concealment.hunks import (
    LONGEST_TERM,
    REMOVED,
    REPLACED,
    SAME,
    hunk_kinds,
    span_tokens,
    words_of,
)
from lamplighter.concealment.innocent import by_itself, keys_of
from lamplighter.concealment.resubmissions import Resubmissions
from lamplighter.concealment.strip_list import candidates_of, recover
from lamplighter.concealment.terms import (
    GONE,
    UNCLEAR,
    Corpus,
    find_terms,
    mark_tokens,
    sequence_keys,
    term_table,
    token_states,
)
from lamplighter.signals.identifiers import extract
from lamplighter.text.tokens import Tokens, hash_phrase, tokenise

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

#: A chain counts if its term or label came from so many accounts, unless the message names it.
LEAST_ACCOUNTS = 3
#: Share of refused and accepted numbers that the best threshold must part.
_PARTED = 0.9
_MOST_HUNKS = 4
_MOST_EVENTS = 5_000_000
_NUMBER = re.compile(r"\d{1,3}$")
_PRICE_BEFORE = re.compile(r"(?:[$€£¥₹]|usd|eur|gbp|price:?)\s*$", re.I)
_PRICE_AFTER = re.compile(r"\s*(?:[$€£¥₹]|usd|eur|gbp|dollars|euros?|pounds)\b", re.I)


class _Change(NamedTuple):
    """The one kind of difference between two texts."""

    kind: str  # term, number, or other
    terms: list[str]
    labels: tuple[str, ...]  # words beside a number
    numbers: tuple[int, int]
    size: int  # tokens that differ
    spot: tuple[int, int, int, int]  # bytes before and after that show it


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
    changes = _changes(hunks, kinds, before, refused, after, again)
    best = _closest(found, changes)
    coached = _coached_terms(found, best, changes, hunks, kinds, before, refused, unit, rank,
                            shown)  # fmt: skip
    guarded = _guarded_labels(found, best, changes, unit)
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
                "named": named, "explanation": _explanation(change.terms, declared), "before": _around(refused[int(at)].as_py(), *change.spot[:2]),
                "after": _around(again[int(at)].as_py(), *change.spot[2:]),
            })  # fmt: skip
    out.sort(key=lambda row: (row["practice"], row["changed"], row["refused_id"]))
    return pa.Table.from_pylist(out, schema=CHAIN_SCHEMA)


def _changes(
    hunks: Hunks, kinds: NDArray[np.uint8], before: Tokens, refused: pa.Array, after: Tokens,
    again: pa.Array,
) -> list[_Change]:  # fmt: skip
    removed = words_of(before, refused, hunks.pair, hunks.a0, hunks.a1).to_pylist()
    added = words_of(after, again, hunks.pair, hunks.b0, hunks.b1).to_pylist()
    bounds = np.searchsorted(hunks.pair, np.arange(len(refused) + 1))
    out = []
    for row in range(len(refused)):
        told = [at for at in range(bounds[row], bounds[row + 1]) if kinds[at] != SAME]
        size = sum(int(hunks.a1[a] - hunks.a0[a] + hunks.b1[a] - hunks.b0[a]) for a in told)
        change = _Change("other", [], (), (0, 0), size, (0, 0, 0, 0))
        if told and len(told) <= _MOST_HUNKS:
            first = told[0]
            text, other = refused[row].as_py().encode(), again[row].as_py().encode()
            low, high = _bytes(before, hunks.a0[first], hunks.a1[first], len(text))
            start, stop = _bytes(after, hunks.b0[first], hunks.b1[first], len(other))
            spot = (low, high, start, stop)
            if len(told) == 1 and _is_number(removed[first], added[first]):
                priced = _PRICE_BEFORE.search(text[:low].decode(errors="ignore")[-8:])
                priced = priced or _PRICE_AFTER.match(text[high:].decode(errors="ignore")[:10])
                if not priced:
                    labels = _labels(before, text, before.offsets[row], hunks.a0[first],
                                     before.offsets[row + 1])  # fmt: skip
                    numbers = int(removed[first]), int(added[first])
                    change = _Change("number", [], labels, numbers, size, spot)
            elif all(
                kinds[a] in (REMOVED, REPLACED) and hunks.a1[a] - hunks.a0[a] <= LONGEST_TERM
                and hunks.b1[a] - hunks.b0[a] <= 2 for a in told
            ):  # fmt: skip
                terms = [removed[a].lower() for a in told]
                change = _Change("term", terms, (), (0, 0), size, spot)
        out.append(change)
    return out


def _is_number(removed: str | None, added: str | None) -> bool:
    return bool(removed and added and _NUMBER.match(removed) and _NUMBER.match(added))


def _bytes(tokens: Tokens, low: int, high: int, end: int) -> tuple[int, int]:
    """Bytes of a stretch of tokens; where it is empty, the place where it would be."""
    if high > low:
        return int(tokens.starts[low]), int(tokens.ends[high - 1])
    at = int(tokens.starts[low]) if low < len(tokens.starts) else end
    return min(at, end), min(at, end)


def _labels(tokens: Tokens, text: bytes, first: int, at: int, stop: int) -> tuple[str, ...]:
    """The two words on both sides of a number that have three letters or more."""
    beside = [*range(max(first, at - 2), at), *range(at + 1, min(stop, at + 3))]
    words = [text[tokens.starts[i] : tokens.ends[i]].decode(errors="ignore") for i in beside]
    return tuple(word.lower() for word in words if len(word) >= 3 and word.isalpha())


def _closest(found: Resubmissions, changes: list[_Change]) -> list[int]:
    """For each refused row the resubmission that differs least; each is used once."""
    best: dict[int, int] = {}
    for at in sorted(range(len(changes)), key=lambda at: (changes[at].size, found.minutes[at], at)):
        row = int(found.refused[at])
        if row not in best and changes[at].size > 0:
            best[row] = at
    return sorted(best.values())


def _coached_terms(
    found: Resubmissions, best: list[int], changes: list[_Change], hunks: Hunks,
    kinds: NDArray[np.uint8], before: Tokens, refused: pa.Array, unit: I64, rank: I64,
    shown: Corpus,
) -> set[str]:  # fmt: skip
    """Terms left out by several accounts, far more often than words are, and seldom published."""
    counted = np.zeros(len(changes), np.uint8)
    counted[[at for at in best if changes[at].kind == "term"]] = 1
    use = (counted[hunks.pair] == 1) & np.isin(kinds, (REMOVED, REPLACED))
    if not use.any():
        return set()
    states = token_states(before, refused, np.zeros(len(refused), np.int64))
    lows, highs, pair = hunks.a0[use], hunks.a1[use], hunks.pair[use]
    mark_tokens(lows, highs, np.full(len(lows), GONE, np.uint8), states)
    keys = sequence_keys(before.hashes, lows, highs)
    candidates = candidates_of(keys, lows, highs, pair, before.hashes, LONGEST_TERM)
    corpus = Corpus(before.offsets, before.hashes, states, counted)
    listed = recover(corpus, candidates, unit[found.refused], rank[found.refused])
    # What stands in many listings that were published as they were is not what was refused.
    keys_found = candidates.keys[listed.chosen]
    table = term_table(keys_found, candidates.tokens[listed.chosen, 0])
    # A word put right or masked was no reason to refuse either.
    clear = shown._replace(states=shown.states & np.uint8(0xFF ^ UNCLEAR))
    kept = find_terms(clear, table, np.ones(len(keys_found), bool), _MOST_EVENTS)
    stood = np.bincount(kept.term[~kept.gone], minlength=len(keys_found))
    left_out = np.bincount(listed.events.term[listed.events.gone], minlength=len(keys_found))
    known = set(keys_found[stood <= left_out].tolist())
    words = words_of(before, refused, pair, lows, highs).to_pylist()
    return {word.lower() for word, key in zip(words, keys.tolist(), strict=True) if key in known}


def _guarded_labels(
    found: Resubmissions, best: list[int], changes: list[_Change], unit: I64
) -> set[str]:
    """Labels of numbers where one threshold parts the refused from the accepted."""
    by_label: dict[str, list[int]] = {}
    for at in best:
        for label in changes[at].labels:
            by_label.setdefault(label, []).append(at)
    out = set()
    for label, members in by_label.items():
        accounts = {int(unit[found.refused[at]]) for at in members}
        if len(accounts) < LEAST_ACCOUNTS:
            continue
        pairs = np.array([changes[at].numbers for at in members])
        if parted(pairs[:, 0], pairs[:, 1]) >= _PARTED:
            out.add(label)
    return out


def parted(refused: I64, accepted: I64) -> float:
    """Share of numbers on the right side of the best threshold; either side may be the refused."""
    values = np.unique(np.concatenate([refused, accepted]))
    total = len(refused) + len(accepted)
    below = np.array([(refused < t).sum() + (accepted >= t).sum() for t in values])
    above = np.array([(refused > t).sum() + (accepted <= t).sum() for t in values])
    return float(max(below.max(), above.max()) / total)


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


def _around(text: str, low: int, high: int, reach: int = 48) -> str:
    """The words around a stretch of bytes, with the stretch in ⟦ ⟧."""
    raw = text.encode()
    left = raw[max(0, low - reach) : low].decode(errors="ignore")
    right = raw[high : high + reach].decode(errors="ignore")
    start = "…" if low > reach else ""
    return f"{start}{left}⟦{raw[low:high].decode(errors='ignore')}⟧{right}" + (
        "…" if high + reach < len(raw) else ""
    )
