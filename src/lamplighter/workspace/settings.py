"""Every setting of lamplighter.toml: its table, type, default and what it is for.

The one declaration: `init` writes the file from it, and `Config` reads and checks against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers

from lamplighter.workspace.report_settings import REPORT_SETTINGS
from lamplighter.workspace.setting import Setting, Value


def _name(value: Value) -> str:
    good = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", str(value))
    return "" if good else "Letters, digits and . _ / - only, such as: example.org/listings"


def _region(value: Value) -> str:
    known = str(value) in phonenumbers.SUPPORTED_REGIONS
    return "" if known else 'Two capital letters of ISO 3166, such as "GB".'


def _url(value: Value) -> str:
    good = not value or re.fullmatch(r"https?://[^\s@]+", str(value))
    return "" if good else "An http(s) address without a password in it, or nothing."


def _database(value: Value) -> str:
    if value and not re.match(r"postgres(ql)?://", str(value)):
        return "postgresql://user@host/name, or nothing for SQLite in the workspace."
    if re.search(r"://[^/@]*:[^/@]*@", str(value)):
        return "Leave the password out: PGPASSWORD or a file named by PGPASSFILE holds it."
    return ""


SETTINGS = (
    Setting("", "name", "lamplighter.invalid/workspace",
            "Origin of the log: it stands in every checkpoint and proof. Never change it.", _name),
    Setting("", "region", "US",
            "Country (ISO 3166) of phone numbers written without a country prefix.", _region),
    Setting("link", "policy", "",
            "Weights of evidence of your own (TOML; see docs/policy.md). Empty: those shipped."),
    Setting("link", "lexicon", [],
            "Files with more indicators (TOML; see docs/indicators.md)."),
    Setting("link", "images", "",
            "Folder that image paths of listings are relative to. Empty: only given hashes count."),
    Setting("evidence", "timestamp_url", "",
            "RFC 3161 timestamp service asked at each checkpoint command. Empty: none.", _url),
    Setting("evidence", "jurisdiction", "US",
            "Policy pack that says how long reported listings must be kept."),
    Setting("console", "database_url", "",
            "Where people's work is kept: postgresql://user@host/name. Empty: review.sqlite3 here.",
            _database),
    *REPORT_SETTINGS,
)  # fmt: skip

_COLUMNS = """
[columns]
# Your names of columns for ours, where they differ (see docs/listings.md):
# listing_id = "post_id"
# text = "body"
"""


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each) for each in value) + "]"
    return str(value).lower()


def starting_text(name: str) -> str:
    """The lamplighter.toml of a new workspace: every setting with its comment and default."""
    lines = ["# Configuration of this Lamplighter workspace. Paths are relative to this folder.",
             "# Secrets do not belong here: they come from the environment or from files.", ""]  # fmt: skip
    table = ""
    for setting in SETTINGS:
        if setting.table != table:
            if not table:
                lines.extend([*_COLUMNS.strip().split("\n"), ""])
            table = setting.table
            lines.append(f"[{table}]")
        value = name if setting.key == "name" else setting.default
        lines.extend((f"# {setting.comment}", f"{setting.key} = {_shown(value)}", ""))
    return "\n".join(lines).rstrip() + "\n"


def changed_text(text: str, said: Mapping[tuple[str, str], Value]) -> str:
    """A lamplighter.toml with other values, by table and key; its comments stay.

    KeyError where a setting has no line of its own in it.
    """
    left, table, lines = dict(said), "", []
    for line in text.split("\n"):
        if head := re.fullmatch(r"\[(\w+)\]\s*", line):
            table = head[1]
        key = line.split("=", 1)[0].strip()
        if (table, key) in left:
            line = f"{key} = {_shown(left.pop((table, key)))}"
        lines.append(line)
    if left:
        raise KeyError(f"no line for {sorted(left)}")
    return "\n".join(lines)
