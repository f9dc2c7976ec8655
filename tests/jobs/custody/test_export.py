"""Export, copy, verify elsewhere; and every kind of alteration is found."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import bagit
import pytest
from case_utils.case_validate import validate
from pyrage import x25519

from lamplighter.evidence.archive import timestamp
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.package.recipient import read_recipients
from lamplighter.evidence.timestamp import read_roots
from lamplighter.evidence.two_people import SecondPersonError
from lamplighter.evidence.verifier.lamplighter_verify import (
    AlteredError,
    Package,
)
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.custody import export as export_job
from lamplighter.jobs.custody.export import ExportRequest, export
from lamplighter.jobs.custody.holds import place_hold
from lamplighter.jobs.custody.receive import receive
from tests.evidence.time_service import make_service, serving
from tests.jobs.custody.house import EVIL, make

ALL = Scope("listing", ("a1", "a2", EVIL))


def request(**more: Any) -> ExportRequest:
    given = {
        "requested_by": "u7",
        "approved_by": "u8",
        "reason": "warrant 17",
        "scope": ALL,
        **more,
    }
    return ExportRequest(**given)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("export")
    with make(folder) as workspace:
        place_hold(workspace, Scope("account", ("acc1",)), rule="own", by="u7", reason="r")
        done = export(workspace, request(), folder / "case", Steps(quiet=True))
        return folder / "case", done


ALONE = """
import runpy, sys
sys.modules["lamplighter"] = None  # importing it is an error
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def verify(bag: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """The verifier out of the bag, alone, in a clean interpreter."""
    command = [
        sys.executable,
        "-I",
        "-c",
        ALONE,
        str(bag / "lamplighter_verify.py"),
        str(bag),
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)


def test_a_copy_verifies_elsewhere(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "copy")
    found = verify(tmp_path / "copy", "--key", made[1]["key"])
    assert found.returncode == 0, found.stderr
    assert "every byte is as it was" in found.stdout and "approved by user:u8" in found.stdout
    assert receive(tmp_path / "copy", key=made[1]["key"])["originals"] == 4
    assert bagit.Bag(str(tmp_path / "copy")).validate()
    graph = tmp_path / "copy" / "data" / "custody.jsonld"
    result = validate(str(graph), inference="none")
    assert result.conforms, result.text


def test_it_holds_what_was_received_and_what_was_published(
    made: tuple[Path, dict[str, Any]],
) -> None:
    data = made[0] / "data"
    natives = [json.loads(path.read_bytes()) for path in sorted(data.glob("NATIVES/*/*"))]
    texts = [native["row"].get("text", native["row"].get("published_text")) for native in natives]
    assert texts == [
        "Solid oak table, pick up in Utrecht", "Oak table, pick up", "Solid oak table, now cheaper",
        "Pine shelf, as new", "Garden chairs \u001b[2J",
    ]  # fmt: skip
    assert made[1]["documents"] == 5 and made[1]["bates"] == ["LL0000001", "LL0000005"]
    table = (data / "documents.csv").read_text("utf-8-sig")
    assert "'=SUM(A1)" in table and ",=SUM" not in table
    assert "m3" in table and "edited" in table
    for path in data.rglob("*"):
        assert "passwd" not in path.name and path.resolve().is_relative_to(data)


def test_a_wrong_key_and_wrong_use_are_told(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    with make(tmp_path) as other:
        stranger = str(other.ledger.key)
    assert verify(made[0], "--key", stranger).returncode == 4
    assert verify(made[0], "--key", "nonsense").returncode == 2
    assert verify(made[0], str(tmp_path)).returncode == 2
    with pytest.raises(TamperError, match="another key"):
        receive(made[0], key=stranger)
    with pytest.raises(UsageError):
        receive(made[0], key="nonsense")


def rewrite_manifests(bag: Path) -> None:
    """What a clever forger does after an alteration."""
    for name, paths in (
        ("manifest-sha256.txt", [p for p in bag.rglob("data/**/*") if p.is_file()]),
        ("tagmanifest-sha256.txt", [p for p in bag.iterdir() if p.is_file()
                                    and p.name not in ("tagmanifest-sha256.txt", "receipt.json")]),
    ):  # fmt: skip
        lines = (
            f"{sha256(p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n"
            for p in sorted(paths)
        )
        (bag / name).write_text("".join(lines))


FILES = [
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "receipt.json",
    "README.txt", "lamplighter_verify.py", "data/MANIFEST.html", "data/documents.csv",
    "data/production.dat", "data/documents.csv", "data/custody.jsonld", "data/log/checkpoint",
    "data/log/key.pub", "data/log/entries.jsonl", "data/NATIVES/0001/LL0000001.json",
    "data/TEXT/0001/LL0000002.txt",
]  # fmt: skip


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
def test_any_alteration_of_any_file_is_found(
    made: tuple[Path, dict[str, Any]], tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    shutil.copytree(made[0], tmp_path / "copy")
    harm(tmp_path / "copy" / name)
    with pytest.raises(TamperError) as caught:
        receive(tmp_path / "copy", key=made[1]["key"])
    said = str(caught.value)
    assert caught.value.exit_code == 4
    assert Path(name).name in said or "eceipt" in said or "heckpoint" in said or "log" in said


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("data/")])
def test_new_manifests_do_not_hide_an_alteration(
    made: tuple[Path, dict[str, Any]], tmp_path: Path, name: str
) -> None:
    bag = tmp_path / "copy"
    shutil.copytree(made[0], bag)
    flip(bag / name)
    rewrite_manifests(bag)
    with pytest.raises(TamperError):
        receive(bag, key=made[1]["key"])


def test_nothing_can_be_added_or_left_out(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    for at, change in enumerate(
        ("extra tag", "extra payload", "link", "entry out", "listed extra")
    ):
        bag = tmp_path / f"copy{at}"
        shutil.copytree(made[0], bag)
        if change == "extra tag":
            (bag / "more.txt").write_text("x")
        elif change == "extra payload":
            (bag / "data" / "more.txt").write_text("x")
        elif change == "link":
            (bag / "data" / "TEXT" / "x").symlink_to("/etc/passwd")
        elif change == "entry out":
            lines = (bag / "data/log/entries.jsonl").read_bytes().splitlines(keepends=True)
            (bag / "data/log/entries.jsonl").write_bytes(b"".join(lines[1:]))
            rewrite_manifests(bag)
        else:
            (bag / "data/NATIVES/0001/LL0000009.json").write_text("{}")
            rewrite_manifests(bag)
        assert verify(bag).returncode == 4, change


def test_sealed_for_a_recipient_and_taken_in(tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"{key}\n")
    sealed = tmp_path / "case.tar.age"
    with make(tmp_path) as workspace:
        recipients = read_recipients([str(key.to_public())])
        done = export(workspace, request(recipients=recipients), sealed, Steps(quiet=True))
        act = workspace.ledger.entry(done["entry"])
        assert act.kind == "export" and act.actor == "user:u7"
        assert act.public["approved_by"] == "user:u8"
        assert act.public["recipients"] == [recipients[0].fingerprint]
        assert act.public["tagmanifest_sha256"] == done["tagmanifest_sha256"]
    assert b"oak" not in sealed.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "case.tar.age",
        "key.txt",
        "rows.jsonl",
        "ws",
    ]
    found = receive(sealed, identity=tmp_path / "key.txt", out=tmp_path / "case", key=done["key"])
    assert found["export"] == done["export"] and verify(tmp_path / "case").returncode == 0
    with pytest.raises(UsageError, match="sealed"):
        receive(sealed, out=tmp_path / "again")
    flip(sealed)
    with pytest.raises(TamperError):
        receive(sealed, identity=tmp_path / "key.txt", out=tmp_path / "again")
    assert not (tmp_path / "again").exists() and not list(tmp_path.glob(".again*"))


def test_a_full_disk_leaves_nothing_and_the_ledger_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, out: Path, *_: object) -> None:
        out.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    recipients = read_recipients([str(x25519.Identity.generate().to_public())])
    with make(tmp_path) as workspace:
        monkeypatch.setattr(export_job, "seal", fail)
        with pytest.raises(OSError, match="No space"):
            export(
                workspace, request(recipients=recipients), tmp_path / "x.tar.age", Steps(quiet=True)
            )
        last = workspace.ledger.entry(workspace.ledger.size - 1)
        assert last.public["what"] == "export not finished"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rows.jsonl", "ws"]


def test_one_person_cannot_export_and_nothing_is_left(tmp_path: Path) -> None:
    with make(tmp_path) as workspace:
        size = workspace.ledger.size
        for wrong in (
            request(approved_by="U7"), request(approved_by=""), request(reason=" "),
            request(scope=Scope("listing", ("nothing",))), request(scope=None, hold_id="hold-23456789ab"),
        ):  # fmt: skip
            with pytest.raises((SecondPersonError, UsageError)):
                export(workspace, wrong, tmp_path / "case", Steps(quiet=True))
        with pytest.raises(UsageError, match="already"):
            export(workspace, request(), tmp_path / "ws", Steps(quiet=True))
        assert workspace.ledger.size == size
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rows.jsonl", "ws"]


def test_media_go_with_the_listing(tmp_path: Path) -> None:
    from lamplighter.evidence.act import Act
    from lamplighter.workspace.receiver import now

    picture = b"\xff\xd8\xff not really"
    with make(tmp_path) as workspace:
        digest = workspace.ledger.put_object(picture)
        act = Act("moderation", now(), "platform:m1", {"received": 1}, b'{"row":{}}', (digest,))
        workspace.ledger.append([act])
        export(workspace, request(), tmp_path / "case", Steps(quiet=True))
    jpg = next((tmp_path / "case").rglob("*.jpg"))
    assert jpg.read_bytes() == picture
    line = f"{jpg.stem},VOL001,NATIVES\\0001\\{jpg.name},Y,Y,,1\n"
    assert (tmp_path / "case/data/production.opt").read_text() == line
    assert verify(tmp_path / "case").returncode == 0
    flip(jpg)
    rewrite_manifests(tmp_path / "case")
    assert jpg.name in verify(tmp_path / "case").stderr


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_timestamps_go_along_and_the_verifier_names_them(tmp_path: Path) -> None:
    root = make_service(tmp_path)
    with make(tmp_path) as workspace:
        with serving(tmp_path) as (url, _):
            timestamp(workspace.ledger, url)
        size = workspace.ledger.size
        export(workspace, request(), tmp_path / "case", Steps(quiet=True))
    bag = tmp_path / "case"
    note, token = (bag / f"data/log/timestamps/{size:015d}{end}" for end in (".note", ".tsr"))
    done = verify(bag)
    assert done.returncode == 0 and f"the first {size} entries existed then" in done.stdout
    subprocess.run(  # as README.txt in the package says
        ["openssl", "ts", "-verify", "-data", str(note), "-in", str(token), "-CAfile", str(root)],
        check=True, capture_output=True,
    )  # fmt: skip
    done = verify(bag, "--tsa-cert", str(root))
    assert "'CN=Test timestamps', which leads to a certificate that you gave" in done.stdout
    found = receive(bag, roots=read_roots(root))["timestamps"]
    assert found[0][0] == size and "leads to" in found[0][2]
    package = Package(bag)
    package.check_files(None)
    package.check_log(None)
    imprint = sha256(note.read_bytes()).digest()
    for wrong in (token.read_bytes().replace(imprint, bytes(32)), token.read_bytes()[:200], b""):
        token.write_bytes(wrong)
        with pytest.raises(AlteredError, match="timestamp"):
            package.check_timestamps(None)
