"""The newcomer's path of the README, through the command line, from a platform's records to a copy
that a stranger verifies offline."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import bagit
import pytest
from pyrage import x25519

from lamplighter.cli.main import run


class Shell:
    """Runs `lamplighter` in this process: exit code and what was printed."""

    def __init__(self, capfd: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.capfd, self.patch = capfd, patch

    def __call__(self, *words: object, code: int = 0) -> str:
        self.patch.setattr(sys, "argv", ["lamplighter", *map(str, words)])
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = self.capfd.readouterr()
        assert (ended.value.code or 0) == code, err
        return out if code == 0 else err

    def json(self, *words: object) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def shell(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capfd, monkeypatch)


def test_from_a_platforms_records_to_a_verified_copy(shell: Shell, tmp_path: Path) -> None:
    shell(
        "simulate", "--platform", "sanitising", "-n", 1500, "-o", "pairs.jsonl", "-t", "truth.csv"
    )
    shell("init", "archive", "--name", "example.org/listings")
    assert shell.json("ingest", "archive", "pairs.jsonl")["rejected"] == 0
    shell("audit", "archive", "--out", "findings")
    findings = json.loads((tmp_path / "findings" / "findings.json").read_bytes())
    assert {"automatic_filter", "coaching"} <= {each["practice"] for each in findings}

    held = shell.json("evidence", "hold", "archive", "--listings", "findings/findings.json",
                      "--rule", "litigation", "--by", "u7", "--reason", "claim 2026-17")  # fmt: skip
    resting = {one for each in findings for one in each["listings"]}
    assert held["listings"] == len(resting)
    assert held["hold"] in shell("evidence", "holds", "archive")
    shell("evidence", "purge", "archive", "--older-than", 1, "--by", "u7")
    shell("evidence", "verify", "archive")

    two = ("--requested-by", "u7", "--approved-by", "u8", "--reason", "warrant 17")
    err = shell("evidence", "export", "archive", "--hold", held["hold"], "--out", "no",
                "--requested-by", "u7", "--approved-by", "u7", "--reason", "x", code=2)  # fmt: skip
    assert "second person" in err
    made = shell.json(
        "evidence", "export", "archive", "--hold", held["hold"], "--out", "case", *two
    )
    assert made["listings"] == len(resting) and made["documents"] > made["listings"]

    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "case", elsewhere)
    alone = [sys.executable, "-I", str(elsewhere / "lamplighter_verify.py"), str(elsewhere)]
    checked = subprocess.run(
        [*alone, "--key", made["key"]], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0 and made["export"] in checked.stdout, checked.stderr
    assert bagit.Bag(str(elsewhere)).validate()
    assert "every byte" in shell("evidence", "verify", elsewhere, "--key", "archive/keys/log.pub")

    first = next((elsewhere / "data" / "NATIVES").rglob("*.json"))
    first.write_bytes(first.read_bytes().replace(b"a", b"b", 1))
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 4
    err = shell("evidence", "import", elsewhere, "--key", made["key"], code=4)
    assert first.name in err

    key = x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"{key}\n")
    shell("evidence", "export", "archive", "--hold", held["hold"], "--out", "case.tar.age",
          "--recipient", key.to_public(), *two)  # fmt: skip
    shell("evidence", "import", "case.tar.age", "--identity", "key.txt", "--out", "taken",
          "--key", made["key"])  # fmt: skip
    assert (tmp_path / "taken" / "data" / "MANIFEST.html").is_file()
    shell("evidence", "release", "archive", held["hold"], "--by", "u7", "--reason", "settled")
    shell("evidence", "release", "archive", held["hold"], "--by", "u7", code=2)
    shell("evidence", "release", "archive", held["hold"], "--by", "u8")
    shell("evidence", "verify", "archive")
