"""Which terms came back as what refused posters left out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import Hunks
from lamplighter.concealment.change import Change
from lamplighter.concealment.hunks import LONGEST_TERM, REMOVED, REPLACED
from lamplighter.concealment.resubmissions import Resubmissions
from lamplighter.concealment.stretches import words_of
from lamplighter.concealment.strip_list import candidates_of, recover
from lamplighter.concealment.terms import Corpus, find_terms, sequence_keys, term_table
from lamplighter.concealment.token_state import GONE, UNCLEAR, mark_tokens, token_states
from lamplighter.text.tokens import Tokens

I64 = NDArray[np.int64]

_MOST_EVENTS = 5_000_000


def coached_terms(
    found: Resubmissions, best: list[int], changes: list[Change], hunks: Hunks,
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
