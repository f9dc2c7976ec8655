"""What is refused before it is weighed would have been refused by its weight."""

import numpy as np
import pyarrow as pa

from bench.classes import make_set
from lamplighter.engines.base import TextCorpus
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.progress import Steps
from lamplighter.linking import similarities as module
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.refusal import at_most, put_tags, tag_table
from lamplighter.text.tokens import tokenise


def test_bounds_are_not_below_what_two_texts_share() -> None:
    random = np.random.default_rng(3)
    for _ in range(200):
        words = random.integers(1, 30, (2, 40)).astype(np.uint32) * np.uint32(2_654_435_761)
        entry = random.integers(0, 60, (2, 40)).astype(np.uint8)
        gain = random.integers(0, 20, 40).astype(np.uint8)
        room = tag_table(64)
        size = put_tags(words[0], entry[0], 0, 40, room)
        if size == 0:
            continue
        known = {(a, b) for a, b, e in zip(words[0], words[0][1:], entry[0], strict=False) if e}
        count, weight, bits, before = 0, 0.0, 0.0, False
        for i in range(39):
            both = entry[1, i] > 0 and (words[1, i], words[1, i + 1]) in known
            if both:
                count += 1
                weight += float(np.sqrt(entry[1, i]))
                bits += gain[i] if before else max(0, int(entry[1, i]) - 20)
            before = both
        found = at_most(words[1], entry[1], gain, 0, 40, room, size, 20)
        assert found[0] == count
        assert weight <= found[1] <= weight + count / 64 + 1e-6
        assert found[2] == bits + 20


def test_refusing_changes_no_link() -> None:
    _, texts, _ = make_set("mixed", 1_000, 4, "dev")
    tokens = tokenise(pa.array(texts, pa.large_string()))
    unknown = np.full(len(texts), -1, dtype=np.int32)
    corpus = TextCorpus(tokens.offsets, tokens.hashes, np.arange(len(texts)), unknown)
    asked = []
    engine = LocalEngine(1)
    weights = engine._weights

    def remember(texts, sizes, pairs, rules):  # type: ignore[no-untyped-def]
        out = weights(texts, sizes, pairs, rules)
        # A copy: where labels are found, the rarity of these is held down in place.
        asked.append((texts._replace(entry=texts.entry.copy()), sizes, pairs, rules, out))
        return out

    engine._weights = remember  # type: ignore[method-assign]
    engine.link_texts(corpus, LinkParameters(), Steps(quiet=True))
    texts_, sizes, pairs, rules, out = asked[0]
    from lamplighter.linking.verify import ALIKE, fill, weigh, working_set

    table, stamp = working_set(4096)
    hit = 0
    for at in range(0, len(pairs), 7):
        a, b = (int(pairs[at]) >> 32, int(pairs[at]) & 0xFFFFFFFF)
        hit += 2
        row, other = corpus.order[a], corpus.order[b]
        fill(texts_.offsets, texts_.tokens, texts_.entry, row, table, stamp, hit - 1)
        weight, sure = weigh(
            texts_.offsets, texts_.tokens, texts_.entry, texts_.gain, texts_.apart, row, other,
            sizes[a], sizes[b], rules, table, stamp, hit - 1, hit,
        )  # fmt: skip
        enough = 1.0 if weight >= rules[ALIKE] else module.UNLIKE
        assert out[at] == np.float32(weight if sure >= enough else 0.0)
