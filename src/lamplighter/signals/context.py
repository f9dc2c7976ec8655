"""Whether a term that was found counts, judged by what surrounds it, and why.

"Teen" in "teen bedroom furniture", "young" in "young couple seeks flat", "fresh" in "fresh eggs"
denote no child that is offered to anyone. So a term of that kind counts only with evidence that
the listing offers a person's company, that the term describes that person, and that nothing
beside it explains it. The tested language counts only in such listings, because it was tested in
them; the signs of forced labour count only where work, or a worker, is offered.

The judgement is a function of the lists in lexicon/contexts.toml, and says in a sentence what
decided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.signals.contexts import (
    EXCLUDES,
    EXPLAINS,
    NEGATION,
    OFFERED,
    OFFERS,
    OPEN,
    PERSON,
    RECIPIENT,
    STRONG,
    Contexts,
    category_kinds,
    contexts,
)
from lamplighter.signals.lexicon import CONTEXTS, Lexicon
from lamplighter.signals.phrase_match import Hits
from lamplighter.signals.spans import text_bytes
from lamplighter.signals.surroundings import Surroundings, surroundings
from lamplighter.signals.tables import look_up
from lamplighter.text.tokens import Tokens

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Different words that show what a listing offers: weak ones for company, ones for work.
_WEAK_ENOUGH = 2
_WORK_ENOUGH = {OPEN: 3, EXPLAINS: 4, EXCLUDES: 6}
#: Groups that explain a term even in a listing that offers a person's company.
_HARD = ("goods", "clothes", "animals", "education", "care", "sport", "media", "vehicles", "things")

#: Groups whose words also belong to an offer of company ("my home", "dinner"): beside it only.
_SOFT = ("home", "food", "people", "things")

# Verdicts; the sentences are in `_sentence`.
(
    _ALWAYS, _DESCRIBES, _IN_OFFER, _IN_WORK, _NO_OFFER, _UNDER_CATEGORY, _NEGATED, _RECIPIENT,
    _NOT_PERSON, _GOES_WITH, _NO_PART, _NO_WORK,
) = range(12)  # fmt: skip
_COUNTING = (_ALWAYS, _DESCRIBES, _IN_OFFER, _IN_WORK)


class Judgement(NamedTuple):
    """(m,) `counts`, and `why` as a dictionary array of sentences."""

    counts: Mask
    why: pa.Array


def judge(
    hits: Hits, tokens: Tokens, texts: pa.Array, lexicon: Lexicon, categories: pa.Array | None
) -> Judgement:
    """Judge hits of a lexicon in n texts with their (n,) categories (null: not known)."""
    known = contexts()
    if len(hits.row) == 0:
        return Judgement(np.zeros(0, np.bool_), _sentences(pa.array([], pa.int32()), []))
    names, kinds = _categories(categories, len(texts))
    category = kinds.codes[hits.row]
    kind = kinds.kinds[category]
    asked = np.array(
        [CONTEXTS.index(entry.context) if entry.context else -1 for entry in lexicon.entries]
    )[hits.entry]
    hard = sum(known.bit(name) for name in _HARD)
    around = surroundings(hits, tokens, known)
    verdict = np.full(len(asked), _ALWAYS, np.int64)
    offers = _offers(kind, around)
    for number, name in enumerate(CONTEXTS):
        mine = asked == number
        if not mine.any():
            continue
        if name == "offering":
            verdict[mine] = np.where(offers, _IN_OFFER, _NO_OFFER)[mine]
        elif name == "work":
            verdict[mine] = _work(kind, around)[mine]
        else:
            verdict[mine] = _person(name, kind, offers, around, known, hard)[mine]
    counts = np.isin(verdict, _COUNTING)
    return Judgement(counts, _reasons(verdict, category, names, around, hits, tokens, texts, known))


class _Kinds(NamedTuple):
    codes: Numbers
    kinds: Numbers


def _categories(categories: pa.Array | None, rows: int) -> tuple[list[str], _Kinds]:
    if categories is None:
        return [""], _Kinds(np.zeros(rows, np.int64), np.array([OPEN], np.int64))
    if isinstance(categories, pa.ChunkedArray):
        categories = categories.combine_chunks()
    if not pa.types.is_dictionary(categories.type):
        categories = categories.dictionary_encode()
    names, kinds, absent = category_kinds(categories)
    codes = categories.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    return [*names, ""], _Kinds(codes, np.array([*kinds, *absent], np.int64))


def _offers(kind: Numbers, around: Surroundings) -> Mask:
    """(m,) whether the listing offers a person's company."""
    shown = (around.strong >= 1) | ((around.core >= 1) & (around.weak >= _WEAK_ENOUGH))
    despite = around.strong >= 2
    offers: Mask = (kind == OFFERS) | ((kind == OPEN) & shown) | despite
    return offers


def _work(kind: Numbers, around: Surroundings) -> Numbers:
    least = np.array([_WORK_ENOUGH.get(number, 0) for number in range(5)], np.int64)[kind]
    shown = around.work + np.minimum(around.weak, 2)
    denied = (around.further & np.uint64(NEGATION)) != 0
    return np.where(shown < least, _NO_WORK, np.where(denied, _NEGATED, _IN_WORK))


def _person(
    name: str, kind: Numbers, offers: Mask, around: Surroundings, known: Contexts, hard: int
) -> Numbers:
    """Verdicts for terms that denote a child: later lines overrule earlier ones."""
    every = np.uint64(sum(known.groups))
    # In a listing that says itself what it offers, only what is plainly not a person explains.
    explaining = np.where(kind == OFFERS, np.uint64(hard), every)
    verdict = np.full(len(kind), _DESCRIBES, np.int64)
    if name == "person-modifier":
        beside = (around.before | around.beyond) & explaining
        verdict[beside != 0] = _GOES_WITH
        plain = every & ~np.uint64(sum(known.bit(name) for name in _SOFT))
        verdict[((around.near & plain) != 0) & (kind != OFFERS)] = _GOES_WITH
        verdict[(around.after & np.uint64(PERSON)) == 0] = _NOT_PERSON
    else:
        part = (around.near & np.uint64(PERSON | OFFERED | STRONG)) != 0
        verdict[~part & ((kind != OFFERS) | ((around.near & every) != 0))] = _NO_PART
        verdict[(around.near & explaining) != 0] = _GOES_WITH
    verdict[(around.before & np.uint64(RECIPIENT)) != 0] = _RECIPIENT
    verdict[(around.further & np.uint64(NEGATION)) != 0] = _NEGATED
    closed = ~np.isin(kind, (OFFERS, OPEN))
    verdict[~offers] = np.where(closed, _UNDER_CATEGORY, _NO_OFFER)[~offers]
    return verdict


def _reasons(
    verdict: Numbers,
    category: Numbers,
    names: list[str],
    around: Surroundings,
    hits: Hits,
    tokens: Tokens,
    texts: pa.Array,
    known: Contexts,
) -> pa.Array:
    """(m,) a sentence each; written once for each combination of verdict, category and word."""
    with_category = np.isin(verdict, (_UNDER_CATEGORY, _IN_OFFER, _DESCRIBES))
    with_word = np.isin(verdict, (_GOES_WITH, _NOT_PERSON)) & (around.because >= 0)
    because = np.where(with_word, around.because, 0)
    key = np.stack(
        [
            verdict,
            np.where(with_category, category, -1),
            np.where(with_word, tokens.hashes[because].astype(np.int64), -1),
        ]
    )
    distinct, sample, code = np.unique(key, axis=1, return_index=True, return_inverse=True)
    sentences = []
    for at, (what, which, word) in zip(sample.tolist(), distinct.T.tolist(), strict=True):
        given = names[which] if which >= 0 else ""
        token = int(because[at])
        beside = _raw(tokens, texts, int(hits.row[at]), token) if word >= 0 else ""
        bits = int(_bits(tokens, token, known)) if word >= 0 else 0
        sentences.append(_sentence(what, given, beside, bits, known))
    return _sentences(pa.array(code.reshape(-1).astype(np.int32)), sentences)


def _sentences(codes: pa.Array, sentences: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes, pa.array(sentences, pa.large_string()))


def _raw(tokens: Tokens, texts: pa.Array, row: int, token: int) -> str:
    offsets, data = text_bytes(texts)
    begin = offsets[row]
    span = data[begin + tokens.starts[token] : begin + tokens.ends[token]]
    return span.tobytes().decode("utf-8", "replace")[:40]


def _bits(tokens: Tokens, token: int, known: Contexts) -> int:
    key = np.uint64(1 << 32 | int(tokens.hashes[token]))
    return int(look_up(known.words.keys, known.words.values, key))


def _sentence(verdict: int, category: str, beside: str, bits: int, known: Contexts) -> str:
    posted = f"posted under “{category[:60]}”" if category else ""
    group = next((known.says[name] for bit, name in known.groups.items() if bit & bits), "")
    goes = f"goes with “{beside}”: {group}" if beside and group else ""
    return {
        _ALWAYS: "counts wherever it is found",
        _DESCRIBES: "describes the person whose company is offered"
        + (f"; {posted}" if posted else ""),
        _IN_OFFER: "in a listing that offers a person's company"
        + (f"; {posted}" if posted else ""),
        _IN_WORK: "in an offer of work, or of a worker",
        _NO_OFFER: "nothing in the listing offers a person's company",
        _UNDER_CATEGORY: f"{posted}, and nothing in the listing offers a person's company",
        _NEGATED: known.says["negation"],
        _RECIPIENT: known.says["recipient"],
        _NOT_PERSON: goes or "does not describe a person who is offered",
        _GOES_WITH: goes or "what stands beside it explains it",
        _NO_PART: "has no part in what is offered",
        _NO_WORK: "nothing in the listing offers work, or a worker",
    }[verdict]
