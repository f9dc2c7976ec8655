"""A block of listings treated as a platform treats them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from lamplighter.simulate.platform_edits import (
    TermFinder,
    disguised,
    inserted,
    masked,
    misspelt,
    reformatted,
    reworded,
    without,
)
from lamplighter.simulate.platform_habits import Habits, PlatformWords
from lamplighter.simulate.words import CATEGORIES

_MODERATORS = 8
_SECOND_US = 1_000_000
_MADE = (
    "listing_id", "text", "title", "posted_at", "price", "published_title", "published_text",
    "published_at", "moderated_by", "moderation_action", "moderation_message",
)  # fmt: skip


class Practice(NamedTuple):
    """A row of the truth: see `platform.PLATFORM_TRUTH`."""

    listing_id: str
    practice: str
    term: str = ""
    chain: str = ""


class Treated(NamedTuple):
    """Columns that the platform decides, the source row of each, and the truth."""

    columns: dict[str, list[Any]]
    source: list[int]
    truth: list[Practice]


class Desk:
    """One platform with its settings, drawn from the seed: the same for every block."""

    def __init__(
        self, platform: str, habits: Habits, words: PlatformWords, listings: int, seed: int
    ) -> None:
        chance = np.random.default_rng([seed, len(platform), 75])
        self.habits, self.words, self.listings = habits, words, listings
        self.masks_contacts = bool(chance.uniform() < habits.contact_policy)
        self.screen = "screen" if chance.uniform() < 0.5 else None
        self.sensitive = bool(chance.uniform() < 0.5)
        self.scope = (
            set(chance.permutation(len(CATEGORIES))[:4].tolist()) if habits.filter_scope else None
        )
        self.titles = bool(chance.uniform() < 0.5)
        # In force from … to, as shares of the time: most terms always, some enter, some leave.
        draws = chance.uniform(size=(len(words.filter), 4))
        self.window = {
            term: (
                0.25 + 0.4 * draw[1] if draw[0] < 0.12 else -1.0,
                0.6 + 0.3 * draw[3] if draw[2] < 0.08 else 2.0,
            )
            for term, draw in zip(words.filter, draws, strict=True)
        }
        self.strict = chance.uniform(0.35, 0.9, _MODERATORS) * (
            np.arange(_MODERATORS) < round(_MODERATORS * habits.manual)
        )
        self.listed = (*words.filter, *words.judgement)
        weights = 1 / (chance.permutation(len(self.listed)) + 12.0)
        self.weights = weights / weights.sum()
        self.gaps = [
            (at, at + max(40, listings // 300)) for at in chance.integers(0, listings, 4).tolist()
        ] if habits.missing else []  # fmt: skip
        self.filter = TermFinder(words.filter, case_sensitive=self.sensitive)
        self.profanity = TermFinder(words.profanity)
        self.judgement = TermFinder(words.judgement)
        self.any_case = TermFinder(words.filter)

    def treat(self, batch: pa.RecordBatch, first: int, chance: Generator) -> Treated:
        """What becomes of the listings with the numbers from `first` on."""
        return _Treatment(self, batch, first, chance).run()


class _Treatment:
    """The state of one block."""

    def __init__(self, desk: Desk, batch: pa.RecordBatch, first: int, chance: Generator) -> None:
        self.desk, self.chance, self.first = desk, chance, first
        names = batch.schema.names
        column = {name: batch.column(names.index(name)) for name in names}
        self.ids: list[str] = column["listing_id"].to_pylist()
        self.titles: list[str] = column["title"].to_pylist()
        self.texts: list[str] = column["text"].to_pylist()
        self.accounts: list[str] = column["account_id"].to_pylist()
        self.posted: list[int] = column["posted_at"].cast(pa.int64()).to_pylist()
        self.prices: list[float | None] = column["price"].to_pylist()
        number = {name: at for at, name in enumerate(CATEGORIES)}
        self.category = [number[name] for name in column["category"].to_pylist()]
        self.out = Treated({name: [] for name in _MADE}, [], [])

    def run(self) -> Treated:
        """All rows, in order of posting."""
        count = len(self.ids)
        draw = self.chance.uniform(size=(count, 12))
        mod = self.chance.integers(_MODERATORS, size=count)
        words = self.chance.choice(len(self.desk.listed), size=(count, 2), p=self.desk.weights)
        for row in range(count):
            self._row(row, draw[row], int(mod[row]), words[row])
        return self.out

    def _row(self, row: int, draw: Any, mod: int, words: Any) -> None:
        desk, habits = self.desk, self.desk.habits
        text = self.texts[row]
        if draw[0] < habits.terms:
            for at in range(2 if draw[1] < 0.25 else 1):
                term = desk.listed[int(words[at])]
                hidden = self.chance.uniform() < habits.disguised
                text = inserted(text, disguised(term, self.chance) if hidden else term, self.chance)
        if draw[2] < habits.number:
            text = f"{text} {desk.words.sentence.format(self._number(1))}"
        if draw[3] < 0.01:
            word = desk.words.profanity[int(self.chance.integers(len(desk.words.profanity)))]
            text = inserted(text, word, self.chance)
        if draw[4] < habits.coached:
            self._coached(row, text)
        elif draw[4] < habits.coached + habits.reentry:
            self._reentered(row, text)
        elif draw[5] < habits.refused:
            self._refused(row, text)
        else:
            moderator = f"mod-{mod + 1}" if draw[6] < habits.reviewed else None
            self._publish(row, self.ids[row], text, self.posted[row], mod, moderator, draw[7:])

    def _number(self, factor: int) -> int:
        """A number that is let through; with factor 0 one that is not."""
        least = self.desk.words.least
        if factor:
            return least + int(self.chance.integers(least * 2))
        return 1 + int(self.chance.integers(least - 1))

    def _emit(self, source: int, **values: Any) -> None:
        self.out.source.append(source)
        values.setdefault("title", self.titles[source])
        values.setdefault("price", self.prices[source])
        for name in _MADE:
            self.out.columns[name].append(values.get(name))

    def _note(self, *fields: str) -> None:
        self.out.truth.append(Practice(*fields))

    def _in_force(self, term: str, when: float) -> bool:
        start, end = self.desk.window[term]
        return start <= when < end

    def _publish(
        self, row: int, name: str, text: str, posted: int, mod: int, moderator: str | None,
        draw: Any, chain: str = "",
    ) -> None:  # fmt: skip
        desk, habits, chance = self.desk, self.desk.habits, self.chance
        shown, actor, action = text, moderator, "published"
        if draw[0] < habits.typo and not chain:
            text = misspelt(text, chance)
            if len(desk.any_case.find(text)) < len(desk.any_case.find(shown)):
                text = shown  # a listed word stays whole, or the truth would not hold
            if text != shown:
                self._note(name, "typo")
                actor, action = moderator or self.accounts[row], "edited"
        when = (self.first + row) / desk.listings
        title = published_title = self.titles[row]
        if habits.filter and (desk.scope is None or self.category[row] in desk.scope):
            found = desk.filter.find(title) if desk.titles else []
            if in_title := [span for span in found if self._in_force(span[2], when)]:
                published_title = without(title, in_title, desk.words.euphemisms) or "-"
                for term in sorted({span[2] for span in in_title}):
                    self._note(name, "automatic_filter", term)
            spans = [span for span in desk.filter.find(shown) if self._in_force(span[2], when)]
            if spans:
                shown = without(shown, spans, desk.words.euphemisms)
                actor = actor or desk.screen
                for term in sorted({span[2] for span in spans}):
                    self._note(name, "automatic_filter", term)
        if moderator and desk.strict[mod] > 0:
            shown, action = self._by_hand(name, shown, desk.strict[mod], action)
        foul = desk.profanity.find(shown)
        if foul:
            shown = without(shown, foul, "****")
            self._note(name, "profanity", foul[0][2])
        if desk.masks_contacts and (hidden := masked(shown)) != shown:
            shown = hidden
            self._note(name, "contact_masked")
        if draw[1] < habits.formatted:
            shown = reformatted(shown, chance)
            self._note(name, "formatting")
        wait = float(chance.lognormal(7.2, 0.9)) if moderator else float(chance.uniform(1, 4))
        published = posted + int(wait) * _SECOND_US
        if draw[2] < habits.removed:
            self._note(name, "removed")
            self._emit(row, listing_id=name, text=text, posted_at=posted,
                       moderated_by=moderator or "mod-1", moderation_action="removed")  # fmt: skip
            return
        if draw[3] < habits.image_removed:
            self._note(name, "image_removed")
            action, actor = "image removed", moderator or "mod-2"
        if habits.missing:
            if any(low <= self.first + row < high for low, high in desk.gaps):
                self._note(name, "missing_originals", "gap")
                return
            if action == "edited" and shown != text and chance.uniform() < 0.3:
                self._note(name, "missing_originals", "overwritten")
                text = shown
            elif draw[4] < 0.008:
                self._note(name, "missing_originals", "unsaved")
                text, title = "", ""
            elif draw[4] < 0.011:
                self._note(name, "missing_originals", "clock")
                published = posted - int(chance.integers(3601, 90_000)) * _SECOND_US
        self._emit(
            row, listing_id=name, title=title or None, text=text, posted_at=posted,
            published_title=published_title, published_text=shown, published_at=published,
            moderated_by=actor, moderation_action=action,
        )  # fmt: skip

    def _by_hand(self, name: str, text: str, strict: float, action: str) -> tuple[str, str]:
        """A moderator takes out listed words that the filter left, most of the time."""
        spans = [span for span in self.desk.judgement.find(text) if self.chance.uniform() < strict]
        text = without(text, spans) if spans else text
        late = [
            span for span in self.desk.any_case.find(text)
            if self.desk.sensitive and self.chance.uniform() < strict
            and text[span[0] : span[1]].isupper()
        ]  # fmt: skip
        text = without(text, late) if late else text
        for span in (*spans, *late):
            self._note(name, "manual_sanitising", span[2])
        return text, "edited" if spans or late else action

    def _refuse(self, row: int, text: str, message: str | None) -> None:
        self._emit(
            row, listing_id=self.ids[row], text=text, posted_at=self.posted[row],
            moderated_by=f"mod-{int(self.chance.integers(_MODERATORS)) + 1}",
            moderation_action="refused", moderation_message=message,
        )  # fmt: skip

    def _again(self, row: int, text: str, minutes: float, **changed: Any) -> str:
        """The same account posts again: half the time under the same id."""
        name = self.ids[row] if self.chance.uniform() < 0.5 else f"R{self.ids[row][1:]}"
        self.prices[row] = changed.get("price", self.prices[row])
        posted = self.posted[row] + int(minutes * 60) * _SECOND_US
        self._publish(row, name, text, posted, 0, None, np.ones(5), chain=self.ids[row])
        return name

    def _coached(self, row: int, text: str) -> None:
        term = self.desk.words.coached[int(self.chance.integers(len(self.desk.words.coached)))]
        said = self.desk.words.messages["coached"].format(term)
        message = said if self.chance.uniform() < 0.7 else None  # None: said on the phone
        refused = inserted(text, term, self.chance)
        self._refuse(row, refused, message)
        name = self._again(row, text, float(self.chance.uniform(1, 12)))
        self._note(name, "coaching", term, self.ids[row])

    def _reentered(self, row: int, text: str) -> None:
        sentence = self.desk.words.sentence
        low, high = self._number(0), self._number(1)
        message = self.desk.words.number_message if self.chance.uniform() < 0.7 else None
        self._refuse(row, f"{text} {sentence.format(low)}", message)
        name = self._again(
            row, f"{text} {sentence.format(high)}", float(self.chance.uniform(0.5, 9))
        )
        self._note(name, "age_reentry", str(low), self.ids[row])

    def _refused(self, row: int, text: str) -> None:
        """Refused as honest platforms refuse; half of the posters come again within the hour."""
        words, chance = self.desk.words, self.chance
        way = int(chance.integers(6))
        message = words.other_messages[int(chance.integers(len(words.other_messages)))]
        again, price = text, self.prices[row]
        if way == 0:
            foul = words.profanity[int(chance.integers(len(words.profanity)))]
            text, message = inserted(text, foul, chance), words.messages["profanity"]
        elif way == 1:
            text, message = f"{text} Call (555) 201-{1000 + row % 9000}.", words.messages["contact"]
        elif way == 2:
            again = reworded(text, chance)
        elif way == 3 and price:
            cheaper = float(round(price * 0.9))
            again = text.replace(f"${price:.0f}", f"${cheaper:.0f}")
            price = cheaper
        elif way == 4:
            again = misspelt(text, chance)
        self._note(self.ids[row], "refused")
        self._refuse(row, text, message)
        if chance.uniform() < 0.5:
            name = self._again(row, again, float(chance.uniform(1, 50)), price=price)
            self._note(name, "resubmitted", "", self.ids[row])
