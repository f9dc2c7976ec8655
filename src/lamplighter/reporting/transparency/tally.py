"""Counts of one period, from the public parts of a log's entries."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.reporting.transparency.states import States


class Tally:
    """Filled table by table (evidence.public_log.LOG_SCHEMA), in the order of the log."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since, self.until = since, until
        self.states = States()
        self.kinds: Counter[str] = Counter()
        self.months: Counter[tuple[str, str]] = Counter()  #: (2026-03, kind)
        self.rules: Counter[str] = (
            Counter()
        )  #: of the policy, automated acts; one act may name several
        self.outcomes: Counter[str] = Counter()  #: automated decisions
        self.policies: Counter[str] = Counter()  #: automated decisions by policy
        self.actions: Counter[str] = Counter()  #: acts of moderation the platform told of
        self.untold = 0  #: acts of moderation whose public part does not say what was done
        self.verdicts: Counter[str] = Counter()
        self.clauses: Counter[str] = Counter()
        self.seconded: Counter[str] = Counter()
        self.statements: dict[str, Counter[str]] = {name: Counter() for name in STATEMENT}
        #: Statements by source, ground, category, measure, automated decision and detection, together.
        self.reasons: Counter[tuple[str, ...]] = Counter()
        self.notice_times: dict[int, datetime] = {}  #: by entry, also of earlier periods
        self.flagged: set[int] = set()  #: those of trusted flaggers
        self.notice_channels: Counter[str] = Counter()
        self.notices_decided: list[tuple[datetime, str, list[int]]] = []
        #: By statement, also of earlier periods: a poster objects once to each. One decision may have
        #: many statements, and each objection is one complaint (DSA art. 15(1)(d), 20).
        self.appeal_times: dict[int, datetime] = {}
        self.appealed_statements: set[int] = set()  #: objected to in the period
        self.appeals_decided: list[tuple[datetime, str, int]] = []  #: time, outcome, statement
        self.appealed: set[int] = set()  #: decisions, of the appeals in the period
        self.channels: Counter[tuple[str, str]] = Counter()
        self.holds: Counter[str] = Counter()
        self.releases = 0
        self.audits: list[int] = []  #: entries about samples, whenever they were made
        self.policy_entries: list[int] = []
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, table: pa.Table) -> None:
        """Take the next entries."""
        self.states.add(table)
        audits = table.filter(pc.equal(table["kind"], "audit"))
        self.audits += audits["index"].to_pylist()
        times = pc.min_max(table["time"]).as_py()
        if times["min"] is not None:
            self.first = min(filter(None, (self.first, times["min"])))
            self.last = max(filter(None, (self.last, times["max"])))
        self._received(table)
        low, high = (pa.scalar(x, pa.timestamp("us", "UTC")) for x in (self.since, self.until))
        inside = pc.and_(pc.greater_equal(table["time"], low), pc.less(table["time"], high))
        if not pc.all(inside).as_py():
            table = table.filter(inside)
        if table.num_rows == 0:
            return
        self._count(table)
        bulk = pa.array(["listing.received", "listing.published", "access"])
        for row in table.filter(pc.invert(pc.is_in(table["kind"], bulk))).group_by(
            _GROUPED, use_threads=False
        ).aggregate([([], "count_all")]).to_pylist():  # fmt: skip
            self._acted(row, row["count_all"])
        self._listed(table)

    def _received(self, table: pa.Table) -> None:
        """When notices and appeals came, whichever period that was in."""
        notes = table.filter(
            pc.and_(pc.equal(table["kind"], "note"), pc.equal(table["topic"], "notice"))
        )
        for row in notes.select(["index", "time", "actor"]).to_pylist():
            self.notice_times[row["index"]] = row["time"]
            if _channel(row["actor"]) == FLAGGERS:
                self.flagged.add(row["index"])
        for row in _appeals(table):
            if row["state"] == "received":
                self.appeal_times.setdefault(_objection(row), row["time"])

    def _count(self, table: pa.Table) -> None:
        kinds = table["kind"].combine_chunks().dictionary_encode()
        if isinstance(kinds, pa.ChunkedArray):
            kinds = kinds.combine_chunks()
        months = table["time"].cast(pa.int64()).to_numpy().view("datetime64[us]")
        months = months.astype("datetime64[M]").astype(np.int64)
        first = months.min()
        span = int(months.max() - first) + 1
        codes = kinds.indices.to_numpy().astype(np.int64) * span + months - first
        for code, count in enumerate(np.bincount(codes).tolist()):
            if count:
                kind = kinds.dictionary[code // span].as_py()
                month = str(np.datetime64(int(first) + code % span, "M"))
                self.kinds[kind] += count
                self.months[month, kind] += count

    def _acted(self, row: dict[str, Any], count: int) -> None:
        kind = row["kind"]
        if kind == "decision" and row["outcome"] is not None:
            self.outcomes[row["outcome"]] += count
            self.policies[row["policy"] or "not said"] += count
        elif kind == "decision" and row["verdict"] is not None:
            self.verdicts[row["verdict"]] += count
            self.clauses[row["clause"] or "not said"] += count
        elif kind == "decision" and row["deed"] is not None and row["word"] is not None:
            self.seconded[f"{row['deed']}: {row['word']}"] += count
        elif kind == "moderation":
            if row["action"] is None:
                self.untold += count
            else:
                self.actions[row["action"]] += count
        elif kind == "hold" and row["event"] == "placed":
            self.holds[row["rule"] or "not said"] += count
        elif kind == "release" and row["event"] == "confirmed":
            self.releases += count
        elif kind == "statement":
            for name, column in STATEMENT.items():
                self.statements[name][_word(row[column])] += count
            self.reasons[tuple(_word(row[column]) for column in _TOGETHER)] += count
        elif kind == "report":
            self.channels[_where(row), row["step"] or "made"] += count

    def _listed(self, table: pa.Table) -> None:
        """What is read one by one: it is rare."""
        decided = table.filter(
            pc.and_(pc.equal(table["kind"], "decision"), pc.is_valid(table["grounds"]))
        )
        if decided.num_rows:
            for one in pc.value_counts(pc.list_flatten(decided["grounds"])).to_pylist():
                self.rules[one["values"]] += one["counts"]
        notes = table.filter(pc.equal(table["kind"], "note"))
        for actor in notes.filter(pc.equal(notes["topic"], "notice"))["actor"].to_pylist():
            self.notice_channels[_channel(actor)] += 1
        for row in notes.filter(pc.equal(notes["topic"], "notice.decided")).select(
            ["time", "outcome", "notices"]
        ).to_pylist():  # fmt: skip
            of = row["notices"] or []
            self.notices_decided.append((row["time"], row["outcome"] or "not said", of))
        self.policy_entries += table.filter(pc.equal(table["kind"], "policy"))["index"].to_pylist()
        for row in _appeals(table):
            self.appealed.add(row["decision"])
            if row["state"] == "received":
                self.appealed_statements.add(_objection(row))
            else:
                self.appeals_decided.append((row["time"], row["state"], _objection(row)))


#: Breakdowns of statements of reasons, and the public field of each.
STATEMENT = {
    "by_measure": "measure", "by_ground": "ground", "by_category": "category",
    "by_source": "source", "by_automated_decision": "automated_decision",
    "by_automated_detection": "automated_detection",
}  # fmt: skip
_TOGETHER = ("source", "ground", "category", "measure", "automated_decision", "automated_detection")
#: The channel of notices that come first.
FLAGGERS = "trusted flaggers"
_GROUPED = ["kind", "outcome", "policy", "verdict", "clause", "deed", "word", "action", "event",
            "rule", "channel", "service", "step", "topic", *STATEMENT.values()]  # fmt: skip


def _where(row: dict[str, Any]) -> str:
    """The channel of a report; one that a test service took is told apart from a real one."""
    channel, service = row["channel"] or "other", row["service"]
    return channel if service in (None, "production") else f"{channel} ({service})"


def _appeals(table: pa.Table) -> list[dict[str, Any]]:
    found = table.filter(pc.equal(table["kind"], "appeal")).select(
        ["time", "decision", "statement", "state"]
    )
    return [row for row in found.to_pylist() if row["decision"] is not None and row["state"]]


def _objection(row: dict[str, Any]) -> int:
    """What names an objection: its statement, or the decision where the entry says no more."""
    return int(row["decision"] if row["statement"] is None else row["statement"])


def _channel(actor: str) -> str:
    """Where a notice came from; a pseudonym that a program gave is nobody's business."""
    by = actor.partition(":")[2]
    if by.startswith("flagger-"):
        return FLAGGERS
    return {"public": "the public form", "help": "victims and families"}.get(by, "programs")


def _word(value: object) -> str:
    return "not said" if value is None else {True: "yes", False: "no"}.get(value, str(value))  # type: ignore[call-overload]
