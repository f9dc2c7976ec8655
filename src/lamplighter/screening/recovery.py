"""When the service opens: what the ledger has and the answers lack is taken over, what a crash left
undecided is decided, and a policy that was not in force before is announced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import orjson

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.screening.acts import VIA, policy_act
from lamplighter.screening.answers import ActLogged, Answers, Received
from lamplighter.screening.decide import Decider
from lamplighter.screening.decision import Decision
from lamplighter.screening.keeping import ALL
from lamplighter.screening.logbook import Logbook
from lamplighter.screening.reading import Together

_STEP = 10_000
#: Submissions that are decided at a time.
_LATE = 1_000


def recover(
    ledger: Ledger, answers: Answers, decider: Decider, logbook: Logbook, now: datetime
) -> None:
    """Bring answers, index and ledger together."""
    take_over(ledger, answers)
    waiting = answers.undecided()
    # The index read the store when it was opened: what it has must not be learned twice.
    known = decider.index.upto
    for learn in (False, True):
        some = [each for each in waiting if (each.entry > known) is learn]
        for start in range(0, len(some), _LATE):
            _decide_late(ledger, answers, decider, some[start : start + _LATE], learn)
    logbook.later([each.decision for each in answers.unlogged() if each.decision])
    _announce_policy(ledger, answers, decider, now)
    logbook.flush()


def _decide_late(
    ledger: Ledger, answers: Answers, decider: Decider, waiting: list[Received], learn: bool
) -> None:
    """Decide what a crash left without a decision; `learn` what the index has not."""
    found, rows = [], []
    for each in waiting:
        private = ledger.opening(each.entry)
        if private is not None:
            found.append(each)
            rows.append(orjson.loads(private)["row"])
    if not rows:
        return
    reading = Together(decider, coerce(as_part(rows), ALL, True)[0])
    reading.read()
    entries = [each.entry for each in found]
    decisions = reading.decide(entries, found[0].received_at)
    if learn:
        reading.learn(entries)
    answers.record(answers.scanned, decided=decisions)


def _announce_policy(ledger: Ledger, answers: Answers, decider: Decider, now: datetime) -> None:
    """A policy, mode or list that was not in force before enters the ledger first."""
    settings, lists = decider.settings, decider.lists
    shadow = settings.shadow
    public = {
        "policy": settings.policy.label,
        "mode": settings.mode,
        "shadow": shadow.label if shadow else None,
        "lists": {e.name: {"use": e.use, "sha256": lists.digests[e.name]} for e in settings.lists},
    }
    digest = sha256(orjson.dumps(public, option=orjson.OPT_SORT_KEYS)).hexdigest()
    if answers.fact("policy") == digest:
        return
    texts = [settings.policy.text] + ([shadow.text] if shadow else [])
    objects = [ledger.put_object(text.encode()) for text in texts]
    ledger.append([policy_act({**public, "digest": digest}, objects, now)])
    answers.record(ledger.size, facts=[("policy", digest)])


def take_over(ledger: Ledger, answers: Answers) -> None:
    """Bring the answers up to the ledger: submissions, decisions, acts and policies."""
    for start in range(answers.scanned, ledger.size, _STEP):
        stop = min(start + _STEP, ledger.size)
        # Entries of files are many, and are told from ours without being read as JSON.
        ours = ledger.entries(start, stop, holding=f'"via":"{VIA}"'.encode())
        _take_over(ledger, answers, (e for e in ours if e.public.get("via") == VIA), stop)


def _take_over(ledger: Ledger, answers: Answers, entries: Iterable[Entry], scanned: int) -> None:
    received, decided, logged, acts, facts = [], [], [], [], []
    for entry in entries:
        private = ledger.opening(entry.index) if entry.commitment else b""
        at, key = entry.time.isoformat(), entry.public.get("key")
        if entry.kind == "policy":
            facts.append(("policy", str(entry.public.get("digest", ""))))
        elif private is None:
            continue  # erased: there is nothing to answer with
        elif entry.kind == "listing.received":
            name = str(orjson.loads(private)["row"]["listing_id"])
            request = sha256(private).hexdigest()
            received.append(Received(entry.index, name, key, request, at, None, None))
        elif entry.kind == "decision":
            decision = Decision.from_dict(orjson.loads(private))
            decided.append(decision)
            logged.append((entry.index, decision.log_index))
        else:
            name = str(orjson.loads(private)["listing_id"])
            kind = str(entry.public.get("topic") or entry.kind)
            acts.append(ActLogged(entry.index, name, kind, key, at, entry.actor))
    answers.record(
        scanned, received=received, decided=decided, logged=logged, acts=acts, facts=facts
    )
