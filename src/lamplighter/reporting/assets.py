"""Style and script of pages that open offline, and their names in a page's own policy."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files


def asset(package: str, name: str) -> str:
    """A packaged text file."""
    return files(package).joinpath(name).read_text("utf-8")


def style(package: str) -> str:
    """The style of a page: what all pages share, and its own `report.css`."""
    return asset("lamplighter.reporting", "base.css") + asset(package, "report.css")


def policy_hash(text: str) -> str:
    """Hash source of Content-Security-Policy level 3, section 2.3.1."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
