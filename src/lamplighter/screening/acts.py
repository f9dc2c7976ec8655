"""The acts of screening, as the ledger keeps them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

from lamplighter.evidence.act import Act, Json
from lamplighter.listings.actions import action_names
from lamplighter.screening.decision import Decision
from lamplighter.screening.requests import About
from lamplighter.screening.submission import Submission

ACTOR = "system:screening"
#: Where a submission came from: what tells them from files.
VIA = "screening"


def original(submission: Submission) -> bytes:
    """What was submitted, as the ledger keeps every listing: `{"row":{…}}`, all values texts."""
    row = {name: value for name, value in submission.columns.items() if value}
    if submission.extra:
        row["extra"] = submission.extra
    return orjson.dumps({"row": row}, option=orjson.OPT_SORT_KEYS)


def received_act(private: bytes, key: str | None, at: datetime) -> Act:
    """`key` is a digest."""
    public = {"via": VIA} | ({"key": key} if key else {})
    return Act("listing.received", at, ACTOR, public, private)


def decision_act(decision: Decision, at: datetime) -> Act:
    """Outcome, policy and the names of its rules are public; sentences and evidence are private."""
    public: dict[str, Json] = {
        "received": decision.log_index,
        "outcome": decision.outcome,
        "policy_outcome": decision.policy_outcome,
        "policy": decision.policy,
        "via": VIA,
    }
    if decision.policy_outcome != "publish":
        rules = {one.rule for one in decision.reasons if one.do == decision.policy_outcome}
        public["grounds"] = sorted(rules)
    private = decision.as_json()
    return Act("decision", at, ACTOR, public, private)


def about_act(work: About, received: int | None, at: datetime) -> Act:
    """Something that happened to a listing: its publication, an act of moderation, a notice."""
    public: dict[str, Json] = {"received": received, "via": VIA}
    if work.key:
        public["key"] = work.key
    if work.topic:
        public["topic"] = work.topic
    if work.kind == "moderation":
        (public["action"],) = action_names(
            pa.array([work.row.get("moderation_action")], pa.string())
        )
    row = {name: value for name, value in work.row.items() if value is not None}
    held = {"listing_id": work.listing_id, "row": row}
    private = orjson.dumps(held, option=orjson.OPT_SORT_KEYS)
    return Act(work.kind, at, work.actor, public, private)


def policy_act(public: Mapping[str, Any], objects: Sequence[str], at: datetime) -> Act:
    """A policy that acts from now on; its text is the object."""
    return Act("policy", at, ACTOR, {"via": VIA, **public}, None, objects)
