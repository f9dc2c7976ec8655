"""What the ledger has and the answers lack: taken over when the service opens."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import orjson

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.screening.acts import VIA
from lamplighter.screening.answers import ActLogged, Answers, Received
from lamplighter.screening.decision import Decision

_STEP = 10_000


def take_over(ledger: Ledger, answers: Answers) -> None:
    """Bring the answers up to the ledger: submissions, decisions, acts and policies."""
    for start in range(answers.scanned, ledger.size, _STEP):
        stop = min(start + _STEP, ledger.size)
        # Entries of files are many, and are told from ours without being read as JSON.
        ours = ledger.entries(start, stop, f'"via":"{VIA}"'.encode())
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
