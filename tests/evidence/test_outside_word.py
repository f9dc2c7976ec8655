"""What others say of a checkpoint: witnesses and timestamp services; and the commands."""

import base64
import struct
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.act import Act
from lamplighter.evidence.archive import keep, timestamp, witnesses
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.note import COSIGNATURE_V1, VerifierKey, parse_note, signature_line
from lamplighter.evidence.timestamp import read_roots
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.evidence.witness import add_cosignature, check_cosignature, cosigned_message
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from tests.evidence.time_service import make_service, serving

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RUN = CliRunner()

# The example of c2sp.org/tlog-cosignature.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2"
    "q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
    "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:
        ledger.append([Act("note", NOW, "user:1", {"n": n}, b"private") for n in range(5)])
    return tmp_path / "w"


def witness_line(key: Ed25519PrivateKey, note: bytes, seconds: int) -> tuple[VerifierKey, bytes]:
    witness = VerifierKey("w.example/1", COSIGNATURE_V1, key.public_key().public_bytes_raw())
    signed = key.sign(cosigned_message(parse_note(note).text, seconds))
    value = witness.id + struct.pack(">Q", seconds) + signed
    return witness, signature_line(witness.name, value)


def test_the_example_of_the_specification_has_its_id_and_time() -> None:
    line = parse_note(EXAMPLE).signatures[1]
    assert (line.name, line.id.hex()) == ("witness.example.com/w1", "8d66cf3f")
    assert struct.unpack(">Q", line.value[:8])[0] == 1679315147
    assert cosigned_message(parse_note(EXAMPLE).text, 1679315147).startswith(
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
    )
    stranger = VerifierKey("witness.example.com/w1", COSIGNATURE_V1, bytes(32))
    with pytest.raises(TamperError, match="forged"):
        check_cosignature(parse_note(EXAMPLE), line, stranger)


def test_a_cosignature_is_checked_added_and_outlives_the_next_append(folder: Path) -> None:
    note = (folder / "ledger" / "checkpoint").read_bytes()
    witness, line = witness_line(Ed25519PrivateKey.generate(), note, 1_772_000_000)
    (folder / "line").write_bytes(line)
    done = RUN.invoke(
        app, ["evidence", "checkpoint", str(folder), "--add-cosignature", str(folder / "line"),
              "--witness", str(witness)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert witnesses(folder) == [witness]
    report = verify_folder(folder, Steps(quiet=True))
    assert report.cosigned_by == ["w.example/1 at 2026-02-25T06:13:20+00:00"]
    with Ledger.open(folder, write=True) as ledger:
        ledger.append([Act("note", NOW, "user:1")])
    report = verify_folder(folder, Steps(quiet=True))
    assert (report.findings, report.known_checkpoints, report.cosigned_by) == ([], 1, [])
    kept = folder / "checkpoints" / "000000000000005.cosigned.note"
    for path in (kept, folder / "keys" / "witnesses.pub"):
        good = path.read_bytes()
        for at in range(len(good)):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            assert verify_folder(folder, Steps(quiet=True)).findings, (path, at)
        path.write_bytes(good)


def test_a_false_cosignature_is_refused(folder: Path) -> None:
    note = (folder / "ledger" / "checkpoint").read_bytes()
    key = Ed25519PrivateKey.generate()
    witness, line = witness_line(key, note, 1_772_000_000)
    other, _ = witness_line(Ed25519PrivateKey.generate(), note, 1_772_000_000)
    blob = bytearray(base64.b64decode(line.split()[-1]))
    blob[11] ^= 1  # the time
    with pytest.raises(TamperError, match="forged"):
        add_cosignature(note, signature_line(witness.name, bytes(blob)), witness)
    with pytest.raises(LedgerError, match="no cosignature of this witness"):
        add_cosignature(note, line, other)
    missing = verify_folder(folder, Steps(quiet=True), witnesses=[witness]).findings
    assert "has not cosigned" in missing[0].what


def test_a_checkpoint_is_timestamped_only_where_a_service_is_configured(
    folder: Path, tmp_path: Path
) -> None:
    root = make_service(tmp_path)
    with serving(tmp_path) as (url, asked):
        assert RUN.invoke(app, ["evidence", "checkpoint", str(folder)]).exit_code == 0
        assert not asked and not (folder / "checkpoints").exists()
        (folder / "lamplighter.toml").write_text(
            f'name = "example.org/log"\n[evidence]\ntimestamp_url = "{url}"\n'
        )
        done = RUN.invoke(app, ["evidence", "checkpoint", str(folder)])
        assert done.exit_code == 0 and len(asked) == 1, done.output
    note = folder / "checkpoints" / "000000000000005.note"
    stamp = note.with_suffix(".tsr")
    subprocess.run(
        ["openssl", "ts", "-verify", "-data", str(note), "-in", str(stamp), "-CAfile", str(root)],
        check=True, capture_output=True,
    )  # fmt: skip
    report = verify_folder(folder, Steps(quiet=True), roots=read_roots(root))
    assert not report.findings and report.timestamps[0].startswith("5 entries at 20")
    good = stamp.read_bytes()
    at = good.rindex(b"\x04\x82\x01\x00") + 40  # within the RSA signature
    stamp.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
    assert verify_folder(folder, Steps(quiet=True), roots=read_roots(root)).findings
    stamp.write_bytes(good)
    with Ledger.open(folder, write=True) as ledger:
        ledger.append([Act("note", NOW, "user:1")])
        other = keep(ledger)
    other.with_suffix(".tsr").write_bytes(good)
    found = verify_folder(folder, Steps(quiet=True)).findings
    assert "timestamp is of another checkpoint" in found[0].what


def test_a_service_that_is_away_leaves_the_ledger_as_it_was(folder: Path) -> None:
    with Ledger.open(folder) as ledger, pytest.raises(LedgerError, match="did not answer"):
        timestamp(ledger, "http://127.0.0.1:9/")
    assert not verify_folder(folder, Steps(quiet=True)).findings


def test_the_commands_end_with_the_codes_that_the_readme_names(folder: Path) -> None:
    proof, key = folder / "p.tlog-proof", str(folder / "keys" / "log.pub")
    assert RUN.invoke(app, ["evidence", "prove", str(folder), "3", "-o", str(proof)]).exit_code == 0
    told = RUN.invoke(app, ["evidence", "verify", str(proof), "--key", key])
    assert told.exit_code == 0 and "Entry 3 is in the log example.org/log" in told.output
    assert "Valid: 5 entries" in RUN.invoke(app, ["evidence", "verify", str(folder)]).output
    proof.write_bytes(proof.read_bytes().replace(b"index 3", b"index 2"))
    with pytest.raises(TamperError, match="Entry 2"):
        RUN.invoke(app, ["evidence", "verify", str(proof), "--key", key], catch_exceptions=False)
    bundle = next(path for path in (folder / "ledger/tile/entries").rglob("*") if path.is_file())
    bundle.write_bytes(bundle.read_bytes().replace(b'"n":4', b'"n":5'))
    told = RUN.invoke(app, ["evidence", "verify", str(folder), "--json"])
    assert told.exit_code == 4 and '"Entry 4 was altered."' in told.output


def test_growth_since_an_older_checkpoint_is_proved_and_checked(folder: Path) -> None:
    older, grown = folder / "older", folder / "grown.json"
    older.write_bytes((folder / "ledger" / "checkpoint").read_bytes())
    with Ledger.open(folder, write=True) as ledger:
        ledger.append([Act("note", NOW, "user:1")] * 9)
    prove = ["evidence", "prove", str(folder), "--since", str(older), "-o", str(grown)]
    verify = ["evidence", "verify", str(grown), "--key", str(folder / "keys" / "log.pub")]
    assert RUN.invoke(app, prove).exit_code == 0
    told = RUN.invoke(app, verify)
    assert told.exit_code == 0 and "of 14 entries begins with the 5 entries" in told.output
    good = orjson.loads(grown.read_bytes())
    for at in range(len(good["proof"])):
        changed = {**good, "proof": [step for n, step in enumerate(good["proof"]) if n != at]}
        grown.write_bytes(orjson.dumps(changed))
        with pytest.raises(TamperError, match="Entries 0 to 4"):
            RUN.invoke(app, verify, catch_exceptions=False)
    assert isinstance(RUN.invoke(app, ["evidence", "prove", str(folder)]).exception, UsageError)
