"""Lists in the exchange formats, and what they find."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.foundation.errors import InputError
from lamplighter.screening.digests import text_digest
from lamplighter.screening.lists import ListEntry, Lists
from lamplighter.screening.service import Screener
from tests.screening.workspaces import listing, make

HASH = "f0" * 32
NEAR = "f1" + "f0" * 31
FORMATS = {
    "a.txt": f"pdq {HASH}\nphone +44 113 496 0123\ntmk x\n",
    "b.csv": f"signal_type,signal\npdq,{HASH}\nPHONE_NUMBER,+441134960123\nvideo_tmk,x\n",
    "c.json": orjson.dumps(
        {
            "data": [
                {"type": "HASH_PDQ", "indicator": HASH},
                {"type": "PHONE_NUMBER", "raw_indicator": "+441134960123"},
                {"type": "VIDEO_TMK", "indicator": "0"},
            ]
        }
    ).decode(),
    "d.jsonl": "\n".join(
        orjson.dumps(each).decode()
        for each in (
            {"type": "HASH_PDQ", "indicator": {"indicator": HASH, "type": "HASH_PDQ"}},
            {"signal_type": "phone", "value": "+441134960123"},
            {"type": "video_tmk", "hash": "0"},
        )
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FORMATS[name])
    lists = Lists([ListEntry("ours", tmp_path / name, "refuse", "us")], "GB")
    assert lists.size == 2
    assert sum(lists.unusable["ours"].values()) == 1


def test_a_bare_csv_needs_its_type_and_whole_hashes(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"{HASH},17,2026-01-01,media_type_photo\n")
    with pytest.raises(InputError, match="no type"):
        Lists([ListEntry("ours", tmp_path / "x.csv", "refuse", "us")], "GB")
    assert Lists([ListEntry("ours", tmp_path / "x.csv", "hold", "us", "pdq")], "GB").size == 1
    (tmp_path / "x.csv").write_text(f"{HASH},17\nnonsense,18\n")
    with pytest.raises(InputError, match="no PDQ hash") as caught:
        Lists([ListEntry("ours", tmp_path / "x.csv", "refuse", "us", "pdq")], "GB")
    assert "x.csv:2" in str(caught.value)


def test_exact_refuses_and_near_holds(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    (folder / "ours.txt").write_text(FORMATS["a.txt"])
    (folder / "screening.toml").write_text(
        '[[list]]\nname = "ours"\nfile = "ours.txt"\nuse = "refuse"\nsource = "us, 2026"\n'
    )
    with Screener.open(folder) as screener:
        same = screener.submit(listing("a", "Blue lamp", images=[f"pdq:{HASH}"]))
        near = screener.submit(listing("b", "Blue lamp", images=[f"pdq:{NEAR}"]))
        phone = screener.submit(listing("c", "Blue lamp, call 0113 496 0123"))
        assert [each.outcome for each in (same, near, phone)] == ["refuse", "hold", "refuse"]
        assert "in ours, from us, 2026" in same.reasons[0].sentence
        assert "phone +441134960123" in phone.reasons[0].sentence


def test_shadow_mode_decides_and_publishes(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    (folder / "ours.txt").write_text(FORMATS["a.txt"])
    (folder / "screening.toml").write_text(
        'mode = "shadow"\n[[list]]\nname = "ours"\nfile = "ours.txt"\nuse = "refuse"\nsource = "u"\n'
    )
    with Screener.open(folder) as screener:
        decision = screener.submit(listing("a", "Blue lamp", images=[f"pdq:{HASH}"]))
        assert (decision.outcome, decision.policy_outcome) == ("publish", "refuse")


def test_files_and_texts_are_matched_by_their_digests(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    pictures = folder / "pictures"
    pictures.mkdir()
    (pictures / "film.bin").write_bytes(b"no picture at all")
    config = (folder / "lamplighter.toml").read_text()
    given_none = 'images = ""'
    assert given_none in config
    (folder / "lamplighter.toml").write_text(config.replace(given_none, 'images = "pictures"'))
    film, other = (md5(each).hexdigest() for each in (b"no picture at all", b"another"))
    # As te-tag-query and the API write them.
    (folder / "ours.csv").write_text(
        f"type,indicator\nHASH_VIDEO_MD5,{film}\nHASH_MD5,{other.upper()}\n"
        'TEXT_STRING,"Zwölf Stühle, EICHE!"\n'
        f"HASH_TEXT_MD5,{md5(b'zweisesselleder').hexdigest()}\n"
    )
    (folder / "screening.toml").write_text(
        '[[list]]\nname = "ours"\nfile = "ours.csv"\nuse = "refuse"\nsource = "us, 2026"\n'
    )
    rows = {
        "file": listing("file", "Blue lamp", images=["film.bin"]),
        "given": listing("given", "Blue lamp", images=[f"md5:{other}"]),
        "title": listing("title", "Blue lamp", title="zwolf stuhle - Eiche"),
        "digest": listing("digest", "Leder", title="Zwei Sessel"),
        "no": listing("no", "Zwölf Stühle, Eiche, neu", images=["md5:" + "0" * 32]),
        "wrong": listing("wrong", "Blue lamp", images=["md5:xyz"]),
    }
    with Screener.open(folder) as screener:
        found = {name: screener.submit(row) for name, row in rows.items()}
    outcomes = {name: each.outcome for name, each in found.items()}
    assert outcomes == {
        "file": "refuse", "given": "refuse", "title": "refuse", "digest": "refuse",
        "no": "publish", "wrong": "publish",
    }  # fmt: skip
    assert f"a file with the MD5 {film[:8]}… in ours, from us" in found["file"].reasons[0].sentence
    assert "the same words as a listed text" in found["title"].reasons[0].sentence
    assert found["no"].problems == ()
    assert found["wrong"].problems
    (folder / "ours.csv").write_text("type,indicator\nHASH_MD5,nonsense\n")
    with pytest.raises(InputError, match="no MD5"):
        Lists([ListEntry("ours", folder / "ours.csv", "refuse", "us")], "GB")


@given(st.text(max_size=40).filter(lambda text: "Σ" not in text))  # its small letter depends
def test_a_text_digest_is_blind_to_case_accents_and_marks(text: str) -> None:
    decorated = " ".join(f"{c}\u0301-_" for c in text)
    assert text_digest(decorated) == text_digest(text)
