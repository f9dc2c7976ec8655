"""What we send to Coop against its recorded contract (docs/api/items.md, report.md, errors.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integrations.neighbours import adapter
from tests.integrations.server import serving

coop = adapter("coop/lamplighter_coop.py")

LISTING = {"listing_id": "7", "title": "Sofa", "text": "As new", "city": "Denver",
           "images": ["pdq:" + "0" * 64], "phone": "+13125550100"}  # fmt: skip


def _decision(name: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {"listing_id": name, "outcome": outcome, "log_index": 3, "resembles": None,
            "received_at": "2026-03-01T09:00:00Z", "indicators": [],
            "reasons": [{"name": "resembles", "sentence": "It resembles op-1."}]} | more  # fmt: skip


class Contract:
    """Refuses what Coop's documentation does not allow."""

    def __init__(self, failures: int = 0) -> None:
        self.items: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.failures = failures

    def __call__(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        if headers.get("x-api-key") != "secret":
            return 401, b'{"errors": [{"status": 401, "type": ["/errors/auth"], "title": "No"}]}'
        if self.failures:
            self.failures -= 1
            return 503, b""
        given = json.loads(body)
        if (method, path) == ("POST", "/api/v1/items/async/"):
            for one in given["items"]:
                assert set(one) == {"id", "typeId", "data"} and isinstance(one["id"], str)
            if any(one["typeId"] != "listing" for one in given["items"]):
                return 400, json.dumps({"errors": [{
                    "status": 400, "type": ["/errors/invalid-user-input"], "title": "No such type.",
                    "pointer": "/items/0/typeId"}]}).encode()  # fmt: skip
            self.items += given["items"]
            return 202, b""
        if (method, path) == ("POST", "/api/v1/report"):
            assert {"reporter", "reportedAt", "reportedItem"} <= set(given)
            assert given["reporter"]["kind"] == "user"
            assert {"id", "typeId", "data"} == set(given["reportedItem"])
            self.reports.append(given)
            return 201, b'{"reportId": "r-1"}'
        return 404, b"{}"


def test_what_is_held_goes_there_and_what_is_known_is_reported() -> None:
    contract = Contract(failures=1)
    decisions = [
        _decision("7", "hold", resembles={"operation_id": "op-1"}),
        _decision("8", "publish"),
        _decision("9", "hold"),
    ]
    listings = {
        "7": LISTING,
        "8": LISTING | {"listing_id": "8"},
        "9": LISTING | {"listing_id": "9"},
    }
    with serving(contract) as address:
        client = coop.Coop(address, "secret")
        lines = list(coop.forward(client, decisions, listings, ("listing", "user"), set()))
        again = list(coop.forward(client, decisions, listings, ("listing", "user"), {"7", "9"}))
    assert lines == [
        {"listing_id": "7", "item": True, "report": "r-1"}, {"listing_id": "9", "item": True},
    ]  # fmt: skip
    assert again == []
    assert [one["id"] for one in contract.items] == ["7", "9"]
    assert "images" not in contract.items[0]["data"] and "phone" not in contract.items[0]["data"]
    assert contract.reports[0]["reportedForReason"] == {
        "reason": "It resembles op-1.", "csam": False,
    }  # fmt: skip


def test_what_coop_refuses_is_said_with_the_field() -> None:
    with serving(Contract()) as address:
        with pytest.raises(coop.CoopError, match=r"400 at /items/0/typeId: No such type\."):
            coop.Coop(address, "secret").items(
                [coop.item(LISTING, "other", _decision("7", "hold"))]
            )
        with pytest.raises(coop.CoopError, match="401"):
            coop.Coop(address, "wrong").items([])


def test_listings_do_not_travel_in_the_open() -> None:
    with pytest.raises(coop.CoopError, match="not https"):
        coop.Coop("http://coop.example", "secret")
