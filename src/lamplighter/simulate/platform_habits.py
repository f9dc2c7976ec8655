"""What a simulated platform does with its listings: honest habits, and planted practices."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lamplighter.foundation.errors import UsageError

PLATFORMS = ("honest", "sanitising", "mixed")


@dataclass(frozen=True)
class PlatformWords:
    """Words of `platforms/<vocabulary>.toml`; see the comments there."""

    filter: tuple[str, ...]
    judgement: tuple[str, ...]
    coached: tuple[str, ...]
    profanity: tuple[str, ...]
    euphemisms: dict[str, str]
    sentence: str
    least: int
    number_message: str
    messages: dict[str, str]
    other_messages: tuple[str, ...]


@dataclass(frozen=True)
class Habits:
    """Odds of each habit, per listing unless said otherwise. Those of honest platforms come first.

    The words that a sanitising platform deletes stand in the listings of every platform.
    """

    terms: float = 0.3  # carries words of the lists
    disguised: float = 0.12  # of those words: written in capitals, apart, or with odd spacing
    reviewed: float = 0.25  # seen by a moderator before it is published
    contact_policy: float = 0.5  # of platforms: contacts in the text are masked
    typo: float = 0.03  # has a misspelt word that the poster or a moderator puts right
    formatted: float = 0.08  # spaces, line ends and markup are changed
    refused: float = 0.02  # refused for an ordinary reason; half of these come again
    removed: float = 0.01  # taken down
    image_removed: float = 0.005
    number: float = 0.03  # has the sentence with the number
    # Practices.
    filter: bool = False
    filter_scope: bool = False  # only in some categories
    manual: float = 0.0  # of moderators
    coached: float = 0.0
    reentry: float = 0.0
    missing: bool = False


HABITS = {
    "honest": Habits(),
    "sanitising": Habits(filter=True, manual=1.0, coached=0.006, reentry=0.004, missing=True),
    "mixed": Habits(filter=True, filter_scope=True, manual=0.25, coached=0.003, reentry=0.002),
}


def habits_of(platform: str) -> Habits:
    """The habits of a kind of platform. Raises `UsageError` for an unknown one."""
    if platform not in HABITS:
        raise UsageError(
            f"There is no platform {platform!r}.", where="--platform",
            hint="Use " + ", ".join(PLATFORMS) + ".",
        )  # fmt: skip
    return HABITS[platform]


@cache
def platform_words(vocabulary: str) -> PlatformWords:
    """The words of a vocabulary: `default` or `second`. Raises `UsageError` for another."""
    path = files("lamplighter.simulate").joinpath("platforms", f"{vocabulary}.toml")
    if not path.is_file():
        raise UsageError(
            f"There is no vocabulary {vocabulary!r}.", where="--vocabulary",
            hint="Use default or second.",
        )  # fmt: skip
    data = tomllib.loads(path.read_text("utf-8"))
    return PlatformWords(
        filter=tuple(data["filter"]),
        judgement=tuple(data["judgement"]),
        coached=tuple(data["coached"]),
        profanity=tuple(data["profanity"]),
        euphemisms=dict(data["euphemisms"]),
        sentence=data["number"]["sentence"],
        least=data["number"]["least"],
        number_message=data["number"]["message"],
        messages={name: text for name, text in data["messages"].items() if name != "other"},
        other_messages=tuple(data["messages"]["other"]),
    )
