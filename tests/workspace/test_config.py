"""The configuration: what init writes can be read, and what is wrong is pointed at."""

from pathlib import Path

import pytest

from lamplighter.foundation.errors import UsageError
from lamplighter.workspace.config import read_config
from lamplighter.workspace.settings import SETTINGS, starting_text


def _config(folder: Path, text: str) -> Path:
    (folder / "lamplighter.toml").write_text(text, "utf-8")
    return folder


def test_what_init_writes_has_every_setting_with_its_default(tmp_path: Path) -> None:
    text = starting_text("example.org/x")
    read = read_config(_config(tmp_path, text))
    assert read.name == "example.org/x"
    # An empty file is the same but for the name: the file only says what is the default.
    bare = read_config(_config(tmp_path, 'name = "example.org/x"'))
    assert read == bare
    for setting in SETTINGS:
        assert f"\n{setting.key} = " in text and setting.comment in text


def test_columns_and_paths(tmp_path: Path) -> None:
    read = read_config(
        _config(tmp_path, '[columns]\ntext = "body"\n[link]\nlexicon = ["more.toml", "/x/y.toml"]')
    )
    assert read.columns == {"text": "body"}
    assert read.lexicon == (tmp_path / "more.toml", Path("/x/y.toml"))


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('\nregon = "US"', 2, "region"),
        ('region = "usa"', 1, "GB"),
        ("[link]\n\npolicy = 3", 3, "default"),
        ("[link]\nlexicon = [3]", 2, "default"),
        ("[colums]", 1, "columns"),
        ('[columns]\ntxt = "body"', 2, "text"),
        ("[columns]\ntext = 7", 2, "body"),
        ('region = "U\n', 1, "quotes"),
        ("link = 3", 1, "link"),
        ('[console]\ndatabase_url = "postgresql://a:secret@host/x"', 2, "PGPASSFILE"),
        ('[evidence]\ntimestamp_url = "ftp://x"', 2, "http"),
        ('name = "two words"', 1, "example.org"),
    ],
)
def test_a_wrong_setting_is_pointed_at(tmp_path: Path, text: str, line: int, hint: str) -> None:
    with pytest.raises(UsageError) as told:
        read_config(_config(tmp_path, text))
    assert f"lamplighter.toml:{line}:" in (told.value.where or "")
    assert hint in f"{told.value.hint} {told.value.what}"
