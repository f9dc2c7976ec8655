"""Which service a workspace files reports with, and by what right."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.cybertipline.client import (
    PRODUCTION,
    TEST,
    Client,
    Credentials,
    ServiceError,
)
from lamplighter.reporting.cybertipline.stand_in import serving
from lamplighter.workspace.report_settings import REAL, ReportConfig

PASSWORD = "LAMPLIGHTER_CYBERTIPLINE_PASSWORD"  # noqa: S105 - the variable's name
#: The stand-in is on this machine and keeps nothing that matters.
STAND_IN = Credentials("stand-in", "stand-in")

_BANNERS = {
    "stand-in": "Stand-in: a server on this machine takes the report. Nothing reaches NCMEC.",
    "test": "Test: NCMEC's test service takes the report and throws it away.",
    "production": "PRODUCTION: this is a real report to NCMEC.",
}


@dataclass(frozen=True)
class Service:
    """Where, as whom."""

    environment: str
    base: str
    credentials: Credentials

    def client(self, timeout: float = 60.0) -> Client:
        """A session with it."""
        return Client(self.base, self.credentials, timeout)


def banner(config: ReportConfig) -> str:
    """What everybody must read who drafts, releases or files."""
    return _BANNERS[config.environment]


def service_of(config: ReportConfig) -> Service:
    """The service that the settings name. UsageError if production is not meant, or a secret lacks."""
    environment = config.environment
    if environment == "production" and config.production != REAL:
        raise UsageError(
            "Real reports are not allowed by the configuration.",
            where="lamplighter.toml, [report]",
            hint=f'If they are meant: production = "{REAL}", and file again.',
        )
    if environment == "stand-in":
        password = os.environ.get(PASSWORD) or STAND_IN.password
        return Service(
            environment, config.stand_in, Credentials(config.user or STAND_IN.user, password)
        )
    base = PRODUCTION if environment == "production" else TEST
    return Service(environment, base, Credentials(_user(config), _password(config)))


def _user(config: ReportConfig) -> str:
    if not config.user:
        raise UsageError(
            "NCMEC's user name is missing.", where="lamplighter.toml, [report]", hint='user = "..."'
        )
    return config.user


def _password(config: ReportConfig) -> str:
    if given := os.environ.get(PASSWORD):
        return given
    if config.password_file is None:
        raise UsageError(
            "The password for NCMEC is missing.", where=PASSWORD,
            hint="Set the variable, or password_file in [report].",
        )  # fmt: skip
    try:
        return config.password_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "The file with the password cannot be read.", where=str(config.password_file)
        ) from error


def ask_service(config: ReportConfig) -> str:
    """What the service says of itself, in a sentence."""
    service = service_of(config)
    with service.client(timeout=20) as client:
        try:
            answer = client.status()
        except ServiceError as error:
            return f"{service.base}: {error.description} ({error.remedy.value})"
    return (
        f"{service.base}: {answer.response_description or 'up'}, server time {client.server_time}"
    )


@contextmanager
def stand_in_served(
    config: ReportConfig, workspace: Path, say: Callable[[str], None]
) -> Iterator[None]:
    """Serve a stand-in at the configured address meanwhile. UsageError if it cannot be."""
    service = service_of(config)
    if service.environment != "stand-in":
        raise UsageError(
            "This workspace files with NCMEC, not with a stand-in.",
            where="lamplighter.toml, [report]", hint='environment = "stand-in"',
        )  # fmt: skip
    port = urlsplit(service.base).port or 80
    with ExitStack() as held:
        try:
            _, base = held.enter_context(
                serving(service.credentials, port, stand_in_folder(workspace))
            )
        except OSError as error:
            raise UsageError(
                "The stand-in cannot be served.", where=service.base,
                hint=f"{error.strerror}; another port: stand_in in [report].",
            ) from error  # fmt: skip
        say(f"Stand-in for NCMEC's service at {base}; nothing reaches NCMEC.")
        yield


def stand_in_folder(workspace: Path) -> Path:
    """Where a stand-in keeps what it received."""
    return workspace / "reports" / "stand-in"
