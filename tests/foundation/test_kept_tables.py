from pathlib import Path

import numpy as np
import pytest

from lamplighter.foundation import kept_tables as module
from lamplighter.foundation.kept_tables import Tables, kept_tables, pack, unpack


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_BESIDE", tmp_path / "beside")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def ask(code: Path, version: str = "1") -> tuple[Tables, int]:
    made = []

    def make() -> Tables:
        made.append(1)
        return {"numbers": np.arange(5), "texts": pack(["a", "", "ä"])}

    return kept_tables("some", [str(code)], version, make), len(made)


def test_made_once_for_the_same_code_and_data(folder: Path) -> None:
    code = folder / "code.py"
    code.write_text("one")
    first, made = ask(code)
    assert made == 1
    again, made = ask(code)
    assert made == 0 and again.keys() == first.keys()
    assert again["numbers"].tolist() == [0, 1, 2, 3, 4]
    assert unpack(again["texts"]) == ["a", "", "ä"]
    assert ask(code, "2")[1] == 1
    code.write_text("two")
    assert ask(code, "2")[1] == 1
    assert len(list((folder / "beside").iterdir())) == 1  # older ones are gone


@pytest.mark.parametrize("damage", [b"", b"PK", b"\x93NUMPY"])
def test_what_is_damaged_is_made_again(folder: Path, damage: bytes) -> None:
    code = folder / "code.py"
    code.write_text("one")
    ask(code)
    (file,) = (folder / "beside").iterdir()
    whole = file.read_bytes()
    for broken in (damage, whole[: len(whole) // 2], whole[:80] + b"?" + whole[81:]):
        file.write_bytes(broken)
        found, made = ask(code)
        assert made == 1 and found["numbers"].tolist() == [0, 1, 2, 3, 4]
        assert ask(code)[1] == 0


def test_where_the_code_may_not_be_written_the_users_cache_is(folder: Path) -> None:
    code = folder / "code.py"
    code.write_text("one")
    (folder / "beside").write_text("no folder")
    assert ask(code)[1] == 1 and ask(code)[1] == 0
    (folder / "cache").rename(folder / "away")
    (folder / "cache").write_text("no folder either")
    assert ask(code)[1] == 1 and ask(code)[1] == 1
