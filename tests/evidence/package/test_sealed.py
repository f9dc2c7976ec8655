"""Sealing and unpacking: what was sent arrives, and nothing else does any harm."""

import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.package.names import confined, media_suffix
from lamplighter.evidence.package.recipient import read_identity, read_recipients
from lamplighter.evidence.package.seal import seal, write_tar
from lamplighter.evidence.package.unpack import copy_bag, open_sealed, unpack_tar
from lamplighter.foundation.errors import LamplighterError, UsageError


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    (folder / "data" / "TEXT").mkdir(parents=True)
    (folder / "bagit.txt").write_bytes(b"x" * 100)
    (folder / "data" / "TEXT" / "LL0000001.txt").write_bytes(os.urandom(200_000))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def opened(sealed: Path, identity: Path, work: Path) -> Path:
    open_sealed(sealed, read_identity(identity), work / "plain.tar")
    unpack_tar(work / "plain.tar", work / "out")
    return work / "out"


def identity(folder: Path) -> tuple[Path, str]:
    key = x25519.Identity.generate()
    (folder / "key.txt").write_text(f"# a comment\n{key}\n")
    return folder / "key.txt", str(key.to_public())


def test_sealed_and_opened_with_an_age_key(bag: Path, tmp_path: Path) -> None:
    key, public = identity(tmp_path)
    recipients = read_recipients([public, public])
    assert len(recipients) == 1 and recipients[0].fingerprint.startswith("SHA256:")
    seal(bag, tmp_path / "bag.tar.age", "bag", recipients)
    assert files(opened(tmp_path / "bag.tar.age", key, tmp_path)) == files(bag)


def test_sealed_and_opened_with_an_ssh_key(bag: Path, tmp_path: Path) -> None:
    key = tmp_path / "ssh"
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "x y", "-f", str(key)]
    try:
        subprocess.run(made, check=True)
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed")
    recipients = read_recipients([f"{key}.pub"])
    shown = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], check=True, capture_output=True)
    assert recipients[0].fingerprint in shown.stdout.decode()
    seal(bag, tmp_path / "bag.tar.age", "bag", recipients)
    assert files(opened(tmp_path / "bag.tar.age", key, tmp_path)) == files(bag)


def test_another_key_does_not_open_it(bag: Path, tmp_path: Path) -> None:
    _, public = identity(tmp_path)
    seal(bag, tmp_path / "bag.tar.age", "bag", read_recipients([public]))
    other, _ = identity(tmp_path)
    with pytest.raises(LamplighterError, match="does not open"):
        opened(tmp_path / "bag.tar.age", other, tmp_path)


@pytest.mark.parametrize("harm", ["flip", "cut", "cut to nothing", "more"])
def test_a_sealed_package_cannot_be_altered(bag: Path, tmp_path: Path, harm: str) -> None:
    key, public = identity(tmp_path)
    sealed = tmp_path / "bag.tar.age"
    seal(bag, sealed, "bag", read_recipients([public]))
    data = bytearray(sealed.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 1
    elif harm == "more":
        data += b"x"
    else:
        data = data[:-70_000] if harm == "cut" else data[:300]
    sealed.write_bytes(data)
    with pytest.raises(LamplighterError) as caught:
        opened(sealed, key, tmp_path)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "given", ["age1nonsense", "ssh-ed25519 AAAA", "ssh-rsa", "/nowhere", "{empty}"]
)
def test_a_wrong_recipient_is_an_error(given: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("# nobody\n")
    with pytest.raises(UsageError):
        read_recipients([given.format(empty=tmp_path / "empty")])
    (tmp_path / "id").write_text(given)
    with pytest.raises(UsageError):
        read_identity(tmp_path / "id")


def test_the_same_bag_gives_the_same_tar(bag: Path, tmp_path: Path) -> None:
    one, two = io.BytesIO(), io.BytesIO()
    write_tar(bag, one, "bag")
    os.utime(bag / "bagit.txt", (1, 1))
    (bag / "bagit.txt").chmod(0o600)
    write_tar(bag, two, "bag")
    assert one.getvalue() == two.getvalue()


def hostile(kind: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo("bag/x.txt")
    names = {"absolute": "/tmp/x", "up": "bag/../../x", "hidden": "bag/.ssh", "drive": "bag/c:\\x",
             "no top": "x", "newline": "bag/a\nb", "deep": "bag/" + "a/" * 9 + "x"}  # fmt: skip
    entry.name = names.get(kind, entry.name)
    if kind in ("symlink", "hardlink"):
        entry.type = tarfile.SYMTYPE if kind == "symlink" else tarfile.LNKTYPE
        entry.linkname = "/etc/passwd"
    if kind in ("device", "fifo"):
        entry.type = tarfile.CHRTYPE if kind == "device" else tarfile.FIFOTYPE
    return entry


@pytest.mark.parametrize(
    "kind",
    ["absolute", "up", "hidden", "drive", "no top", "newline", "deep", "symlink", "hardlink",
     "device", "fifo", "twice", "claims more", "huge header", "gzip", "empty", "no tar"],
)  # fmt: skip
def test_hostile_archives_are_refused(kind: str, tmp_path: Path) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz" if kind == "gzip" else "w") as tar:
        if kind not in ("empty", "claims more", "huge header"):
            for _ in range(2 if kind == "twice" else 1):
                tar.addfile(hostile(kind), io.BytesIO())
    data = raw.getvalue()
    if kind in ("claims more", "huge header"):
        entry = tarfile.TarInfo("bag/x.txt")
        entry.size = 1 << 40
        entry.type = tarfile.XHDTYPE if kind == "huge header" else tarfile.REGTYPE
        data = entry.tobuf(tarfile.GNU_FORMAT) + bytes(10_240)
    (tmp_path / "p.tar").write_bytes(b"no tar at all" * 90 if kind == "no tar" else data)
    before = set(tmp_path.parent.rglob("*"))
    with pytest.raises(TamperError):
        unpack_tar(tmp_path / "p.tar", tmp_path / "out")
    after = set(tmp_path.parent.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "out") for path in after)


def test_a_folder_with_a_link_is_refused(bag: Path, tmp_path: Path) -> None:
    copy_bag(bag, tmp_path / "good")
    assert files(tmp_path / "good") == files(bag)
    (bag / "data" / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(TamperError):
        copy_bag(bag, tmp_path / "bad")


@given(st.text(max_size=40))
def test_a_confined_name_is_below_its_folder(name: str) -> None:
    try:
        inner = confined(name)
    except TamperError:
        return
    root = Path("/somewhere/else")
    assert (root / inner).resolve().is_relative_to(root) and inner.isascii()


def test_the_kind_of_media_is_read_from_its_bytes() -> None:
    assert media_suffix(b"\x89PNG\r\n\x1a\n...") == ".png"
    assert media_suffix(b"RIFF....WEBPVP8 ") == ".webp"
    assert media_suffix(b"<script>") == media_suffix(b"") == ".bin"
