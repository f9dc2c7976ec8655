"""Labelled quality sets, deterministic by name, number, seed and vocabulary.

`python -m bench classes` lists them. The first eight and the scripts imitate the classes of the
project's quality table; the others are what a stranger might bring. Texts are bland.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from random import Random
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bench.sets.campaigns import Maker, sizes
from bench.sets.recipe import FEW, RATES, TECHNIQUES, Recipe

Which = Literal["dev", "held-out"]

_ACCENTS = ("french", "spanish", "portuguese", "vietnamese")
_EVADE = (0.10, 0.25)
_PAD = (0.20, 0.60)

# What the table's peer reaches tells how hard its classes are: only the first two have many edits.
_FEW = replace(Recipe(""), rates=FEW)
_MILD = replace(_FEW, scattered=(0, 2), ends=True)


def _script(name: str, about: str, *languages: str) -> dict[str, Recipe]:
    return {
        name: replace(_MILD, about=about, languages=languages),
        f"{name}-edits": Recipe(f"{about}; scattered, 0–16 % edits", languages=languages),
    }


CLASSES: dict[str, Recipe] = {
    "scattered": Recipe("scattered slots, 0–16 % word edits"),
    "boiler": Recipe("scattered; one of six stock sentences on 30 % of all", stock=0.30),
    "evasion": replace(_FEW, about="10–25 % of a campaign's words disguised", evasion=_EVADE),
    "padding": replace(_FEW, about="20–60 % unrelated text, sentences shuffled", padding=_PAD),
    "forms": Recipe("half of the singles are filled-in forms", forms=0.5),
    **_script("chinese", "Chinese, no spaces", "chinese"),
    **_script("japanese", "Japanese, no spaces", "japanese"),
    **_script("thai", "Thai, no spaces within a sentence", "thai"),
    **_script("accents", "French, Spanish, Portuguese and Vietnamese", *_ACCENTS),
    **_script("cyrillic", "Cyrillic script", "cyrillic"),
    **_script("arabic", "Arabic script", "arabic"),
    "evasion-edits": Recipe("evasion on top of 0–16 % edits", evasion=_EVADE),
    "padding-light": replace(_FEW, about="17–37 % unrelated text", padding=(0.17, 0.37)),
    "padding-edits": Recipe("padding on top of 0–16 % edits", padding=_PAD),
    **{
        f"evasion-{t}": replace(_FEW, about=f"evasion, mostly {t}", evasion=_EVADE, technique=t)
        for t in TECHNIQUES
    },
    "evasion-cyrillic": replace(
        _FEW, about="evasion in Cyrillic", languages=("cyrillic",), evasion=_EVADE
    ),
    "forms-terse": Recipe("forms with one-word values", forms=0.5, form_values=(1,)),
    "forms-1": Recipe("one kind of form", forms=0.5, form_kinds=(1, 1)),
    "forms-8": Recipe("eight kinds of form", forms=0.5, form_kinds=(8, 8)),
    "forms-inline": Recipe("forms in one line", forms=0.5, form_layout="inline"),
    "forms-lines": Recipe("forms, a label a line", forms=0.5, form_layout="lines"),
    "forms-reposted": Recipe(
        "forms; a third of the campaigns repost one form with one or two values changed",
        forms=0.5,
        form_campaigns=0.33,
    ),
    "forms-chinese": Recipe("forms in Chinese", languages=("chinese",), forms=0.5),
    "forms-few": Recipe(
        "forms of two to four fields in Spanish, Cyrillic and Arabic script",
        languages=("spanish", "cyrillic", "arabic"),
        forms=0.5,
        form_fields=(2, 4),
    ),
    "goods": Recipe(
        "5–12 words for sixty popular models; campaigns add 12–24 words of their own",
        source="goods",
        words=(12, 24),
        alone=(0, 0),
        ends=True,
        scattered=(0, 1),
    ),
    "website": Recipe(
        "unrelated agencies on ten website frames, 20–40 words about the object",
        source="website",
        words=(20, 40),
        ends=True,
    ),
    "quotes": Recipe(
        "one of 24 quotes of 20–50 words in half of all listings", source="quotes", ends=True
    ),
    "tiny": Recipe("5–12 words and slots", words=(5, 12), scattered=(0, 1), rates=FEW),
    "pairs-edits": Recipe("campaigns of two, 16 % word edits", sizes="pairs", rates=(0.16,)),
    "tongues": Recipe(
        "campaigns in three languages on one phone",
        languages=("plain", "french", "cyrillic"),
        tongues=True,
    ),
    "switchboard": Recipe("a fifth of the singles share ten phones", switchboard=0.2),
    "accents-loose": Recipe(
        "15 % of the words without accents or decomposed", languages=_ACCENTS, loose_accents=0.15
    ),
    "boiler-heavy": Recipe(
        "2–4 of 30 stock sentences, in a long tail, in every listing",
        stock=1.0,
        stock_count=(2, 4),
        stock_kinds=30,
        stock_at="any",
    ),
    "catalogue": Recipe(
        "a maker's paragraph, one of 28 of three sentences, in 40 % of all",
        stock=0.4,
        stock_kinds=30,
        stock_block=3,
        stock_at="any",
    ),
    "borrowed": Recipe("a tenth of the singles copy sentences of campaigns", borrowed=0.1),
    "noisy": Recipe("capitals, odd punctuation and line breaks at a fifth of the words", noise=0.2),
    "edits-heavy": Recipe("16–30 % word edits", rates=(0.16, 0.2, 0.25, 0.3)),
    "pairs": Recipe("campaigns of two", sizes="pairs"),
    "sizes": Recipe("campaigns of 2 to 5,000, few of them big", sizes="zipf"),
    "short": Recipe("8–16 words and slots", words=(8, 16), scattered=(0, 2)),
    "long": Recipe("200–400 words", words=(200, 400), scattered=(8, 20)),
    "bilingual": Recipe(
        "every text in two languages, in either order",
        languages=("plain", "spanish"),
        words=(20, 32),
        bilingual=True,
    ),
    "singles": Recipe("no campaigns at all", planted=0.0, stock=0.3),
    "numbers": Recipe(
        "spec sheets: strangers differ in digits only; campaigns have words of their own",
        source="sheets",
    ),
    "natural": Recipe("phrases of real marketplaces", source="natural", ends=True),
    "natural-boiler": Recipe(
        "natural, 1–3 of 30 stock sentences on 60 %",
        source="natural",
        ends=True,
        stock=0.6,
        stock_count=(1, 3),
        stock_kinds=30,
        stock_at="any",
    ),
    "natural-evasion": replace(
        _FEW, about="natural, with evasion", source="natural", ends=True, evasion=_EVADE
    ),
    "natural-padding": replace(
        _FEW, about="natural, with padding", source="natural", ends=True, padding=_PAD
    ),
    "volume": Recipe(
        "85 words, big campaigns and stock sentences: the set for speed and memory",
        words=(46, 74),
        planted=0.30,
        sizes="zipf",
        rates=RATES[:5],
        stock=0.8,
        stock_count=(0, 4),
        stock_kinds=30,
        stock_at="any",
    ),
    "mixed": Recipe(
        "several languages, stock sentences, some evasion, padding and forms, all sizes",
        languages=("plain", "plain", "plain", "french", "cyrillic", "chinese", "thai"),
        sizes="zipf",
        words=(20, 110),
        stock=0.4,
        stock_count=(1, 3),
        stock_kinds=30,
        stock_at="any",
        evasion=_EVADE,
        evaded=0.3,
        padding=_PAD,
        padded=0.3,
        forms=0.3,
        form_campaigns=0.1,
    ),
}

REACH: dict[str, float] = {  # F1 that the project set itself, at precision .995
    **dict.fromkeys(("scattered", "boiler", "accents", "cyrillic", "arabic"), 0.995),
    **dict.fromkeys(("evasion", "padding", "forms", "chinese", "japanese", "thai"), 0.98),
}


def make_set(
    name: str, listings: int, seed: int, vocabulary: Which
) -> tuple[list[str], list[str], NDArray[np.int64]]:
    """Ids, texts and truth of `listings` rows of the class `name`, shuffled.

    truth: (listings,) int64, the number of the planted campaign, -1 for a single. A set of one
    name, size, seed and vocabulary is always the same. `ValueError` for an unknown name.
    """
    if name not in CLASSES:
        raise ValueError(f"no class {name!r}; there are {', '.join(CLASSES)}")
    recipe = CLASSES[name]
    rng = Random(zlib.crc32(f"{name}/{seed}/{vocabulary}".encode()))
    plan = sizes(recipe, listings, rng)
    maker = Maker(recipe, vocabulary, rng)
    texts: list[str] = []
    for size in plan:
        texts += maker.campaign(size)
    truth = np.full(listings, -1, np.int64)
    truth[: len(texts)] = np.repeat(np.arange(len(plan), dtype=np.int64), plan)
    texts += [maker.single() for _ in range(listings - len(texts))]
    order = np.random.default_rng(rng.getrandbits(32)).permutation(listings)
    ids = [f"{name}-{at:08d}" for at in range(listings)]
    return ids, [texts[at] for at in order.tolist()], truth[order]
