"""lamplighter.toml of a workspace, typed and checked."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.listings.mapping import OURS
from lamplighter.workspace.report_settings import ReportConfig, report_config
from lamplighter.workspace.setting import Value
from lamplighter.workspace.settings import SETTINGS

FILE = "lamplighter.toml"


@dataclass(frozen=True)
class Config:
    """What the settings say; `SETTINGS` says what each is for. Paths are absolute."""

    name: str
    region: str
    columns: dict[str, str]
    policy: Path | None
    lexicon: tuple[Path, ...]
    images: Path | None
    timestamp_url: str
    jurisdiction: str
    database_url: str
    report: ReportConfig


def read_config(folder: Path) -> Config:
    """Read `lamplighter.toml` of a workspace. UsageError with file, line and hint at a fault."""
    path = folder / FILE
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "The configuration cannot be read.", where=str(path),
            hint=f"A workspace has a {FILE} in UTF-8: lamplighter init makes one. ({error})",
        ) from error  # fmt: skip
    source = TomlSource(str(path), text)
    said = _checked(source, source.parse())

    def file(value: Value) -> Path | None:
        return folder / str(value) if value else None

    lexicon = said["link", "lexicon"]
    assert isinstance(lexicon, list)
    return Config(
        name=str(said["", "name"]),
        region=str(said["", "region"]),
        columns=_columns(source),
        policy=file(said["link", "policy"]),
        lexicon=tuple(folder / each for each in lexicon),
        images=file(said["link", "images"]),
        timestamp_url=str(said["evidence", "timestamp_url"]),
        jurisdiction=str(said["evidence", "jurisdiction"]),
        database_url=str(said["console", "database_url"]),
        report=report_config(said, folder, str(said["", "name"])),
    )


def _checked(source: TomlSource, content: dict[str, Any]) -> dict[tuple[str, str], Value]:
    tables = {setting.table for setting in SETTINGS} | {"columns"}
    for key, value in content.items():
        if isinstance(value, dict) and key not in tables:
            source.fail(f"There is no table [{key}].", key, None, _near(key, sorted(tables - {""})))
    out: dict[tuple[str, str], Value] = {}
    for table in tables - {"columns"}:
        known = {setting.key: setting for setting in SETTINGS if setting.table == table}
        held = content if not table else content.get(table, {})
        if not isinstance(held, dict):
            source.fail(f"{table} is a table.", "", table, f"Write [{table}] above its settings.")
        for key, value in held.items():
            if not table and isinstance(value, dict):
                continue
            if key not in known:
                source.fail(f"There is no setting {key!r}.", table, key, _near(key, sorted(known)))
            expected = type(known[key].default)
            good = isinstance(value, expected)
            if good and isinstance(value, list):
                good = all(isinstance(each, str) for each in value)
            if not good:
                kind = {str: "a text in quotes", list: "a list of texts", bool: "true or false",
                        int: "a whole number"}[expected]  # fmt: skip
                source.fail(
                    f"{key} is {kind}.", table, key, f"The default is {known[key].default!r}."
                )
            if hint := known[key].check(value):
                source.fail(f"{key} cannot be {value!r}.", table, key, hint)
        for key, setting in known.items():
            out[table, key] = held.get(key, setting.default)
    return out


def _columns(source: TomlSource) -> dict[str, str]:
    columns = source.parse().get("columns", {})
    if not isinstance(columns, dict):
        source.fail("columns is a table.", "", "columns", "Write [columns] above its lines.")
    for ours, theirs in columns.items():
        if not isinstance(theirs, str) or not theirs:
            source.fail('[columns] holds OURS = "theirs".', "columns", ours, 'text = "body"')
        if ours not in OURS:
            source.fail(
                f"There is no column {ours!r} to map to.", "columns", ours, _near(ours, OURS)
            )
    return dict(columns)


def _near(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
