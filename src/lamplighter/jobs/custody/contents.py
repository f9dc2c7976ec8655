"""What lies in a package beside its documents: lists, proofs, timestamps, the verifier."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime

from lamplighter import __version__
from lamplighter.evidence.archive import timestamped
from lamplighter.evidence.holds.hold import Hold
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.package.assemble import (
    Proved,
    Stamped,
    write_lists,
    write_log,
    write_timestamps,
    write_verifier,
)
from lamplighter.evidence.package.bag import BagWriter
from lamplighter.evidence.package.custody_graph import Custody, CustodyAct
from lamplighter.evidence.package.document import Numbered
from lamplighter.evidence.package.page import Facts
from lamplighter.evidence.verifier import PROGRAM
from lamplighter.jobs.custody.chain import Chain


def write_rest(
    bag: BagWriter,
    ledger: Ledger,
    chain: Chain,
    items: Sequence[Numbered],
    made: Custody,
    reason: str,
    holds: Sequence[Hold],
) -> None:
    """Write everything that speaks of the documents `items`."""
    names = {
        item.document.index: item.native_name for item in items if item.document.kind != "media"
    }
    media = {
        (item.document.index, item.document.fields["object"]): item.native_name
        for item in items if item.document.kind == "media"
    }  # fmt: skip
    proved: list[Proved] = []
    acts: list[CustodyAct] = []
    erased = 0
    for entry, free in chain.entries():
        state, salt, name = "none", None, None
        if entry.commitment is not None and not free:
            state = "withheld"
        elif entry.commitment is not None:
            salted = ledger.salted(entry.index)
            state = "open" if salted else "erased"
            erased += salted is None
            if salted:
                salt, private = salted
                name = names.get(entry.index)
                if name is None:
                    name = f"acts/{entry.index:012d}.json"
                    bag.add(name, private)
        objects = tuple((one, media.get((entry.index, one))) for one in entry.objects)
        proof = ledger.inclusion(entry.index).hashes
        proved.append(Proved(entry.index, entry.raw, proof, state, salt, name, objects))
        note = " ".join(str(entry.public.get(k, "")) for k in ("event", "verdict", "hold", "rule"))
        note = f"{note} {'(private part erased)' if state == 'erased' else ''}".strip()
        acts.append(CustodyAct(entry.index, entry.kind, entry.time, entry.actor, note))
    facts = Facts(
        made.export_id, made.sentence, reason, made.made_at, made.made_by,
        made.approved_by, made.origin, ledger.size, base64.b64encode(ledger.root).decode(),
        str(ledger.key), erased, [_hold_sentence(hold, made.made_at) for hold in holds],
    )  # fmt: skip
    write_lists(bag, items, acts, made, facts)
    write_log(bag, ledger.checkpoint(), str(ledger.key), proved)
    stamped = list(_stamped(ledger, proved))
    write_timestamps(bag, stamped)
    stamps = _STAMPS if stamped else ""
    write_verifier(bag, PROGRAM, _HOW.format(key=ledger.key, origin=made.origin, stamps=stamps))


def _stamped(ledger: Ledger, proved: Sequence[Proved]) -> Iterator[Stamped]:
    """The timestamps that came after the first of these entries."""
    for size, note, token in timestamped(ledger, min((one.index for one in proved), default=0)):
        yield Stamped(size, note, token, ledger.consistency(size).hashes)


def _hold_sentence(hold: Hold, moment: datetime) -> str:
    end = f"until {hold.until:%Y-%m-%d}" if hold.until else "until released"
    return f"{hold.hold_id}, {hold.rule} ({hold.statute}), {end}; {hold.state(moment)}"


def bag_info(made: Custody, items: Sequence[Numbered]) -> dict[str, str]:
    """bag-info.txt (RFC 8493, section 2.2.2)."""
    return {
        "Source-Organization": made.origin,
        "External-Identifier": made.export_id,
        "External-Description": f"{len(items)} documents: {made.sentence}",
        "Bagging-Date": f"{made.made_at:%Y-%m-%d}",
        "Bag-Software-Agent": f"Lamplighter {__version__}",
    }


_HOW = """\
How to check this package, offline
==================================

You need Python 3.11 or newer and its library `cryptography`. In this folder:

    python lamplighter_verify.py . --key '{key}'

Exit code 0: every byte is as it was. Exit code 4: something differs, and it says what.
`--key` is the public key of the log {origin}. Take it from
somebody else than whoever gave you this package. Without --key the key in the package is used,
which shows only that the package fits itself.

{stamps}lamplighter_verify.py is one file, made to be read. The bag itself also satisfies RFC 8493:
`bagit.py --validate .` checks the digests. data/MANIFEST.html says what is in here.
"""

_STAMPS = """\
There are timestamps (RFC 3161) in this package. Who signed them is told with the certificate of the
timestamp service, or of its authority, which you take from its own site:

    python lamplighter_verify.py . --key '…' --tsa-cert root.pem

openssl says it too, of each N:

    openssl ts -verify -data data/log/timestamps/N.note -in data/log/timestamps/N.tsr -CAfile root.pem

"""
