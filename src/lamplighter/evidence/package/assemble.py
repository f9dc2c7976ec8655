"""Putting a package together: documents numbered and written, then everything that lists them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import orjson

from lamplighter.evidence.package.bag import BagWriter
from lamplighter.evidence.package.bates import Bates
from lamplighter.evidence.package.custody_graph import Custody, CustodyAct, graph
from lamplighter.evidence.package.document import Document, Numbered
from lamplighter.evidence.package.load_file import dat, documents_csv, opt
from lamplighter.evidence.package.page import Facts, page


@dataclass(frozen=True)
class Proved:
    """An entry with what is needed to check it.

    `state` says what became of its private part: `none` (it has none), `open` (salt and file are
    given), `erased` (long before), `withheld` (it also concerns others than this package does).
    `object_names` are (digest, file) of its objects; one that was removed has no file.
    """

    index: int
    raw: bytes
    proof: Sequence[bytes]
    state: str = "none"
    salt: bytes | None = None
    private_name: str | None = None
    object_names: tuple[tuple[str, str | None], ...] = ()


def write_documents(bag: BagWriter, documents: Iterable[Document], bates: Bates) -> list[Numbered]:
    """Number the documents and write their natives and texts. Documents of a family follow one
    another. What is returned holds no words any more, so that a large package fits in memory.
    """
    out: list[Numbered] = []
    for _, members in groupby(documents, key=lambda document: document.family):
        family = list(members)
        first, last = bates.number(len(out)), bates.number(len(out) + len(family) - 1)
        for document in family:
            out.append(_write(bag, document, bates, len(out), first, last))
    return out


def _write(
    bag: BagWriter, document: Document, bates: Bates, place: int, first: str, last: str
) -> Numbered:
    number, folder = bates.number(place), bates.folder(place)
    text = document.page(number).encode("utf-8", "backslashreplace")
    text_name = f"TEXT/{folder}/{number}.txt"
    bag.add(text_name, text)
    native_name, digest, size = None, sha256(text).hexdigest(), len(text)
    if document.native is not None:
        native_name = f"NATIVES/{folder}/{number}{document.suffix}"
        digest, size = bag.add(native_name, document.native)
    return Numbered(
        document=replace(document, words="", native=None),
        number=number,
        family_first=first,
        family_last=last,
        text_name=text_name,
        native_name=native_name,
        sha256=digest,
        size=size,
    )


def write_lists(
    bag: BagWriter,
    items: Sequence[Numbered],
    acts: Sequence[CustodyAct],
    custody: Custody,
    facts: Facts,
) -> None:
    """Write the load files, the table, the chain of custody and the page for people."""
    bag.add("production.dat", dat(items))
    images = b"".join(opt(items))
    if images:  # a load file without a line would be taken for a mistake
        bag.add("production.opt", images)
    bag.add("documents.csv", documents_csv(items))
    bag.add("custody.jsonld", graph(custody, acts, items))
    bag.add("MANIFEST.html", page(facts, items, acts))


def write_log(bag: BagWriter, checkpoint: bytes, key: str, proved: Iterable[Proved]) -> None:
    """Write the checkpoint, the key and the entries with their proofs, one a line."""
    bag.add("log/checkpoint", checkpoint)
    bag.add("log/key.pub", f"{key}\n".encode())
    bag.add("log/entries.jsonl", (proof_line(each) for each in proved))


@dataclass(frozen=True)
class Stamped:
    """A checkpoint with its RFC 3161 token, and the proof that the package's log grew from it."""

    size: int
    note: bytes
    token: bytes
    grown: Sequence[bytes]


def write_timestamps(bag: BagWriter, stamped: Iterable[Stamped]) -> None:
    """Write what timestamp services said, as files that `openssl ts` reads, and the proofs."""
    lines = []
    for each in stamped:
        name = f"log/timestamps/{each.size:015d}"
        bag.add(f"{name}.note", each.note)
        bag.add(f"{name}.tsr", each.token)
        content = {
            "checkpoint": f"{name}.note",
            "token": f"{name}.tsr",
            "grown": [_text(part) for part in each.grown],
        }
        lines.append(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))
    if lines:
        bag.add("log/timestamps.jsonl", lines)


def proof_line(each: Proved) -> bytes:
    """One line of entries.jsonl: bytes in base64, digests in hex."""
    content = {
        "index": each.index,
        "entry": _text(each.raw),
        "proof": [_text(part) for part in each.proof],
        "state": each.state,
        "salt": _text(each.salt) if each.salt is not None else None,
        "private": each.private_name,
        "objects": dict(each.object_names),
    }
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def write_verifier(bag: BagWriter, program: Path, how: str) -> None:
    """Put the one-file verifier and its instructions beside the payload."""
    bag.add_tag("lamplighter_verify.py", program)
    bag.add_tag("README.txt", how.encode())
