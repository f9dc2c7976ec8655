"""A notice as Regulation (EU) 2022/2065 (DSA), art. 16(2), wants it, and what it lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

#: Bytes of an explanation (the ledger's own bound of a notice), characters of the rest.
MOST_EXPLANATION, MOST_LISTING, MOST_NAME, MOST_EMAIL = 10_000, 500, 200, 254
#: Not RFC 5322: one @, no blanks, something on both sides. An answer is tried, not promised.
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,189}")


class Kind(StrEnum):
    """What it is about. For CHILD nobody has to say who they are (art. 16(2)(c))."""

    CHILD = "child"
    CONTROL = "control"
    FRAUD = "fraud"
    GOODS = "goods"
    OTHER = "other"


#: As people read them.
WORDS = {
    Kind.CHILD: "A child may be sexually abused or exploited",
    Kind.CONTROL: "Someone may be forced, controlled or trafficked",
    Kind.FRAUD: "A fraud, a false offer",
    Kind.GOODS: "Goods or services that are not lawful",
    Kind.OTHER: "Something else that is not lawful",
}


class Channel(StrEnum):
    """Who tells. Flaggers have a key; victims and families are asked nothing they need not say."""

    PUBLIC = "public"
    FLAGGER = "flagger"
    HELP = "help"


@dataclass(frozen=True)
class Notice:
    """What was told. `listing`: an address or the id of a listing."""

    kind: Kind
    channel: Channel
    listing: str
    explanation: str
    name: str = ""
    email: str = ""
    good_faith: bool = False


def lacks(notice: Notice) -> dict[str, str]:
    """What is missing or too long, by field; empty where it can be taken."""
    found: dict[str, str] = {}
    if not notice.explanation:
        found["explanation"] = "Say what is wrong, and why you think so."
    if len(notice.explanation.encode()) > MOST_EXPLANATION:
        found["explanation"] = f"That is longer than {MOST_EXPLANATION:,} bytes."
    for name, most in (("listing", MOST_LISTING), ("name", MOST_NAME), ("email", MOST_EMAIL)):
        if len(getattr(notice, name).encode()) > most:
            found[name] = f"That is longer than {most} bytes."
    if notice.email and not _EMAIL.fullmatch(notice.email):
        found["email"] = "That is no e-mail address."
    if notice.channel is Channel.HELP:
        return found
    if not notice.listing:
        found["listing"] = "Say where it is: the address of the listing, or its number."
    if notice.channel is Channel.PUBLIC and notice.kind is not Kind.CHILD:
        if not notice.name:
            found["name"] = "Your name is needed, but where a child may be abused."
        if not notice.email:
            found["email"] = "Your e-mail address is needed, but where a child may be abused."
    if not notice.good_faith:
        found["good_faith"] = "Confirm that you believe what you say to be accurate."
    return found
