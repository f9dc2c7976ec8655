"""Tables of the audit: each declared once (DESIGN 4.5 and what it leaves open)."""

from __future__ import annotations

import pyarrow as pa

_TEXT, _WORDS = pa.large_string(), pa.large_list(pa.large_string())
_TIME = pa.timestamp("us", tz="UTC")

#: What happened to a listing's version pair.
CLASSES = (
    "unchanged",  # same words, same writing
    "formatting",  # same words; spacing, case, punctuation or markup differ
    "respelt",  # only slips of spelling are put right
    "contact_masked",  # only identifiers went, with a few words around them
    "indicator_removed_published",  # a term went, and the listing was published without it
    "indicator_removed_refused",  # a term went, and the listing was refused all the same
    "replaced_by_euphemism",  # a term went, and the same other words stand in its place each time
    "policy_words_removed",  # only words went that openly stated rules explain
    "habit_removed",  # only what a habit of the platform takes that chooses no words
    "image_removed",  # an image went, the text stayed
    "listing_removed",  # the whole listing was taken down
    "refused",  # never published
    "poster_edit",  # the poster's own change
    "other_edit",  # other words differ
    "no_original",  # published, and no submitted version was kept
    "not_published",  # no published version, and no word why
)

#: One row per pair, in the order of listing_id.
EDIT_SCHEMA = pa.schema(
    [
        pa.field("listing_id", _TEXT, nullable=False),
        pa.field("class", _TEXT, nullable=False),
        pa.field("removed_terms", _WORDS),  # stretches of words that went, as written
        pa.field("added_terms", _WORDS),  # and that came
        pa.field("strip_terms", _WORDS),  # those of them on the recovered strip list
        pa.field("indicators", _WORDS),  # entries of the lexicon that went
        pa.field("actor", _TEXT),
        pa.field("automatic", pa.bool_(), nullable=False),  # see acts.py
        pa.field("delay_seconds", pa.float64()),  # from posting to publication
        pa.field("published", pa.bool_(), nullable=False),
    ]
)

#: How often a way of writing a term survived.
_VARIANT = pa.struct(
    [
        pa.field("form", _TEXT),  # plain, capitals, disguised
        pa.field("present", pa.int64()),
        pa.field("removed", pa.int64()),
    ]
)

#: How a term fared in a stretch of time, as long as those of the rates.
_PERIOD = pa.struct(
    [
        pa.field("first", _TIME),
        pa.field("present", pa.int64()),
        pa.field("removed", pa.int64()),
    ]
)

#: One row per recovered term, the surest first.
STRIP_SCHEMA = pa.schema(
    [
        pa.field("term", _TEXT, nullable=False),
        pa.field("present", pa.int64(), nullable=False),  # listings submitted with it
        pa.field("removed", pa.int64(), nullable=False),  # of these, published without it
        # In force: while and where it was on the list, in the forms that are caught.
        pa.field("rate", pa.float64(), nullable=False),
        pa.field("low", pa.float64(), nullable=False),  # 95 %, Clopper–Pearson
        pa.field("high", pa.float64(), nullable=False),
        pa.field("p_value", pa.float64(), nullable=False),  # against chance, Holm-adjusted
        pa.field("first_seen", _TIME),  # first and last removal
        pa.field("last_seen", _TIME),
        pa.field("kind", _TEXT, nullable=False),  # filter or judgement
        pa.field("reason", _TEXT, nullable=False),
        pa.field("present_in_force", pa.int64(), nullable=False),
        pa.field("removed_in_force", pa.int64(), nullable=False),
        pa.field("entered", _TIME),  # it survived before; null if it may always have been listed
        pa.field("left", _TIME),  # it survives since
        pa.field("categories", _WORDS),  # only these; null if all
        pa.field("variants", pa.large_list(_VARIANT), nullable=False),
        pa.field("survives_disguised", pa.bool_(), nullable=False),  # the mark of a filter
        pa.field("by_people", pa.float64(), nullable=False),  # share of removals by named people
        pa.field("replaced_by", _TEXT),  # what stands in its place each time
        pa.field("explanation", _TEXT),  # innocent, of `innocent.EXPLANATIONS`; null if none
        pa.field("accounts", pa.int64(), nullable=False),  # different accounts it was taken from
        pa.field("periods", pa.large_list(_PERIOD)),  # those it stood in; null without times
    ]
)

#: One row per named actor, and one for those not named (`actor` empty).
ACTOR_SCHEMA = pa.schema(
    [
        pa.field("actor", _TEXT, nullable=False),
        pa.field("edits", pa.int64(), nullable=False),  # pairs with words removed or replaced
        pa.field("automatic_share", pa.float64()),  # of these edits; null without times
        pa.field("indicators_removed", pa.int64(), nullable=False),  # listings losing such a term
        # Chance that two listings with the same term are treated alike; null if never put to it.
        pa.field("consistency", pa.float64()),
        pa.field("seen", pa.int64(), nullable=False),  # pairs handled
        pa.field("refused", pa.int64(), nullable=False),
        pa.field("median_delay_seconds", pa.float64()),
        pa.field("removal_rate", pa.float64()),  # of listed terms in unexplained terms
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("colleagues_rate", pa.float64()),  # the same terms before others
        pa.field("p_value", pa.float64()),  # treated as colleagues do; Holm over actors
        pa.field("person", pa.bool_(), nullable=False),  # named, and not too fast for one
    ]
)

#: Rates by period, category or actor: `by` says which, `value` of what.
RATE_SCHEMA = pa.schema(
    [
        pa.field("by", _TEXT, nullable=False),
        pa.field("value", _TEXT, nullable=False),
        pa.field("published", pa.int64(), nullable=False),
        pa.field("sanitised", pa.int64(), nullable=False),  # published without an unexplained term
        pa.field("rate", pa.float64(), nullable=False),
        pa.field("low", pa.float64(), nullable=False),  # 95 %, Wilson
        pa.field("high", pa.float64(), nullable=False),
    ]
)
