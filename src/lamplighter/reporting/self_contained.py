"""Pages that open offline: their own style and script, named by hash in their own policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lamplighter.reporting.operations_report.wording import clean, counted, day, number, short


def asset(package: str, name: str) -> str:
    """A packaged text file."""
    return files(package).joinpath(name).read_text("utf-8")


def policy_hash(text: str) -> str:
    """Hash source of Content-Security-Policy level 3, section 2.3.1."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def environment(package: str, filters: Mapping[str, Any]) -> Environment:
    """Templates of `package`/templates, escaping everything, failing on unknown names."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "number": number, "short": short, **filters}
    made.globals |= {"counted": counted}
    return made


def _showable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value
