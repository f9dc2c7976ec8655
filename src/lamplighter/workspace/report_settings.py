"""[report] of lamplighter.toml: who files reports to those who must be told, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lamplighter.workspace.setting import Setting, Value

#: What `production` must say before a real report can be filed.
REAL = "file real reports"
ENVIRONMENTS = ("stand-in", "test", "production")


@dataclass(frozen=True)
class ReportConfig:
    """What `REPORT_SETTINGS` say. The password is no setting: environment or file."""

    environment: str
    production: str
    stand_in: str
    user: str
    password_file: Path | None
    platform: str
    first_name: str
    last_name: str
    email: str
    phone: str
    terms_url: str
    ip_column: str


def _environment(value: Value) -> str:
    return "" if value in ENVIRONMENTS else f"One of: {', '.join(ENVIRONMENTS)}."


def _production(value: Value) -> str:
    return "" if value in ("", REAL) else f'Nothing, or "{REAL}".'


def _loopback(value: Value) -> str:
    parts = urlsplit(str(value))
    good = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return "" if good else "A stand-in is on this machine, such as http://127.0.0.1:8899"


def _email(value: Value) -> str:
    good = not value or re.fullmatch(r"[^@\s]+@[^@\s]+", str(value))
    return "" if good else "An e-mail address, or nothing."


REPORT_SETTINGS = (
    Setting("report", "environment", "stand-in",
            "Where CyberTipline reports go: stand-in (this machine), test (exttest.cybertip.org), production.",
            _environment),
    Setting("report", "production", "",
            f'Guard: "{REAL}" here and environment = "production" file real reports.', _production),
    Setting("report", "stand_in", "http://127.0.0.1:8899",
            "Address of the stand-in server: lamplighter report cybertipline stand-in.", _loopback),
    Setting("report", "user", "",
            "User name that NCMEC gave you. The password: LAMPLIGHTER_CYBERTIPLINE_PASSWORD."),
    Setting("report", "password_file", "", "File with the password, where the variable is not set."),
    Setting("report", "platform", "", "Name of the platform, as NCMEC knows it. Empty: name above."),
    Setting("report", "first_name", "", "Person who answers for reports: first name."),
    Setting("report", "last_name", "", "... last name."),
    Setting("report", "email", "", "... e-mail address: NCMEC sends back a report without it.", _email),
    Setting("report", "phone", "", "... business phone."),
    Setting("report", "terms_url", "", "Address of your terms of service."),
    Setting("report", "ip_column", "",
            "Column of your listings that holds the poster's IP address, if any."),
)  # fmt: skip


def report_config(said: Mapping[tuple[str, str], Value], folder: Path, name: str) -> ReportConfig:
    """Typed, from checked settings."""
    texts = {setting.key: str(said["report", setting.key]) for setting in REPORT_SETTINGS}
    file = texts.pop("password_file")
    texts["platform"] = texts["platform"] or name
    return ReportConfig(password_file=folder / file if file else None, **texts)
