"""Rarity, the mask and the weight of a pair against a slow, obvious twin."""

from collections import Counter
from dataclasses import replace
from math import floor, log2, sqrt

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking.boilerplate import read_and_mask
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, learn_rarity, one_party_each
from lamplighter.linking.verify import SAME, fill, measure, rules_of, weigh, working_set
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise

PARAMETERS = LinkParameters(heavy_floor=4, heavy_share=0.1)
TEXTS = st.lists(
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=14), min_size=2, max_size=12
)


def _corpus(texts: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    words = {word: i + 2 for i, word in enumerate("abcdefg")}
    tokens = np.array([words[w] for text in texts for w in text], dtype=np.uint32)
    return np.cumsum([0] + [len(t) for t in texts]).astype(np.int64), tokens


def _level(count: int) -> int:
    return floor(STEPS * log2(max(1, count)) + 1e-6)


def _spans(text: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(text[i : i + size]) for i in range(len(text) - size + 1)]


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_rarity_mask_and_weight_equal_a_slow_twin(texts: list[list[str]]) -> None:
    offsets, tokens = _corpus(texts)
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(offsets, tokens, order, PARAMETERS)
    entry, gain = np.zeros((2, len(tokens)), dtype=np.uint8)
    rows = (0, len(texts))
    nothing_masked = replace(PARAMETERS, keep_share=2.0, keep_most=2.0)
    assert read_and_mask(offsets, tokens, rows, rarity, nothing_masked, entry, gain) == 0

    pairs = Counter(pair for text in texts for pair in set(_spans(text, 2)))
    phrases = Counter(phrase for text in texts for phrase in set(_spans(text, 3)))
    heavy = _level(max(4, -(-len(texts) // 10)))
    for row, text in enumerate(texts):
        for at, pair in enumerate(_spans(text, 2)):
            assert entry[offsets[row] + at] == max(1, _level(len(texts)) - _level(pairs[pair]))
            if at:
                before = _level(pairs[tuple(text[at - 1 : at + 1])])
                here = _level(phrases[tuple(text[at - 1 : at + 2])])
                own = round(PARAMETERS.own * STEPS) if here < heavy else 0
                assert gain[offsets[row] + at] == max(own, before - here)

    bare = entry.copy()
    masked = read_and_mask(offsets, tokens, rows, rarity, PARAMETERS, entry, gain)
    hidden_tokens = 0
    for row, text in enumerate(texts):
        covered = set()
        for at, phrase in enumerate(_spans(text, 3)):
            if _level(phrases[phrase]) >= heavy:
                covered |= {at, at + 1, at + 2}
        for at in range(len(text) - 1):
            place = offsets[row] + at
            if entry[place] != bare[place]:
                assert entry[place] == 0 and covered & {at, at + 1}
        if any(entry[offsets[row] + at] == 0 for at in range(len(text) - 1)):
            hidden_tokens += len(covered)
    assert masked == hidden_tokens

    sizes = np.zeros((len(texts), 2), dtype=np.float32)
    table, stamp = working_set(20)
    rules = rules_of(PARAMETERS, len(texts))
    measure(offsets, tokens, entry, order, rules, table, stamp, sizes)
    # A pair in more listings than make a phrase heavy is not a listing's own.
    own_from = STEPS * log2(max(1, len(texts) / max(4, 0.1 * len(texts))))
    open_pairs = [
        {p: sqrt(entry[offsets[r] + i]) for i, p in enumerate(_spans(t, 2)) if entry[offsets[r] + i]}
        for r, t in enumerate(texts)
    ]  # fmt: skip
    stamp[:] = 0
    fill(offsets, tokens, entry, 0, table, stamp, 1)
    for row in range(1, len(texts)):
        weight, sureness = weigh(
            offsets, tokens, entry, gain, np.zeros(len(texts), np.uint8), 0, row, sizes[0], sizes[row], rules, table, stamp, 1,
            row + 1,
        )  # fmt: skip
        shared = set(open_pairs[0]) & set(open_pairs[row])
        if len(shared) < PARAMETERS.shared:
            assert weight == sureness == float(texts[0] == texts[row])
            continue
        common = sum(open_pairs[row][p] for p in shared)
        one, two = sum(open_pairs[0].values()), sum(open_pairs[row].values())
        expected = max(common / (one + two - common), common / min(one, two) / 2)
        mine = [
            {p: root for p, root in each.items() if root**2 > own_from + 1e-6}
            for each in (open_pairs[0], open_pairs[row])
        ]
        one_own, two_own = (sum(each.values()) for each in mine)
        few = False
        if min(one_own / one, two_own / two) >= PARAMETERS.own_share and min(one_own, two_own) > 0:
            both = shared & set(mine[1])
            held_own = sum(mine[1][p] for p in both)
            expected = min(
                expected,
                max(
                    held_own / (one_own + two_own - held_own),
                    held_own / min(one_own, two_own) / 2,
                ),
            )
            few = len(both) < PARAMETERS.own_pairs and expected < SAME
        assert few == (few and sureness == 0)
        assert abs(weight - expected) < 1e-3
        if not few and weight < SAME - 1e-3 and weight >= PARAMETERS.alike / 2:
            bits, inside, runs = 0.0, False, 0
            for at, p in enumerate(_spans(texts[row], 2)):
                place = offsets[row] + at
                held = bool(entry[place]) and p in shared
                if held and inside:
                    bits += gain[place]
                elif held:
                    bits += max(0.0, entry[place] - (STEPS * PARAMETERS.topic if runs else 0))
                    runs += 1
                inside = held
            assert (sureness > 0) == (bits > 0)


def test_a_campaign_counts_as_one_party() -> None:
    groups = np.arange(1000, dtype=np.int32)
    groups[100:400] = 100
    kept = one_party_each(groups, LinkParameters())
    assert len(kept) == 700 + LinkParameters().of_a_party
    assert set(range(100)) | {100, 107, 400, 999} <= set(kept.tolist())
    assert 108 not in kept


def test_only_triples_are_thinned_and_a_shared_passage_keeps_the_same_ones() -> None:
    thai = "กขคงจฉชซญดตถทธนบปผพฟมยรลวสหอฮ"
    texts = ["one two three", "椅子桌子", thai, "ฮฮ" + thai + "ก"]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    offsets, hashes = thinned(tokens)
    assert (np.diff(offsets)[:2] == np.diff(tokens.offsets)[:2]).all()
    one, two = (set(hashes[offsets[i] : offsets[i + 1]].tolist()) for i in (2, 3))
    whole = int(tokens.offsets[3] - tokens.offsets[2])
    assert whole / 5 <= len(one) <= whole / 2
    assert len(one - two) <= 1 and len(two - one) <= 3
