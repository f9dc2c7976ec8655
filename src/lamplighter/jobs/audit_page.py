"""The audit's page, put together from its tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.concealment.diff import word_diff
from lamplighter.concealment.finding import PRACTICES
from lamplighter.concealment.markup import without_markup
from lamplighter.concealment.schema import CLASSES
from lamplighter.jobs.audit_examination import Audit
from lamplighter.jobs.audit_intake import texts_at
from lamplighter.reporting.concealment_report import (
    Actor,
    AuditReport,
    Chain,
    Explanation,
    Finding,
    Original,
    Rate,
    Sample,
    Term,
    write_report,
)
from lamplighter.reporting.operations_report.wording import day
from lamplighter.signals.spans import join_fields

_TERMS, _CHAINS, _ACTORS, _SAMPLES, _SHOWN = 300, 24, 40, 28, 1600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MEANINGS = {
    "unchanged": "the same words, written the same",
    "formatting": "the same words, written otherwise",
    "respelt": "slips of spelling put right",
    "contact_masked": "only contact details went",
    "indicator_removed_published": "a listed term went, then it was published",
    "indicator_removed_refused": "a listed term went, and it was refused all the same",
    "replaced_by_euphemism": "other words stand in a listed term's place",
    "policy_words_removed": "only words went that open rules explain",
    "habit_removed": "only what a habit takes that chooses no words, as a limit of length",
    "image_removed": "an image went, the text stayed",
    "listing_removed": "taken down",
    "refused": "never published",
    "poster_edit": "the poster's own change",
    "other_edit": "other words differ",
    "no_original": "published, and no submitted version kept",
    "not_published": "nothing published, and no word why",
}


def write_page(path: Path, run: dict[str, Any], found: Audit) -> None:
    """Write `report.html`."""
    strip, chains = found.strip.to_pylist(), found.chains.to_pylist()
    chains.sort(key=lambda row: (row["explanation"] is not None, not row["named"], row["minutes"]))
    shown = _both_kinds(chains)
    report = AuditReport(
        title="Concealment audit",
        version=run["lamplighter"],
        source=", ".join(run["inputs"] + run["later"] + [run["log"]] * bool(run["log"])),
        pairs=run["pairs"],
        published=run["published"],
        rejected=run["rejected"],
        findings=[
            Finding(PRACTICES[one.practice], one.grade, one.sentence, one.details,
                    [Explanation(t.explanation, t.test, t.fits) for t in one.innocent_explanations],
                    one.listings)
            for one in found.findings
        ],
        terms=[_term(row) for row in strip[:_TERMS]],
        more_terms=max(len(strip) - _TERMS, 0),
        actors=[_actor(row) for row in found.actors.to_pylist()[:_ACTORS]],
        chains=[
            Chain(row["practice"], row["refused_id"], row["published_id"], row["minutes"],
                  row["message"], row["explanation"], row["before"], row["after"])
            for row in shown
        ],
        more_chains=len(chains) - len(shown),
        originals=[
            Original(row["kind"], row["sentence"], row["listings"])
            for row in found.originals.to_pylist()
        ],
        periods=_rates(found.rates, "period"),
        categories=_rates(found.rates, "category"),
        classes=[(name.replace("_", " "), MEANINGS[name], count)
                 for name, count in sorted(run["classes"].items(), key=lambda one: -one[1])],
        samples=_samples(found),
        facts=_facts(run),
    )  # fmt: skip
    with path.open("wb") as out:
        write_report(report, out)


def _both_kinds(chains: list[dict[str, Any]]) -> list[dict[str, Any]]:
    half = _CHAINS // 2
    kinds = [[row for row in chains if row["practice"] == name] for name in PRACTICES]
    few = [row for rows in kinds for row in rows[: _CHAINS if len(chains) <= _CHAINS else half]]
    return few[:_CHAINS]


def _term(row: dict[str, Any]) -> Term:
    return Term(
        row["term"], row["kind"], row["rate"], row["low"], row["high"], row["present_in_force"],
        row["removed_in_force"], row["first_seen"], row["last_seen"], row["entered"], row["left"],
        row["categories"] or [],
        [(one["form"], one["present"], one["removed"]) for one in row["variants"]],
        row["replaced_by"], row["explanation"], row["reason"],
    )  # fmt: skip


def _actor(row: dict[str, Any]) -> Actor:
    return Actor(
        row["actor"], row["person"], row["seen"], row["edits"], row["indicators_removed"],
        row["automatic_share"], row["median_delay_seconds"], row["consistency"],
        row["removal_rate"], row["low"], row["high"], row["colleagues_rate"], row["p_value"],
    )  # fmt: skip


def _rates(rates: pa.Table, by: str) -> list[Rate]:
    rows = rates.filter(pc.equal(rates["by"], by)).to_pylist()
    return [
        Rate(
            day(_EPOCH + timedelta(days=int(row["value"]))) if by == "period" else row["value"],
            row["published"], row["sanitised"], row["rate"], row["low"], row["high"],
        )
        for row in rows
    ]  # fmt: skip


def _samples(found: Audit) -> list[Sample]:
    """Pairs to read: a few of each telling class, with different terms first."""
    losses, seen, chosen = found.losses, set[int](), list[int]()
    terms = [at for at in range(found.strip.num_rows) if losses.unexplained[at]]
    for term in terms[: _SAMPLES // 2]:
        for pair in losses.pair[losses.term == term][:1].tolist():
            if pair not in seen:
                seen.add(pair)
                chosen.append(pair)
    for name in ("replaced_by_euphemism", "indicator_removed_published", "contact_masked",
                 "policy_words_removed", "respelt", "other_edit", "poster_edit"):  # fmt: skip
        rows = np.flatnonzero(found.classes == CLASSES.index(name))
        for pair in rows[:3].tolist():
            if pair not in seen and len(chosen) < _SAMPLES:
                seen.add(pair)
                chosen.append(pair)
    if not chosen:
        return []
    taken = texts_at(found.intake.spool, np.array(chosen, np.int64))
    column = {name: without_markup(taken[name].combine_chunks()) for name in taken.schema.names}
    before, _ = join_fields(column["title"], column["text"])
    title = pc.coalesce(column["published_title"], column["title"])
    after, _ = join_fields(title, column["published_text"])
    out = []
    for at, pair in enumerate(chosen):
        if not after[at].is_valid:
            continue
        name = CLASSES[found.classes[pair]].replace("_", " ")
        delay = float(found.acts.delay[pair])
        stretches = word_diff(before[at].as_py()[:_SHOWN], after[at].as_py()[:_SHOWN])
        out.append(
            Sample(
                found.intake.pairs["listing_id"][pair].as_py(), name,
                found.intake.pairs["actor"][pair].as_py(), delay if delay == delay else None,
                [(one.kind, one.text) for one in stretches],
            )
        )  # fmt: skip
    return out


def _facts(run: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("rows read", f"{run['rows']:,}"),
        ("rows rejected", f"{run['rejected']:,}"),
        ("stretches of words tested", f"{run['candidates_tested']:,}"),
        ("chance that a word goes", f"{run['deleted_by_chance']:.4%}"),
        ("terms declared by the platform", f"{run['declared_terms']:,}"),
        ("times without a zone, read as UTC", f"{run['naive_times']:,}"),
    ]
    if run["log"]:
        facts += [
            ("log entries", f"{run['log_entries']:,}"),
            ("log entries earlier than the one before", f"{run['log_entries_backward']:,}"),
            ("listings in the log that are not in the input", f"{run['log_listings_unknown']:,}"),
        ]
    return facts + [(file["file"], f"SHA-256 {file['sha256']}") for file in run["files"]]
