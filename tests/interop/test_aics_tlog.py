"""aics-tlog, an independent implementation of the same specifications, verifies our log."""

import base64
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.evidence.witness import add_cosignature
from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.progress import Steps

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-interop" / "bin" / "python"
NOW = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="the interop environment is missing: .ci/run makes .venv-interop"
)


def foreign(*arguments: str) -> dict[str, Any]:
    program = str(Path(__file__).with_name("foreign.py"))
    run = subprocess.run(
        [str(PYTHON), "-I", program, *arguments], capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(run.stdout)
    return result


@pytest.fixture(params=[3, 256, 700])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    with Ledger.create(tmp_path / "w", "example.org/log") as made:
        made.append([Act("note", NOW, "user:1", {"text": "naïve — 日本"}, b"private")])
        made.append_bulk("listing.received", "system:ingest", NOW, [b"x"] * (request.param - 1))
    return Ledger.open(tmp_path / "w")  # a writer at work still clears partial tiles away


def test_their_audit_accepts_our_log_and_finds_the_same_proofs(ledger: Ledger) -> None:
    found = foreign("audit", str(ledger.log_folder), str(ledger.key))
    assert found["valid"], found
    assert (found["origin"], found["size"]) == ("example.org/log", ledger.size)
    assert found["root"] == ledger.root.hex()
    assert found["bundles"] == -(-ledger.size // 256)
    for index, entry, proof in found["inclusion"]:
        assert ledger.entry(index).raw == entry.encode()
        assert [step.hex() for step in ledger.inclusion(index).hashes] == proof
    for old, proof in found["consistency"]:
        assert [step.hex() for step in ledger.consistency(old).hashes] == proof


def test_their_checker_accepts_our_proofs_and_no_others(ledger: Ledger) -> None:
    size = ledger.size
    asked = {
        "size": size,
        "root": ledger.root.hex(),
        "inclusion": [
            [index, base64.b64encode(ledger.entry(index if good else 0).raw).decode(),
             [step.hex() for step in ledger.inclusion(index).hashes]]
            for index, good in ((0, True), (size // 2, True), (size - 1, True), (size - 1, False))
        ],
        "consistency": [
            [old, ledger.root_at(old if good else old - 1).hex(),
             [step.hex() for step in ledger.consistency(old).hashes]]
            for old, good in ((1, True), (size - 1, True), (size - 1, False))
        ],
    }  # fmt: skip
    found = foreign("check", json.dumps(asked))
    assert found == {"inclusion": [True, True, True, False], "consistency": [True, True, False]}


def test_their_audit_refuses_what_was_altered(ledger: Ledger) -> None:
    files = [path for path in (ledger.log_folder / "tile" / "entries").rglob("*") if path.is_file()]
    for path in files:
        path.write_bytes(path.read_bytes().replace(b"system:ingest", b"system:ingesu"))
    assert not foreign("audit", str(ledger.log_folder), str(ledger.key))["valid"]


def test_their_witness_cosigns_and_both_sides_accept_it(ledger: Ledger) -> None:
    path = ledger.log_folder / "checkpoint"
    made = foreign("cosign", str(path), "ab" * 32, "witness.example.org/w1")
    witness = VerifierKey.parse(made["key"])
    replace_file(path, add_cosignature(ledger.checkpoint(), made["line"].encode(), witness))
    report = verify_folder(ledger.folder, Steps(quiet=True), witnesses=[witness])
    assert not report.findings and report.cosigned_by[0].startswith("witness.example.org/w1 at ")
    found = foreign("audit", str(ledger.log_folder), str(ledger.key), made["key"])
    assert found["valid"] and found["witnesses"] == ["witness.example.org/w1"]
