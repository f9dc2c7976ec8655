"""Puts what Lamplighter holds for review into Coop: items and reports, as Coop's API asks for them.

    lamplighter screen WORKSPACE < listings.jsonl > decisions.jsonl
    COOP_API_KEY=… python lamplighter_coop.py --coop https://coop.example --listings listings.jsonl \\
        --item-type listing --reporter-type user < decisions.jsonl

One file of standard library. A decision other than `publish` goes there as an item; one that a
known operation or an indicator stands behind also as a report, with the reasons. What was sent is
printed as JSON lines; run again with `--sent FILE` to leave out what the file names.

Media are never sent: Coop's reviewers would load them from their address, unblurred by us.
Contract: roostorg/coop, docs/api/{items,report,errors}.md (2026).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

BATCH = 100
_FIELDS = ("title", "text", "category", "city", "region", "country", "posted_at")


class CoopError(Exception):
    """What Coop answered, with the field where it names one."""


class Coop:
    """One Coop installation. 429 and 5xx are tried again; Coop takes an item twice without harm."""

    def __init__(self, address: str, key: str, *, timeout: float = 15, tries: int = 4) -> None:
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise CoopError(f"{address} is not https: listings would travel in the open.")
        self._address, self._key = address.rstrip("/"), key
        self._timeout, self._tries = timeout, tries

    def items(self, items: list[dict[str, Any]]) -> None:
        """Submit items for Coop's rules: POST /api/v1/items/async/, answered with 202."""
        self._post("/api/v1/items/async/", {"items": items})

    def report(self, report: Mapping[str, Any]) -> str:
        """Open a review job: POST /api/v1/report; Coop's id of it, empty from one that gives none."""
        return str((self._post("/api/v1/report", report) or {}).get("reportId", ""))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        data = json.dumps(body).encode()
        headers = {"X-API-KEY": self._key, "Content-Type": "application/json"}
        for left in range(self._tries - 1, -1, -1):
            try:
                request = Request(self._address + path, data, headers, method="POST")  # noqa: S310
                with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                    text = answer.read(1 << 20)
                    found: dict[str, Any] | None = json.loads(text) if text.strip() else None
                    return found
            except HTTPError as error:
                if not left or (error.code != 429 and error.code < 500):
                    raise CoopError(_said(error)) from error
            except (URLError, TimeoutError) as error:
                if not left:
                    raise CoopError(f"Coop does not answer: {error}") from error
            time.sleep(2.0 ** (self._tries - 1 - left) / 2)
        raise AssertionError("unreachable")


def _said(error: HTTPError) -> str:
    try:
        first = json.load(error)["errors"][0]
    except (ValueError, LookupError, TypeError):
        return f"Coop answered {error.code}."
    place = f" at {first['pointer']}" if first.get("pointer") else ""
    return f"Coop answered {error.code}{place}: {first.get('title')} {first.get('detail') or ''}".strip()


def item(listing: Mapping[str, Any], type_id: str, decision: Mapping[str, Any]) -> dict[str, Any]:
    """A listing as Coop's item: words and place as they came, and what Lamplighter says of it."""
    data = {name: listing[name] for name in _FIELDS if listing.get(name)}
    data["lamplighter_outcome"] = decision["outcome"]
    data["lamplighter_reasons"] = "; ".join(_sentences(decision))
    data["lamplighter_log_index"] = decision["log_index"]
    return {"id": str(listing["listing_id"]), "typeId": type_id, "data": data}


def report(
    made: Mapping[str, Any], decision: Mapping[str, Any], reporter_type: str
) -> dict[str, Any]:
    """A report of an item. `csam` is never set: that is for a person to say, not for a score."""
    return {
        "reporter": {"kind": "user", "typeId": reporter_type, "id": "lamplighter"},
        "reportedAt": decision["received_at"],
        "reportedForReason": {"reason": "; ".join(_sentences(decision)), "csam": False},
        "reportedItem": dict(made),
    }


def _sentences(decision: Mapping[str, Any]) -> list[str]:
    return [str(reason.get("sentence") or reason.get("name")) for reason in decision["reasons"]]


def forward(
    coop: Coop, decisions: Iterable[Mapping[str, Any]], listings: Mapping[str, Mapping[str, Any]],
    types: tuple[str, str], sent: set[str],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Send what is not published, in batches; a line for each once Coop has it."""
    waiting: list[tuple[dict[str, Any], Mapping[str, Any]]] = []
    for decision in decisions:
        name = str(decision["listing_id"])
        if decision["outcome"] == "publish" or name in sent or name not in listings:
            continue
        waiting.append((item(listings[name], types[0], decision), decision))
        if len(waiting) == BATCH:
            yield from _send(coop, waiting, types[1])
            waiting = []
    yield from _send(coop, waiting, types[1])


def _send(
    coop: Coop, waiting: list[tuple[dict[str, Any], Mapping[str, Any]]], reporter_type: str
) -> Iterator[dict[str, Any]]:
    if waiting:
        coop.items([made for made, _ in waiting])
    for made, decision in waiting:
        line = {"listing_id": made["id"], "item": True}
        if decision.get("resembles") or decision.get("indicators"):
            line["report"] = coop.report(report(made, decision, reporter_type))
        yield line


def _lines(source: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in source if line.strip())


def main() -> int:
    """As the module's first lines show."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--coop", required=True, help="address of Coop")
    parser.add_argument(
        "--listings", required=True, type=Path, help="the listings decided on, JSONL"
    )
    parser.add_argument("--item-type", required=True, help="Coop's id of the item type")
    parser.add_argument("--reporter-type", required=True, help="Coop's id of the user type")
    parser.add_argument("--sent", type=Path, help="lines printed by an earlier run")
    given = parser.parse_args()
    if not os.environ.get("COOP_API_KEY"):
        parser.error("set COOP_API_KEY to the key from Coop's settings")
    sent = set()
    if given.sent and given.sent.exists():
        with given.sent.open(encoding="utf-8") as file:
            sent = {str(line["listing_id"]) for line in _lines(file)}
    with given.listings.open(encoding="utf-8") as file:
        listings = {str(line["listing_id"]): line for line in _lines(file)}
    try:
        coop = Coop(given.coop, os.environ["COOP_API_KEY"])
        types = (given.item_type, given.reporter_type)
        for line in forward(coop, _lines(sys.stdin), listings, types, sent):
            print(json.dumps(line), flush=True)
    except CoopError as error:
        print(f"{error} What is printed was sent; give it back with --sent.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
