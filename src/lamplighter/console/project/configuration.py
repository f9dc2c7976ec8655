"""What a deployment may set for the console: `console.toml` beside its `lamplighter.toml`."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.workspace.config import read_config

FILE = "console.toml"

#: Environment variable that names the workspace; `lamplighter serve` sets it for its worker.
WORKSPACE = "LAMPLIGHTER_WORKSPACE"
#: Hosts that a browser may name, comma-separated; `lamplighter serve` sets it from --host.
HOSTS = "LAMPLIGHTER_HOSTS"


@dataclass(frozen=True)
class Clause:
    """A clause of the operator's rules that a decision can rest on."""

    code: str
    words: str


#: Used until `[[console.clauses]]` names the operator's own.
CLAUSES = (
    Clause("none", "No clause: nothing in it breaks a rule"),
    Clause("minor", "A person offered may be a child"),
    Clause("control", "Someone else seems to control the person offered"),
    Clause("deception", "The offer, the pay or the terms are false"),
    Clause("evasion", "Contact or wording disguised to pass a filter"),
    Clause("spam", "Repeat posting"),
    Clause("fraud", "Advance fee, fake goods or another scam"),
)


#: Hours from first sight to decision.
HOURS = {"A": 4, "B": 24, "C": 72, "D": 336}
_KNOWN = {"origin", "idle_minutes", "session_hours", "service_hours", "clauses", "oidc", "webhooks",
          "coop"}  # fmt: skip


@dataclass(frozen=True)
class Webhook:
    """Where decisions are told; requests are signed with the secret that the variable holds."""

    url: str
    secret_variable: str


@dataclass(frozen=True)
class Oidc:
    """One OpenID Connect provider. The secret comes from the environment variable named."""

    name: str
    issuer: str
    client_id: str
    secret_variable: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class ConsoleConfig:
    """`origin` is the address people type; https there turns on secure cookies and HSTS."""

    folder: Path
    database: dict[str, Any]
    origin: str = ""
    idle_minutes: int = 30
    session_hours: int = 12
    #: Hours from first sight to decision, by band.
    service_hours: dict[str, int] = field(default_factory=lambda: dict(HOURS))
    clauses: tuple[Clause, ...] = CLAUSES
    oidc: tuple[Oidc, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    #: Public key of a Coop installation that may call; None: none may.
    coop_key: Path | None = None

    @property
    def https(self) -> bool:
        """Whether people reach it over TLS."""
        return self.origin.startswith("https://")


def read_console(folder: Path) -> ConsoleConfig:
    """`console.toml` of the workspace, if there is one; an error shows the line that is wrong.

    The database is the workspace's own setting (`lamplighter.toml`), or LAMPLIGHTER_DATABASE_URL.
    """
    path = folder / FILE
    source = TomlSource(str(path), path.read_text("utf-8") if path.exists() else "")
    said = source.parse()
    if unknown := sorted(set(said) - _KNOWN):
        source.fail(f"There is no setting {unknown[0]!r}.", "", unknown[0],
                    f"There are: {', '.join(sorted(_KNOWN))}.")  # fmt: skip
    for name, most in (("idle_minutes", 1_440), ("session_hours", 168)):
        value = said.get(name, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            source.fail(f"{name} cannot be {value!r}.", "", name, f"A whole number, 1 to {most}.")
    origin = said.get("origin", "")
    if not isinstance(origin, str) or (
        origin and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/?", origin)
    ):
        source.fail("origin is no address.", "", "origin", 'Such as "https://review.example".')
    hours = HOURS | said.get("service_hours", {})
    if set(hours) != set(HOURS) or not all(type(h) is int and h > 0 for h in hours.values()):
        source.fail("service_hours holds hours by band.", "service_hours", None, "A = 4")
    try:
        clauses = tuple(Clause(**one) for one in said.get("clauses", [])) or CLAUSES
        oidc = tuple(Oidc(**one) for one in said.get("oidc", []))
        webhooks = tuple(Webhook(**one) for one in said.get("webhooks", []))
    except TypeError as error:
        source.fail("A table has other keys than it may.", "", None, str(error))
    for one in oidc:
        if not re.fullmatch(r"https://[^\s;,'*]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?(/[^\s;,'*]*)?",
                            str(one.issuer)):  # fmt: skip
            source.fail("An issuer is an https address.", "oidc", "issuer",
                        'Such as "https://login.example".')  # fmt: skip
    url = os.environ.get("LAMPLIGHTER_DATABASE_URL") or read_config(folder).database_url
    return ConsoleConfig(
        folder=folder,
        database=database(url, folder),
        origin=origin.rstrip("/"),
        idle_minutes=said.get("idle_minutes", 30),
        session_hours=said.get("session_hours", 12),
        service_hours=hours,
        clauses=clauses,
        oidc=oidc,
        webhooks=webhooks,
        coop_key=_coop_key(said.get("coop", {}), folder, source),
    )


def _coop_key(said: Any, folder: Path, source: TomlSource) -> Path | None:
    if not said:
        return None
    name = said.get("verification_key") if isinstance(said, dict) and len(said) == 1 else None
    if not isinstance(name, str) or not name:
        source.fail("[coop] names one file: its verification key.", "coop", None,
                    'verification_key = "keys/coop.pem"')  # fmt: skip
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        source.fail("The key lies outside of the workspace.", "coop", "verification_key",
                    'verification_key = "keys/coop.pem"')  # fmt: skip
    return path


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's database entry: SQLite in the workspace, or PostgreSQL by its URL (RFC 3986)."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "review.sqlite3"),
            "OPTIONS": {
                # One writer at a time, and the lock taken at once: no upgrade that can fail.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise UsageError("The database's address cannot be read.", where=url.split("@")[-1],
                         hint="postgresql://user@host:5432/name")  # fmt: skip
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 600,
    }


def secret_key(folder: Path) -> str:
    """The key that signs sessions; made once, readable by its owner alone."""
    path = folder / "keys" / "console.secret"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return path.read_text("ascii")
