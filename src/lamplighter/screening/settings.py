"""screening.toml of a workspace: which policy acts, which one only watches, and the lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import InputError
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.operations.policy_entries import TEXT, check_entry, policy_text, unknown_key
from lamplighter.screening.lists import TYPES, USES, ListEntry
from lamplighter.screening.policy import ScreeningPolicy
from lamplighter.screening.policy_check import default_policy, read_policy

FILE = "screening.toml"
MODES = ("act", "shadow")
_TOP = {"mode": TEXT, "policy": TEXT, "shadow_policy": TEXT}
_LIST = {"name": TEXT, "file": TEXT, "use": TEXT, "source": TEXT, "signal_type": TEXT}
_EXAMPLES = {
    "mode": 'mode = "act"',
    "policy": 'policy = "policies/screening.toml"',
    "shadow_policy": 'shadow_policy = "policies/next.toml"',
    "name": 'name = "partner-hashes"',
    "file": 'file = "lists/partner.csv"',
    "use": 'use = "hold"',
    "source": 'source = "who gave it, and when"',
    "signal_type": 'signal_type = "pdq"',
}


@dataclass(frozen=True)
class Settings:
    """`mode` shadow: everything is decided and logged, and everything is published."""

    mode: str
    policy: ScreeningPolicy
    shadow: ScreeningPolicy | None
    lists: tuple[ListEntry, ...]


def read_settings(workspace: Path) -> Settings:
    """The settings; defaults where there is no screening.toml. LamplighterError with the line."""
    path = workspace / FILE
    if not path.exists():
        return Settings("act", default_policy(), None, ())
    source = policy_text(str(path), _text(path))
    content = source.parse()
    for key in content:
        if key not in (*_TOP, "list"):
            unknown_key(source, "", 0, key, (*_TOP, "list"))
    head = {key: content[key] for key in _TOP if key in content}
    check_entry(source, head, "", 0, _TOP, (), _EXAMPLES)
    mode = head.get("mode", "act")
    if mode not in MODES:
        source.fail(f"mode is {mode!r}", "", "mode", 'modes are "act" and "shadow"')
    named = {key: _policy(workspace, source, head, key) for key in ("policy", "shadow_policy")}
    entries = content.get("list", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        source.fail("list must be a list of tables", "list", None, "write [[list]]")
    lists = tuple(_list(workspace, source, each, at) for at, each in enumerate(entries))
    for at, entry in enumerate(lists):
        if entry.name in [each.name for each in lists[:at]]:
            source.fail(f"there are two lists named {entry.name!r}", "list", "name", "give each its own name: decisions cite it", number=at)  # fmt: skip
    return Settings(mode, named["policy"] or default_policy(), named["shadow_policy"], lists)


def load_policy(path: Path) -> ScreeningPolicy:
    """The policy in a file."""
    return read_policy(_text(path), str(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "A file of the screening settings cannot be read.", where=f"{path} ({error})",
            hint="It must be TOML in UTF-8; docs/screening.md has an example.",
        ) from None  # fmt: skip


def _policy(
    workspace: Path, source: TomlSource, head: dict[str, Any], key: str
) -> ScreeningPolicy | None:
    if key not in head:
        return None
    path = workspace / head[key]
    if not path.is_file():
        source.fail(f"there is no file {head[key]!r}", "", key, "paths start at the workspace's folder")  # fmt: skip
    return load_policy(path)


def _list(workspace: Path, source: TomlSource, entry: dict[str, Any], number: int) -> ListEntry:
    check_entry(source, entry, "list", number, _LIST, ("name", "file", "use", "source"), _EXAMPLES)
    name, use, kind = entry["name"], entry["use"], entry.get("signal_type", "")

    def fail(what: str, key: str, hint: str) -> None:
        source.fail(f"list {name!r} {what}", "list", key, hint, number=number)

    if not name or not all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in name):
        fail("has a name that no policy can cite", "name", "small letters, digits and - only")
    if use not in USES:
        fail(f"has the use {use!r}", "use", f"uses are {', '.join(USES)}")
    if not entry["source"].strip():
        fail("names no source", "source", _EXAMPLES["source"])
    if kind and kind.lower() not in TYPES:
        fail(f"is of the type {kind!r}, which no listing has", "signal_type",
             f"types are {', '.join(sorted(set(TYPES)))}")  # fmt: skip
    return ListEntry(name, workspace / entry["file"], use, entry["source"], kind)
