"""The house rules that no other tool checks."""

import re
from pathlib import Path

import typer.main

from lamplighter.cli.main import app

ROOT = Path(__file__).parent.parent


def test_every_command_is_in_the_readme_and_has_examples() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert f"lamplighter {name}" in readme, name
        assert "Example" in command.help, name


def test_the_lock_names_no_host_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"https?://|file:|--find-links|--index-url", lock)
    assert lock.count("--hash=sha256:") >= len(re.findall(r"^[a-z0-9.-]+==", lock, re.M))
