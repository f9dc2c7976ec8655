"""HMA against its recorded contract (blueprints hashing and matching)."""

from __future__ import annotations

import json
import re
from email.message import Message
from email.parser import BytesParser
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integrations.neighbours import adapter
from tests.integrations.server import serving

hma = adapter("hma/lamplighter_hma.py")
KNOWN = "f" * 64


def _contract(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(path)
    if (method, parts.path) == ("POST", "/h/hash"):
        head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
        files = BytesParser().parsebytes(head + body).get_payload()
        (one, *more) = cast("list[Message]", files)
        if more or one.get_param("name", header="content-disposition") != "photo":
            return 400, b'{"message": "no such content_type"}'
        return 200, json.dumps({"pdq": KNOWN}).encode() if b"img" in body else b"{}"
    if (method, parts.path) == ("GET", "/m/lookup"):
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if asked.get("signal_type") != "pdq" or not re.fullmatch("[0-9a-f]{64}", asked["signal"]):
            return 400, b'{"message": "invalid signal type"}'
        return 200, b'["KNOWN_BANK"]' if asked["signal"] == KNOWN else b"[]"
    return 404, b"{}"


def test_an_image_is_hashed_and_looked_up() -> None:
    with serving(_contract) as address:
        client = hma.Hma(address)
        assert client.hash('x"\r\n.jpg', b"img") == {"pdq": KNOWN}
        listings = [
            {"listing_id": "1", "images": [f"pdq:{KNOWN}", "photo.jpg"]},
            {"listing_id": "2", "images": ["pdq:" + "0" * 64]},
            {"listing_id": "3"},
        ]
        assert list(hma.matches(client, listings)) == [
            {"listing_id": "1", "image": f"pdq:{KNOWN}", "banks": ["KNOWN_BANK"]}
        ]
        with pytest.raises(hma.HmaError, match="400"):
            client.lookup("pdq", "short")
    with pytest.raises(hma.HmaError, match="does not answer"):
        hma.Hma("http://127.0.0.1:9", timeout=1).lookup("pdq", KNOWN)
