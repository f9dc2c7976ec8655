"""Appends to a ledger until it is killed; says through a pipe what was acknowledged.

Each acknowledged append is one line `first stop`, written in one piece after the ledger returned.
"""

import os
import random
from datetime import UTC, datetime
from pathlib import Path

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger


def private_of(index: int) -> bytes:
    return b"private part of entry %d, somewhat longer than a hash" % index


def append_until_killed(folder: Path, seed: int, out: int) -> None:
    chance = random.Random(seed)
    now = datetime.now(UTC)
    with Ledger.open(folder, write=True) as ledger:
        os.write(out, b"ready\n")
        while True:
            first = ledger.size
            choice = chance.random()
            if choice < 0.6:
                acts = [
                    Act("note", now, "user:1", {"n": index}, private_of(index))
                    for index in range(first, first + chance.choice((1, 1, 2, 7)))
                ]
                done = ledger.append(acts)
            elif choice < 0.9 or first < 10:
                stop = first + chance.randint(200, 900)
                done = ledger.append_bulk(
                    "listing.received",
                    "system:ingest",
                    now,
                    [private_of(i) for i in range(first, stop)],
                )
            else:
                done = ledger.erase([chance.randrange(first)], actor="user:1", reason="retention")
            os.write(out, b"%d %d\n" % (done.start, done.stop))
