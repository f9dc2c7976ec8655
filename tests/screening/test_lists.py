"""Lists in the exchange formats, and what they find."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from lamplighter.foundation.errors import InputError
from lamplighter.screening.lists import ListEntry, Lists
from lamplighter.screening.service import Screener
from tests.screening.workspaces import listing, make

HASH = "f0" * 32
NEAR = "f1" + "f0" * 31
FORMATS = {
    "a.txt": f"pdq {HASH}\nphone +44 113 496 0123\nvideo_md5 {'0' * 32}\n",
    "b.csv": f"signal_type,signal\npdq,{HASH}\nPHONE_NUMBER,+441134960123\nvideo_md5,x\n",
    "c.json": orjson.dumps(
        {
            "data": [
                {"type": "HASH_PDQ", "indicator": HASH},
                {"type": "PHONE_NUMBER", "raw_indicator": "+441134960123"},
                {"type": "VIDEO_MD5", "indicator": "0"},
            ]
        }
    ).decode(),
    "d.jsonl": "\n".join(
        orjson.dumps(each).decode()
        for each in (
            {"type": "HASH_PDQ", "indicator": {"indicator": HASH, "type": "HASH_PDQ"}},
            {"signal_type": "phone", "value": "+441134960123"},
            {"type": "video_md5", "hash": "0"},
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
