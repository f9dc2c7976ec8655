"""The house rules that no other tool checks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from lamplighter.cli.main import app

ROOT = Path(__file__).parent.parent


def _commands(group: TyperGroup, prefix: str = "lamplighter") -> Iterator[tuple[str, str]]:
    """Full name and help of every command, those of sub-apps (`evidence verify`) included."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command.help or ""


def test_every_command_is_in_the_readme_and_has_examples() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    commands = dict(_commands(group))
    assert "lamplighter evidence checkpoint" in commands
    for name, text in commands.items():
        assert name in readme, name
        assert "Example" in text, name


@pytest.mark.parametrize("name", ["requirements.lock", "tests/interop/requirements.lock"])
def test_the_lock_names_no_host_and_hashes_everything(name: str) -> None:
    lock = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|file:|--find-links|--index-url", lock)
    assert lock.count("--hash=sha256:") >= len(re.findall(r"^[a-z0-9.-]+==", lock, re.M))
