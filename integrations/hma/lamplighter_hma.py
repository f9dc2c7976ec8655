"""Asks a Hasher-Matcher-Actioner (HMA) about images: `/h/hash` for hashes, `/m/lookup` for banks.

    python lamplighter_hma.py --hma http://127.0.0.1:5000 hash photo.jpg …
    python lamplighter_hma.py --hma http://127.0.0.1:5000 lookup < listings.jsonl > matches.jsonl

`hash` prints `pdq:<64 hex>` for each file: values for the `images` column of listings. `lookup`
reads listings and prints a line for each image that a bank knows: listing, image, banks. A match is
a lead for a person, not a finding.

The file's bytes go to the HMA that you run, and nowhere else; `url=` is never used, so that no
server fetches an image for us. Contract: facebook/ThreatExchange, hasher-matcher-actioner,
blueprints hashing and matching (2026). One file of standard library.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

_PDQ = re.compile(r"pdq:([0-9a-f]{64})")
MOST_BYTES = 50 << 20


class HmaError(Exception):
    """What HMA answered, or that it did not."""


class Hma:
    """One HMA. It has no sign-in of its own: keep it on a closed network."""

    def __init__(self, address: str, *, timeout: float = 30) -> None:
        self._address, self._timeout = address.rstrip("/"), timeout

    def hash(self, name: str, data: bytes) -> dict[str, str]:
        """Hashes of a photo by signal type: POST /h/hash, the file in the field `photo`."""
        if len(data) > MOST_BYTES:
            raise HmaError(f"{name} has more than {MOST_BYTES:,} bytes.")
        mark = uuid.uuid4().hex
        plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)[-100:]
        body = (
            f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="{plain}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode() + data + f"\r\n--{mark}--\r\n".encode()  # fmt: skip
        kind = f"multipart/form-data; boundary={mark}"
        found = self._call(Request(f"{self._address}/h/hash", body, {"Content-Type": kind}))  # noqa: S310
        return {str(key): str(value) for key, value in found.items()}

    def lookup(self, signal_type: str, signal: str) -> list[str]:
        """Banks that know a hash: GET /m/lookup."""
        query = urlencode({"signal_type": signal_type, "signal": signal})
        found = self._call(Request(f"{self._address}/m/lookup?{query}"))  # noqa: S310
        return sorted(str(bank) for bank in found)

    def _call(self, request: Request) -> Any:
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return json.loads(answer.read(1 << 20))
        except HTTPError as error:
            raise HmaError(f"HMA answered {error.code}: {error.read(300).decode(errors='replace')}") from error  # fmt: skip
        except (URLError, TimeoutError, ValueError) as error:
            raise HmaError(f"HMA does not answer as it should: {error}") from error


def matches(hma: Hma, listings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A line for each image of a listing that a bank knows. The same hash is asked once."""
    known: dict[str, list[str]] = {}
    for listing in listings:
        for image in listing.get("images") or []:
            found = _PDQ.fullmatch(str(image))
            if not found:
                continue
            if image not in known:
                known[image] = hma.lookup("pdq", found[1])
            if known[image]:
                yield {"listing_id": listing["listing_id"], "image": image, "banks": known[image]}


def main() -> int:
    """As the module's first lines show."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--hma", required=True, help="address of HMA")
    parser.add_argument("what", choices=["hash", "lookup"])
    parser.add_argument("files", nargs="*", type=Path, help="for hash: the images")
    given = parser.parse_args()
    if (given.what == "hash") != bool(given.files):
        parser.error("hash takes files, lookup reads listings from standard input")
    hma = Hma(given.hma)
    try:
        for path in given.files:
            hashes = hma.hash(path.name, path.read_bytes())
            print(json.dumps({"file": str(path), "images": [f"pdq:{hashes['pdq']}"]} if hashes.get("pdq")
                             else {"file": str(path), "images": []}), flush=True)  # fmt: skip
        if given.what == "lookup":
            for line in matches(hma, (json.loads(text) for text in sys.stdin if text.strip())):
                print(json.dumps(line), flush=True)
    except (HmaError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
