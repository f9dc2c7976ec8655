"""What the OpenAPI document says of bodies. Bodies are checked by screening itself."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict

#: The largest body of one listing and of a batch, in bytes; listings in a batch.
MOST_ONE, MOST_BATCH, MOST_LISTINGS = 4_100_000, 32_000_000, 10_000


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    column: str | None = None


class DecisionOut(Schema):
    """screening.decision.Decision: what to do with a listing, and why."""

    model_config = ConfigDict(extra="allow")

    listing_id: str
    outcome: str
    policy_outcome: str
    reasons: list[dict[str, Any]]
    resembles: dict[str, Any] | None = None
    indicators: list[dict[str, Any]]
    policy: str
    log_index: int
    received_at: str
    replayed: bool


class BatchOut(Schema):
    """In the order of the batch: a decision, or a problem."""

    answers: list[dict[str, Any]]


class LoggedOut(Schema):
    """An act that is in the ledger. `received` is the listing's entry, null: it is not known."""

    log_index: int
    received: int | None
    replayed: bool


class StatusOut(Schema):
    """What is known of a listing: its submissions and what happened since, in order."""

    listing_id: str
    submissions: list[dict[str, Any]]
    acts: list[dict[str, Any]]


LISTING: dict[str, Any] = {
    "type": "object",
    "required": ["listing_id"],
    "properties": {
        "listing_id": {"type": "string", "minLength": 1, "maxLength": 500},
        **{
            name: {"type": "string"}
            for name in ("title", "text", "category", "account_id", "city", "region", "country",
                         "url", "currency", "phone", "email", "posted_at")
        },
        **{name: {"type": "number"} for name in ("price", "latitude", "longitude")},
        "images": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": True,
}  # fmt: skip


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """`openapi_extra` of a request with this body, and with an idempotency key."""
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "parameters": [
            {
                "in": "header", "name": "Idempotency-Key", "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "The same key with the same body gets the same answer again.",
            }
        ],
    }  # fmt: skip


def act(required: dict[str, str], optional: dict[str, str]) -> dict[str, Any]:
    """A body of texts."""
    named = required | optional
    return body(
        {
            "type": "object",
            "required": list(required),
            "properties": {
                name: {"type": "string", "description": words} for name, words in named.items()
            },
            "additionalProperties": False,
        }
    )
