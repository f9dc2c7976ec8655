"""Statements of a workspace, to files and to the DSA Transparency Database."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.statements import list_statements
from lamplighter.reporting.statement.dsa.client import PRODUCTION, SANDBOX, Client
from lamplighter.reporting.statement.dsa.export import ready, write_export
from lamplighter.reporting.statement.dsa.submission import Submitted, submit_all
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.workspace.workspace import Workspace

_NAMED = {"sandbox": SANDBOX, "production": PRODUCTION}


def export_statements(folder: Path, out: Path) -> dict[str, Any]:
    """Write batches and a manifest; the manifest. Delayed statements wait."""
    settings = read_settings(folder)
    with Workspace.open(folder) as opened:
        found = ready(list_statements(opened), settings, datetime.now(UTC))
    return write_export(found, out, settings.platform)


def submit_statements(
    folder: Path, to: str, variable: str, say: Callable[[str], None] = lambda _: None
) -> Submitted:
    """Submit what was not taken yet, to `sandbox`, `production` or an address.

    The token is in the environment variable named. UsageError without one.
    """
    token = os.environ.get(variable, "")
    if not token:
        raise UsageError("There is no token.", where=variable,
                         hint=f"Put it into the environment: export {variable}=…")  # fmt: skip
    base = _NAMED.get(to, to)
    if not base.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise UsageError("This is no address to submit to.", where=to[:120],
                         hint="sandbox, production, or one that begins with https://")  # fmt: skip
    if base == PRODUCTION:
        say("PRODUCTION: what is submitted is published by the European Commission.")
    settings = read_settings(folder)
    with Workspace.open(folder, write=True) as opened:
        found = ready(list_statements(opened), settings, datetime.now(UTC))
        with Client(base, token) as client:
            return submit_all(opened.ledger, client, found.documents)
