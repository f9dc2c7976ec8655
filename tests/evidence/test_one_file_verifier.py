"""The one-file verifier, run as a stranger would: alone, with `python -I`."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.note import COSIGNATURE_V1
from lamplighter.evidence.proof import write_growth, write_proof
from lamplighter.evidence.verifier import PROGRAM
from lamplighter.evidence.witness import add_cosignature
from tests.evidence.test_outside_word import witness_line

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log alone (log/), its key, checkpoints of other times, a proof, and the verifier."""
    folder = tmp_path_factory.mktemp("stranger")
    with Ledger.create(folder / "w", "example.org/log") as ledger:
        ledger.append([Act("note", NOW, "user:1", {"n": n}) for n in range(300)])
        (folder / "older").write_bytes(ledger.checkpoint())
        ledger.append([Act("note", NOW, "user:1", {"n": n}) for n in range(300)])
    with Ledger.open(folder / "w", write=True) as ledger:
        # Copied here, as a writer that has just committed may still clear partial tiles away.
        shutil.copytree(ledger.log_folder, folder / "log")
        (folder / "key").write_text(str(ledger.key))
        proof = write_proof(ledger.inclusion(290), ledger.checkpoint(), ledger.entry(290).raw)
        (folder / "290.tlog-proof").write_bytes(proof)
        ledger.append([Act("note", NOW, "user:1")])
        (folder / "newer").write_bytes(ledger.checkpoint())
        older = (folder / "older").read_bytes()
        (folder / "grown").write_bytes(
            write_growth(ledger.consistency(300), older, ledger.checkpoint())
        )
    shutil.copy(PROGRAM, folder / "lamplighter_verify.py")
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "lamplighter_verify.py", *arguments],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_log_is_checked_without_lamplighter(made: Path) -> None:
    code, said = run(made, "log", "--key", "key", "--checkpoint", "older")
    assert code == 0 and "all 600 entries are as they were signed" in said, said
    assert run(made, "log")[0] == 2
    code, said = run(made, "log", "--key", "key", "--checkpoint", "newer")
    assert code == 4 and "Entries 600 to 600 are missing" in said


def test_a_proof_is_checked_without_lamplighter(made: Path) -> None:
    code, said = run(made, "290.tlog-proof", "--key", "key")
    assert code == 0 and "Entry 290 of 600 is in the log example.org/log" in said
    data = (made / "290.tlog-proof").read_bytes()
    (made / "false").write_bytes(data.replace(b"index 290", b"index 291"))
    code, said = run(made, "false", "--key", "key")
    assert code == 4 and "Entry 291" in said


def test_growth_is_checked_without_lamplighter(made: Path) -> None:
    code, said = run(made, "grown", "--key", "key")
    assert code == 0 and "of 601 entries begins with the first\n300 entries" in said
    item = json.loads((made / "grown").read_text())
    item["proof"][0], item["proof"][1] = item["proof"][1], item["proof"][0]
    (made / "not-grown").write_text(json.dumps(item))
    code, said = run(made, "not-grown", "--key", "key")
    assert code == 4 and "One of the entries 0 to 299 was rewritten since." in said


def test_what_was_altered_is_named(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "s")
    bundle = tmp_path / "s" / "log" / "tile" / "entries" / "001"
    good = bundle.read_bytes()
    bundle.write_bytes(good.replace(b'"n":7}', b'"n":8}'))
    code, said = run(tmp_path / "s", "log", "--key", "key")
    assert code == 4 and "Entry 307 is not what its tile says." in said
    bundle.write_bytes(good[:-1])
    code, said = run(tmp_path / "s", "log", "--key", "key")
    assert code == 4 and "Entry 511: its bundle is cut or altered." in said
    bundle.write_bytes(good)
    checkpoint = tmp_path / "s" / "log" / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n600\n", b"\n512\n"))
    code, said = run(tmp_path / "s", "log", "--key", "key")
    assert code == 4 and "signature is false" in said


def test_a_witness_is_asked_for_and_checked(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "s")
    checkpoint = tmp_path / "s" / "log" / "checkpoint"
    note = checkpoint.read_bytes()
    witness, line = witness_line(Ed25519PrivateKey.generate(), note, 1_772_000_000)
    assert witness.kind == COSIGNATURE_V1
    code, said = run(tmp_path / "s", "log", "--key", "key", "--witness", str(witness))
    assert code == 4 and "has not cosigned" in said
    checkpoint.write_bytes(add_cosignature(note, line, witness))
    code, said = run(tmp_path / "s", "log", "--key", "key", "--witness", str(witness))
    assert code == 0 and "cosigned by w.example/1, 1772000000" in said
    other, _ = witness_line(Ed25519PrivateKey.generate(), note, 1)
    assert run(tmp_path / "s", "log", "--key", "key", "--witness", str(other))[0] == 4
