"""The facts that a screening policy may read, by name."""

from __future__ import annotations

import re

#: Facts that are numbers, and what they are (docs/screening.md lists them).
NUMBERS = {
    "words": "words of title and text",
    "contacts": "distinct contacts that the listing gives",
    "obscured": "contacts written so that machines miss them",
    "evasive": "words spelled to escape a filter",
    "images": "pictures with a hash",
    "price": "the price as given; 0 where none is",
    "known.copies": "known listings of others with an alike text (at most 24 are looked for)",
    "known.likeness": "how alike the most alike of them is, from 0 to 1",
    "known.contacts": "contacts that known listings of one party give too",
    "known.hubs": "contacts that many parties give, as a hotline is",
    "known.images": "pictures that known listings show too, within 31 of 256 bits",
    "known.account": "known listings of the same account",
    "operation.score": "score of the operation that the listing resembles",
    "operation.listings": "listings of that operation",
    "operation.ties": "ways in which the listing resembles it: text, contact, image, account",
    "operation.likeness": "how alike the most alike text of that operation is, from 0 to 1",
    "operation.contacts": "contacts shared with it that are one party's own: no web address, no many accounts",
    "template.listings": "listings of the template that the text follows",
    "lists.refuse": "exact matches with lists that the operator uses to refuse",
    "lists.hold": "exact matches with lists that the operator uses to hold",
    "lists.note": "exact matches with lists that the operator only notes",
    "lists.near": "pictures like a listed one, within 31 bits, but not the same",
}
#: Facts that are texts.
TEXTS = {
    "operation.band": "band of the operation that the listing resembles: A, B, C or D",
    "operation.tie": "the strongest way in which it does: text, contact, image or account",
    "operation.trade": "what that operation seems to offer",
    "language": "language of the text (ISO 639), given or detected",
}
#: Facts of lexicon categories and of single lists, of whichever name.
LANGUAGE = re.compile(r"^language\.([a-z0-9-]+)(\.set-aside)?$")
LISTED = re.compile(r"^list\.([a-z0-9-]+)(\.near)?$")
#: Reasons of an operation, by their names in the policy of bands.
SAYS = re.compile(r"^operation\.says\.([a-z0-9-]+)$")

#: Facts of which a rule that refuses must require one: exact matches with the operator's lists.
EXACT = re.compile(r"^(lists\.refuse|list\.[a-z0-9-]+)$")


def is_number(name: str) -> bool:
    """Whether it is a known fact that is a number."""
    return name in NUMBERS or any(kind.match(name) for kind in (LANGUAGE, LISTED, SAYS))
