"""An operation as FollowTheMoney entities, for OpenAleph and what else speaks that ontology.

An operation is a Project (an activity of a group: nobody is called a company or a criminal), each
account a UserAccount that takes part in it, each listing a PlainText, each leg a Trip between two
Addresses. An identifier that no account can be given stands as a UserAccount of its own.

Schemata: followthemoney 4 (followthemoney.tech). Ids are digests of what they name, so that the
same operation exported twice is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Entity = dict[str, Any]
_UNKNOWN = "No account was named."


@dataclass(frozen=True)
class Post:
    """A listing, as far as an entity holds it. Empty texts are not known."""

    listing_id: str
    account: str
    title: str
    text: str
    posted_at: datetime | None
    city: str
    country: str
    url: str
    #: Normalised, as (kind, value).
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Move:
    """One leg of the operation's movement."""

    origin: str
    destination: str
    departed: datetime | None
    arrived: datetime | None


@dataclass(frozen=True)
class Activity:
    """An operation: what links its listings is a lead, and its summary says so."""

    operation_id: str
    platform: str
    band: str
    headline: str
    reasons: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    moves: tuple[Move, ...] = ()


def entities(activity: Activity, posts: Iterable[Post]) -> Iterator[Entity]:
    """Entities of one operation as plain mappings, one of each id; ready for JSON lines."""
    space = f"{activity.platform}\0"
    project = _id("operation", space + activity.operation_id)
    yield _entity(project, "Project", {
        "name": [f"Operation {activity.operation_id}"],
        "projectId": [activity.operation_id],
        "summary": [f"A lead, not a finding. Band {activity.band}: {activity.headline}"],
        "description": list(activity.reasons),
        "startDate": _times(activity.first_seen), "endDate": _times(activity.last_seen),
        "publisher": [activity.platform],
    })  # fmt: skip
    accounts: dict[str, dict[str, set[str]]] = {}
    for post in posts:
        yield _listing(post, space, activity.platform)
        held = accounts.setdefault(post.account, {"phone": set(), "email": set(), "notes": set()})
        for kind, value in post.identifiers:
            held[kind if kind in ("phone", "email") else "notes"].add(
                value if kind in ("phone", "email") else f"{kind}: {value}"
            )
    for account, held in sorted(accounts.items()):
        name = _id("account", space + (account or f"\0{activity.operation_id}"))
        yield _entity(name, "UserAccount", {
            "name": [account] if account else [], "username": [account] if account else [],
            "service": [activity.platform], "summary": [] if account else [_UNKNOWN],
            **{key: sorted(values) for key, values in held.items()},
        })  # fmt: skip
        yield _entity(_id("part", project + name), "ProjectParticipant", {
            "project": [project], "participant": [name], "role": ["placed listings"],
        })  # fmt: skip
    yield from _trips(activity, project)


def _listing(post: Post, space: str, platform: str) -> Entity:
    return _entity(_id("listing", space + post.listing_id), "PlainText", {
        "title": [post.title or post.listing_id], "bodyText": [post.text] if post.text else [],
        "publishedAt": _times(post.posted_at), "country": [post.country.lower()] if post.country else [],
        "address": [post.city] if post.city else [], "sourceUrl": [post.url] if post.url else [],
        "publisher": [platform], "notes": [f"Listing {post.listing_id}, account {post.account or 'unknown'}"],
    })  # fmt: skip


def _trips(activity: Activity, project: str) -> Iterator[Entity]:
    places: dict[str, str] = {}
    for move in activity.moves:
        for city in (move.origin, move.destination):
            if city not in places:
                places[city] = _id("place", city)
                yield _entity(places[city], "Address", {"full": [city], "city": [city]})
    for number, move in enumerate(activity.moves):
        yield _entity(_id("trip", f"{project}{number}"), "Trip", {
            "name": [f"{move.origin} to {move.destination}, {activity.operation_id}"],
            "startLocation": [places[move.origin]], "endLocation": [places[move.destination]],
            "startDate": _times(move.departed), "endDate": _times(move.arrived),
            "summary": ["Read from where its listings were placed."],
        })  # fmt: skip


def _entity(name: str, schema: str, properties: dict[str, list[str]]) -> Entity:
    return {"id": name, "schema": schema,
            "properties": {key: values for key, values in properties.items() if values}}  # fmt: skip


def _id(kind: str, name: str) -> str:
    return "lamp-" + hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()[:40]


def _times(moment: datetime | None) -> list[str]:
    return [moment.isoformat(timespec="seconds").removesuffix("+00:00")] if moment else []
