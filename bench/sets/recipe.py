"""What a class of labelled sets is made of, as data."""

from __future__ import annotations

from dataclasses import dataclass

RATES = (0.0, 0.02, 0.04, 0.08, 0.12, 0.16)
FEW = (0.0, 0.01, 0.02, 0.03, 0.05)
TECHNIQUES = ("leet", "spacing", "homoglyph", "zero-width", "emoji")


@dataclass(frozen=True)
class Recipe:
    """Everything that distinguishes one class from another. Shares are fractions of 1."""

    about: str
    languages: tuple[str, ...] = ("plain",)
    words: tuple[int, int] = (37, 61)  # fewest and most words of a text, before slots
    planted: float = 0.20  # share of listings that belong to campaigns
    sizes: str = "even"  # "even" 5–40, "pairs", "zipf" 2–5,000
    rates: tuple[float, ...] = RATES  # word-edit rate, one drawn per campaign
    scattered: tuple[int, int] = (1, 4)  # mid-sentence slots of a template
    ends: bool = False  # the named slots stand at the ends of the text only
    own_phone: float = 0.3  # share of campaigns with a new phone in every listing
    stock: float = 0.0  # share of ALL listings with stock sentences
    stock_count: tuple[int, int] = (1, 1)
    stock_kinds: int = 6
    stock_block: int = 1  # so many consecutive stock sentences at a time
    stock_at: str = "end"  # "end" or "any"
    evasion: tuple[float, float] | None = None  # share of a campaign's words, drawn per campaign
    evaded: float = 1.0  # share of campaigns that evade
    technique: str | None = None  # the dominant one, or any
    padding: tuple[float, float] | None = None  # unrelated share of a text, drawn per listing
    padded: float = 1.0  # share of campaigns that pad
    forms: float = 0.0  # share of singles that are filled-in forms
    form_kinds: tuple[int, int] = (1, 8)
    form_layout: str | None = None  # "lines", "inline", or any
    form_values: tuple[int, ...] = (1, 1, 2, 2, 3, 4)  # words of a value, one drawn per field
    form_fields: tuple[int, int] = (5, 12)
    form_campaigns: float = 0.0  # share of campaigns that repost one filled-in form
    bilingual: bool = False  # every text in two languages, in either order
    borrowed: float = 0.0  # share of singles that copy one or two sentences of some campaign
    noise: float = 0.0  # share of words in capitals, with odd punctuation or a line break after
    loose_accents: float = 0.0  # share of words written without their accents, or decomposed
    source: str = "speech"  # "speech", "natural", "sheets", "goods", "website", "quotes"
    alone: tuple[int, int] | None = None  # words of a single, if other than those of a campaign
    tongues: bool = False  # each listing of a campaign in one of the languages, on one phone
    switchboard: float = 0.0  # share of singles with one of ten numbers of a mall or a desk
