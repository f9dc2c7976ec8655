"""The parts of the EU's template (Implementing Regulation (EU) 2024/2835, Annex I) that a log can fill.

A cell that is empty is not in the log's public parts: whoever publishes fills it, or says why not. Counts are
whole, as the regulation wants them: each statement is published by itself in the DSA's database anyway.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from lamplighter.reporting.transparency.tally import FLAGGERS, Tally

Row = list[str | int | float | None]
#: Columns of a measure, as the statements to the DSA's database name them (statement/dsa/document.py).
_COLUMN = {
    "hold": "Visibility restriction Disable", "refusal": "Visibility restriction Removal",
    "removal": "Visibility restriction Removal", "account": "Account restriction Termination",
}  # fmt: skip
_OUTCOMES = {
    "Decisions upheld": "upheld", "Decisions partially reversed": "partly", "Decisions reversed": "reversed",
}  # fmt: skip
_HOURS = "In hours."


@cache
def _template() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "eu_template.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Filled:
    """What is told of a period. `measures`: of the statements that were objected to, by entry."""

    tally: Tally
    measures: Mapping[int, str]
    provider: str = ""
    service: str = ""

    @property
    def period(self) -> str:
        """First and last day."""
        return f"{self._first}/{self._last}"

    @property
    def _first(self) -> str:
        return self.tally.since.date().isoformat()

    @property
    def _last(self) -> str:
        return (self.tally.until - timedelta(days=1)).date().isoformat()

    def files(self) -> dict[str, bytes]:
        """CSV files (RFC 4180, UTF-8) by name: parts 1 and 4 to 8."""
        head = ["Applicability", "Service", "Reporting period"]
        by_category = [
            *head,
            "Category of illegal content",
            'Description of the sub-category "Other"',
        ]
        by_term = [*by_category]
        by_term[3] = "Category of incompatibility with the provider's terms and conditions"
        listed = [*head, "Section", "Indicator", "Scope", "Value", "Contextual Information"]
        known = _template()
        return {
            "1_report_identification.csv": _csv(
                ["Applicability", "Service", "Indicator", "Value"], self._identification()
            ),
            "4_notices.csv": _csv(
                _with_context(by_category, known["notices"], "information"), self._notices()
            ),
            "5_own_initiative_illegal.csv": _csv(
                _with_context(by_category, known["measures"], "Information"), self._measures("law")
            ),
            "6_own_initiative_TC.csv": _csv(
                _with_context(by_term, known["measures"], "Information"), self._measures("terms")
            ),
            "7_appeals_and_recidivism.csv": _csv(listed, self._appeals()),
            "8_automated_means.csv": _csv(listed, self._automated()),
        }

    def _identification(self) -> Iterator[Row]:
        values = (_plain(self.provider), "", "", self._first, self._last)
        for indicator, value in zip(_template()["identification"], values, strict=True):
            yield [_template()["all"], _plain(self.service), indicator, value]

    def _notices(self) -> Iterator[Row]:
        channels = self.tally.notice_channels
        took, flagged = self._notice_hours()
        total: Row = [
            sum(channels.values()), channels[FLAGGERS], None, None, _median(took), _median(flagged)
        ]  # fmt: skip
        actions = Counter[tuple[str, str, bool]]()
        for (source, ground, category, *_), count in self.tally.reasons.items():
            if source in ("notice", "trusted flagger"):
                for name in ("TOTAL", category):
                    actions[name, ground, False] += count
                    actions[name, ground, True] += count * (source == "trusted flagger")
        for name in [*_names(terms=False), "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"]:
            if name.startswith("KEYWORD"):
                yield [*self._head("hosting"), name, *[None] * 21]
                continue
            acts = [
                actions[name, ground, by] for ground in ("law", "terms") for by in (False, True)
            ]
            counts = total if name == "TOTAL" else [None] * 6
            context: Row = [None] * 10
            if name == "TOTAL":
                context[4:6] = [_HOURS] * 2
            yield [*self._head("hosting"), name, None, *counts, *acts, *context]

    def _notice_hours(self) -> tuple[list[float], list[float]]:
        """From each notice that was decided in the period to its decision; those of flaggers."""
        took, flagged = [], []
        for when, _, of in self.tally.notices_decided:
            for index in of:
                if index in self.tally.notice_times:
                    hours = (when - self.tally.notice_times[index]).total_seconds() / 3_600
                    took.append(hours)
                    if index in self.tally.flagged:
                        flagged.append(hours)
        return took, flagged

    def _measures(self, ground: str) -> Iterator[Row]:
        columns: Sequence[str] = _template()["measures"]
        counts = Counter[tuple[str, str]]()
        for (source, of, category, measure, _, detected), count in self.tally.reasons.items():
            if source == "own initiative" and of == ground and measure in _COLUMN:
                for name in ("TOTAL", category):
                    counts[name, columns[0]] += count
                    counts[name, columns[1]] += count * (detected == "yes")
                    counts[name, _COLUMN[measure]] += count
        for name in _names(terms=ground == "terms"):
            cells: Row = [None] * len(columns)
            if not name.startswith("KEYWORD"):
                cells = [counts[name, column] for column in columns]
            yield [*self._head("all"), name, None, *cells, *[None] * len(columns)]

    def _appeals(self) -> Iterator[Row]:
        known = _template()["complaints"]
        internal, disputes = (
            "Internal complaints mechanism",
            "Out-of-court dispute settlement bodies",
        )
        seen = {"any": None, "visibility": ("hold", "refusal", "removal"), "account": ("account",)}
        scopes: Sequence[str] = _template()["appeal_scopes"]
        for name in (
            "any",
            "new",
            "visibility",
            "service",
            "account",
            "money",
            "notice",
            "flagger",
        ):
            told = self._heard(seen[name]) if name in seen else {}
            for scope in scopes[:1] if name == "new" else scopes:
                value = told.get(scope)
                where = "all" if (name, scope) == ("any", scopes[0]) else "platforms"
                context = _HOURS if scope == "Median time" and value is not None else None
                yield [*self._head(where), internal, known[name], scope, value, context]
            if name == "any":
                yield [
                    *self._head("platforms"),
                    internal,
                    known[name],
                    "Decision omitted",
                    None,
                    None,
                ]
        for scope in (*scopes, "Decision omitted", "Percentage of outcomes implemented"):
            yield [*self._head("platforms"), disputes, known["disputes"], scope, None, None]
        for indicator in known["suspended"]:
            section = "Suspensions imposed on repeated offenders"
            yield [*self._head("platforms"), section, indicator, "Total number", None, None]

    def _heard(self, measures: tuple[str, ...] | None) -> dict[str, int | float | None]:
        """Values by scope, of the objections to these measures (None: to any)."""

        def of(statement: int) -> bool:
            return measures is None or self.measures.get(statement) in measures

        tally = self.tally
        decided = [one for one in tally.appeals_decided if of(one[2])]
        outcomes = Counter(state for _, state, _ in decided)
        took = [
            (when - tally.appeal_times[statement]).total_seconds() / 3_600
            for when, _, statement in decided
            if statement in tally.appeal_times
        ]
        return {
            "Total number": sum(of(one) for one in tally.appealed_statements),
            **{scope: outcomes[state] for scope, state in _OUTCOMES.items()},
            "Median time": _median(took),
        }

    def _automated(self) -> Iterator[Row]:
        known, section = _template(), "Use of automated means for content moderation"
        counts = Counter[tuple[str, bool]]()
        for (source, _, _, _, decided, _), count in self.tally.reasons.items():
            for scope in ("Total number", "Own-initiative " if source == "own initiative" else ""):
                counts[scope, decided == "fully"] += count
        notices, flagged = (len(took) for took in self._notice_hours())
        for where, scope, indicators, values in (
            ("all", "Total number", known["automated"], None),
            ("all", "Own-initiative ", known["automated"], None),
            ("hosting", "NAM Total", known["automated_notices"], [0, notices]),
            ("platforms", "NAM Trusted Flagger", known["automated_notices"], [0, flagged]),
        ):
            told = values or [counts[scope, True], counts[scope, False]]
            for indicator, value in zip(indicators, told, strict=True):
                yield [*self._head(where), section, indicator, scope, value, None]
            for indicator in known["accuracy"]:
                yield [*self._head(where), section, indicator, scope, None, None]

    def _head(self, where: str) -> Row:
        return [_template()[where], _plain(self.service), self.period]


def _names(*, terms: bool) -> Iterator[str]:
    yield "TOTAL"
    known = _template()
    for category, keywords in (
        known["categories"] | (known["terms_only"] if terms else {})
    ).items():
        yield f"STATEMENT_CATEGORY_{category}"
        yield from (f"KEYWORD_{keyword}" for keyword in keywords.split())
        yield "KEYWORD_OTHER"


def _with_context(head: Sequence[str], columns: Sequence[str], word: str) -> list[str]:
    return [*head, *columns, *(f"Contextual {word} on {column}" for column in columns)]


def _median(values: Sequence[float]) -> float | None:
    return round(sorted(values)[(len(values) - 1) // 2], 2) if values else None


def _plain(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(head: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([list(head), *rows])
    return out.getvalue().encode()
