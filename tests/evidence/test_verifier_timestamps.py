"""Timestamps in the one-file verifier, against openssl's own tokens and tokens made false."""

import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.verifier.lamplighter_verify import (
    AlteredError,
    check_signature,
    check_timestamp,
    der,
    find_signer,
    leads_to,
    read_certificates,
    read_timestamp,
)
from tests.evidence.time_service import make_service, openssl

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
NOTE = b"example.org/log\n5\n"


class Made(NamedTuple):
    """A service's folder, its token over NOTE, its root, and a root of somebody else."""

    folder: Path
    token: bytes
    root: list[x509.Certificate]
    other: list[x509.Certificate]


def stamp(folder: Path, *more: str) -> bytes:
    (folder / "note").write_bytes(NOTE)
    openssl("ts", "-query", "-data", f"{folder}/note", "-sha256", "-out", f"{folder}/q", *more)
    openssl("ts", "-reply", "-queryfile", f"{folder}/q", "-out", f"{folder}/r",
            "-config", f"{folder}/ts.cnf")  # fmt: skip
    return (folder / "r").read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    root, other = make_service(one), make_service(two)
    return Made(one, stamp(one, "-cert"), read_certificates(root), read_certificates(other))


def test_the_signer_must_lead_to_the_certificate_that_the_reader_gives(made: Made) -> None:
    time, whom = check_timestamp(made.token, NOTE, made.root)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    assert whom == "by 'CN=Test timestamps', which leads to a certificate that you gave"
    with pytest.raises(AlteredError, match="does not lead to a --tsa-cert"):
        check_timestamp(made.token, NOTE, made.other)
    assert check_timestamp(made.token, NOTE, made.other + made.root)[1] == whom
    with pytest.raises(AlteredError, match="of another checkpoint"):
        check_timestamp(made.token, NOTE + b"x", made.root)


def test_the_services_own_certificate_may_be_given_too(made: Made) -> None:
    pin = read_certificates(made.folder / "tsa.pem")
    assert "leads to" in check_timestamp(made.token, NOTE, pin)[1]
    bare = stamp(made.folder)  # has no certificate in it
    assert "leads to" in check_timestamp(bare, NOTE, pin)[1]
    assert "the token has no certificate" in check_timestamp(bare, NOTE, [])[1]
    with pytest.raises(AlteredError, match="is not known"):
        check_timestamp(bare, NOTE, made.root)


def test_without_a_certificate_given_it_says_that_nobody_vouches(made: Made) -> None:
    assert "nobody vouches for it (--tsa-cert)" in check_timestamp(made.token, NOTE, [])[1]


def test_no_changed_byte_passes_for_another_statement_or_stops_the_verifier(made: Made) -> None:
    """What is not signed (the certificates' order, say) may change; time and signer never.

    Every byte, since `cryptography` raises errors of its own for some: a version of 3 was one.
    """
    good = check_timestamp(made.token, NOTE, made.root)
    for at, byte in product(range(len(made.token)), (1, 0x55)):
        changed = made.token[:at] + bytes([made.token[at] ^ byte]) + made.token[at + 1 :]
        with suppress(AlteredError):
            assert check_timestamp(changed, NOTE, made.root) == good
        with suppress(AlteredError):
            assert check_timestamp(changed, NOTE, [])[0] == good[0]


def test_every_byte_of_what_is_signed_counts(made: Made) -> None:
    one = read_timestamp(made.token)
    for part in (one.info, one.signature):
        at = made.token.index(part)
        for place in range(at, at + len(part)):
            changed = bytearray(made.token)
            changed[place] ^= 1
            with pytest.raises(AlteredError):
                check_timestamp(bytes(changed), NOTE, made.root)


def test_signed_attributes_must_be_of_this_time(made: Made) -> None:
    one = read_timestamp(made.token)
    signer = find_signer(one, made.root)
    assert signer is not None
    with pytest.raises(AlteredError, match="over another time"):
        check_signature(replace(one, info=one.info + b"x"), signer)
    with pytest.raises(AlteredError, match="one of"):
        find_signer(replace(one, attributes={}), made.root)
    with pytest.raises(AlteredError, match="signature is false"):
        check_signature(one, made.root[0])


def test_a_certificate_for_something_else_stamps_no_time(made: Made, tmp_path: Path) -> None:
    folder = tmp_path
    make_service(folder)
    config = folder / "ts.cnf"
    for usage, wanted in (
        ("critical,timeStamping,serverAuth", "alone"),
        ("critical,timeStamping", ""),
    ):
        text = re.sub("extendedKeyUsage = .*", f"extendedKeyUsage = {usage}", config.read_text())
        config.write_text(text)
        openssl("x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey",
                f"{folder}/ca.key", "-out", f"{folder}/tsa.pem", "-days", "2", "-extfile",
                str(config), "-extensions", "extensions")  # fmt: skip
        root = read_certificates(folder / "ca.pem")
        try:
            token = stamp(folder, "-cert")
        except subprocess.CalledProcessError:  # openssl itself refuses to sign with the first
            assert wanted
            continue
        if wanted:
            with pytest.raises(AlteredError, match=wanted):
                check_timestamp(token, NOTE, root)
        else:
            assert "leads to" in check_timestamp(token, NOTE, root)[1]


def test_a_certificate_is_good_within_its_dates_only(made: Made) -> None:
    one = read_timestamp(made.token)
    signer = find_signer(one, made.root)
    assert signer is not None and leads_to(signer, one.certificates, made.root, one.time)
    late = made.root[0].not_valid_after_utc.replace(year=one.time.year + 9)
    assert not leads_to(signer, one.certificates, made.root, late)


def test_a_token_full_of_certificates_that_issued_one_another_is_looked_at_once(made: Made) -> None:
    """Of one name and one key: by every way through them it would take thirty to the eighth steps."""
    one = read_timestamp(made.token)
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .not_valid_before(one.time - timedelta(days=1))
        .not_valid_after(one.time + timedelta(days=1))
        .add_extension(x509.BasicConstraints(True, None), True)
    )
    many = [builder.serial_number(number).sign(key, SHA256()) for number in range(1, 31)]
    assert not leads_to(many[0], many, made.root, one.time)
    assert leads_to(many[0], many, many[-1:], one.time)


@given(st.binary(max_size=60))
def test_the_reader_of_der_reads_or_refuses(data: bytes) -> None:
    try:
        whole = der(data)
    except (AlteredError, IndexError):
        return
    assert b"".join(element[2] for element in whole) == data
    for tag, content, raw in whole:
        assert raw[0] == tag and raw.endswith(content)


@pytest.mark.parametrize(
    "odd", [b"\x30\x80\x00\x00", b"\x30\x81\x01\x00", b"\x30\x82\x00\x01\x00", b"\x1f\x01\x00",
            b"\x30\x85\x00\x00\x00\x00\x01\x00", b"\x04\x05a"],
)  # fmt: skip
def test_what_is_not_der_is_refused(odd: bytes) -> None:
    with pytest.raises(AlteredError):
        der(odd)
