"""All detectors over version pairs: what was found, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.actors import actor_rows
from lamplighter.concealment.acts import Acts, read_acts
from lamplighter.concealment.chains import read_chains
from lamplighter.concealment.edits import Losses, classes, edit_rows, published
from lamplighter.concealment.finding import Finding
from lamplighter.concealment.findings import findings
from lamplighter.concealment.habits import set_aside
from lamplighter.concealment.hunks import LONGEST_TERM
from lamplighter.concealment.innocent import keys_of, messengers, profanity
from lamplighter.concealment.listed import Wording, listed_terms
from lamplighter.concealment.markup import without_markup
from lamplighter.concealment.originals import LogOrder, missing_originals
from lamplighter.concealment.pairs import CHANGED, EQUAL, FORMATTED
from lamplighter.concealment.rates import rate_rows
from lamplighter.concealment.resubmissions import resubmissions
from lamplighter.concealment.strip_list import StripList, candidates_of, recover
from lamplighter.concealment.terms import Corpus
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit_inputs import AuditInputs
from lamplighter.jobs.audit_intake import AuditIntake, texts_at
from lamplighter.listings.read import ReadOptions
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.spans import join_fields
from lamplighter.text.hashing import hash_strings

#: Both versions of a batch are held as tokens on every thread: smaller than for linking.
BATCH_ROWS = 16_384


@dataclass(frozen=True)
class AuditOptions:
    """What a user may choose. `later`: a later export; `log`: a moderation log; `archive`: the
    input holds published listings only; `declared`: terms that the platform says it removes."""

    lexicon: Lexicon
    read: ReadOptions = field(
        default_factory=lambda: ReadOptions(published_counts=True, batch_rows=BATCH_ROWS)
    )
    later: list[str] = field(default_factory=list)
    log: str | None = None
    archive: bool = False
    declared: list[str] = field(default_factory=list)
    region: str = "US"
    threads: int = 2


@dataclass(frozen=True)
class Audit:
    """What was found; tables as declared in `concealment`."""

    intake: AuditIntake
    acts: Acts
    strip: pa.Table
    losses: Losses
    edits: pa.Table
    classes: NDArray[np.uint8]
    actors: pa.Table
    chains: pa.Table
    originals: pa.Table
    rates: pa.Table
    findings: list[Finding]
    base: float
    tested: int


def examine(intake: AuditIntake, options: AuditOptions, given: AuditInputs, steps: Steps) -> Audit:
    """All detectors over the pairs."""
    pairs, hunks = intake.pairs, intake.hunks
    acts = read_acts(pairs)
    state = pairs["state"].to_numpy()
    counted = np.isin(state, (EQUAL, FORMATTED, CHANGED)) & ~pairs["by_poster"].to_numpy()
    corpus = Corpus(intake.offsets, intake.hashes, intake.states, counted.astype(np.uint8))
    with steps.step("habits of the platform"):
        hunks, habits = set_aside(pairs, hunks, corpus)
    unit = _units(pairs)
    codes, names = _coded(pairs["category"])
    declared = dict.fromkeys(keys_of(profanity()), "profanity")
    declared |= dict.fromkeys(keys_of(messengers()), "contact")
    declared |= dict.fromkeys(keys_of(options.declared), "declared")
    with steps.step("strip list"):
        strip, removed, stood, listed = _strip(hunks, corpus, acts, unit, codes, names, declared)
        losses = Losses(strip, removed, hunks)
    with steps.step("resubmissions"):
        explained = declared | {
            key: row["explanation"]
            for row in strip.select(["term", "explanation"]).to_pylist() if row["explanation"]
            for key in keys_of([row["term"]])
        }  # fmt: skip
        chains = _chains(intake, corpus, unit, acts, explained, options.region)
    with steps.step("actors, originals and findings"):
        found = classes(pairs, hunks, losses)
        edits = edit_rows(pairs, hunks, acts, losses, strip["term"].to_pylist(), found)
        actors = actor_rows(pairs, hunks, acts, losses, stood, strip["kind"].to_pylist())
        again = np.flatnonzero(
            pc.is_in(pairs["listing_id"],
                     pa.array(sorted(given.overwritten.ids), pa.large_string())).to_numpy()
        )  # fmt: skip
        said = given.said
        order = LogOrder(said.timed, said.backward, tuple(said.backward_ids))
        originals = missing_originals(pairs, again, order)
        rates = rate_rows(published(pairs) & counted, acts, losses, codes, names)
        told = findings(pairs, strip, losses, actors, chains, originals, habits)
    return Audit(intake, acts, strip, losses, edits, found, actors, chains, originals, rates, told,
                 listed.base, listed.tested)  # fmt: skip


def _units(pairs: pa.Table) -> NDArray[np.int64]:
    """(n,) the account of each pair, or the listing where there is none."""
    named = hash_strings(pc.coalesce(pairs["account_id"], pairs["listing_id"]))
    return np.unique(named, return_inverse=True)[1].astype(np.int64)


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda at: names[at])
    place = np.argsort(np.array(order, np.int64))
    return place[coded.indices.to_numpy()], [names[at] for at in order]


def _strip(
    hunks: pa.Table, corpus: Corpus, acts: Acts, unit: NDArray[np.int64],
    codes: NDArray[np.int64], names: list[str], declared: dict[int, str],
) -> tuple[pa.Table, list[NDArray[np.int64]], list[NDArray[np.int64]], StripList]:  # fmt: skip
    use = (hunks["key"].to_numpy() != 0) & (corpus.counted[hunks["pair"].to_numpy()] == 1)
    hunks = hunks.filter(pa.array(use))
    key, low, high, pair = (hunks[name].to_numpy() for name in ("key", "low", "high", "pair"))
    candidates = candidates_of(key, low, high, pair, corpus.hashes, LONGEST_TERM)
    listed = recover(corpus, candidates, unit, acts.rank, codes)
    chosen = pc.is_in(hunks["key"], pa.array(candidates.keys[listed.chosen], pa.uint64()))
    strip, removed, stood = listed_terms(
        listed, candidates, corpus, acts, codes, names, unit, Wording(hunks.filter(chosen)),
        declared,
    )  # fmt: skip
    return strip, removed, stood, listed


def _chains(
    intake: AuditIntake, corpus: Corpus, unit: NDArray[np.int64], acts: Acts,
    declared: dict[int, str], region: str,
) -> pa.Table:  # fmt: skip
    found = resubmissions(intake.pairs)
    refused, again = (_submitted(intake.spool, rows) for rows in (found.refused, found.again))
    messages = [intake.messages.get(int(row)) for row in found.refused]
    return read_chains(
        found, intake.pairs, refused, again, messages, unit, acts.rank, declared, region, corpus
    )


def _submitted(spool: Path, rows: NDArray[np.int64]) -> pa.Array:
    taken = texts_at(spool, rows)
    title, text = (without_markup(taken[n].combine_chunks()) for n in ("title", "text"))
    return join_fields(title, text)[0]
