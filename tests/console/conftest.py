"""A workspace made from a simulated market, and Django over it; only tests of this folder pay."""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "a long password 42"

_FOLDER = Path(tempfile.mkdtemp(prefix="lamplighter-console-"))
WORKSPACE = _FOLDER / "workspace"


def _point_django() -> None:
    from lamplighter.jobs.ingest import new_workspace

    new_workspace(WORKSPACE, "test.invalid/console")
    os.environ["LAMPLIGHTER_WORKSPACE"] = str(WORKSPACE)
    os.environ["LAMPLIGHTER_HOSTS"] = "testserver"
    os.environ["DJANGO_SETTINGS_MODULE"] = "lamplighter.console.project.settings"
    import django

    django.setup()


# The process that only hands tests out must not name a workspace: its workers would inherit it.
_RUNS_TESTS = "PYTEST_XDIST_WORKER" in os.environ or not any(
    one.startswith(("-n", "--numprocesses")) for one in sys.argv
)
if _RUNS_TESTS:
    _point_django()


def pytest_sessionfinish() -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)


def _with_pictures(market: Path) -> None:
    """Let every listing name a picture and a drawing of a folder that the workspace reads."""
    from PIL import Image

    home = WORKSPACE / "pictures"
    home.mkdir()
    Image.new("RGB", (120, 80), "orange").save(home / "plain.png")
    (home / "drawing.svg").write_bytes(
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    )
    config = WORKSPACE / "lamplighter.toml"
    text = config.read_text("utf-8").replace('images = ""', 'images = "pictures"')
    config.write_text(text, "utf-8")
    with market.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["images"] = "|".join(filter(None, (row["images"], "plain.png", "drawing.svg")))
    with market.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)


@pytest.fixture(scope="session")
def workspace() -> Iterator[Path]:
    """Listings in the ledger and linked."""
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.ingest import IngestOptions, ingest
    from lamplighter.jobs.link import LinkOptions, link
    from lamplighter.operations.policy_check import default_policy
    from lamplighter.signals.lexicon import load_lexicon
    from lamplighter.simulate.market import write_market
    from lamplighter.workspace.workspace import Workspace

    market = _FOLDER / "market.csv"
    write_market(1_200, 3, market, _FOLDER / "truth.csv")
    _with_pictures(market)
    steps = Steps(quiet=True)
    with Workspace.open(WORKSPACE, write=True) as opened:
        ingest(opened, [str(market)], IngestOptions(), steps)
    options = LinkOptions(policy=default_policy(), lexicon=load_lexicon())
    link([str(market)], WORKSPACE / "links", options, steps)
    yield WORKSPACE
    from lamplighter.console.record.deployment import deployment

    deployment().close()
    deployment.cache_clear()


@pytest.fixture
def desk(workspace: Path, transactional_db: Any) -> Path:
    """A queue that shows the workspace."""
    from django.core.cache import cache

    from lamplighter.console.record.relink import follow_links

    cache.clear()
    follow_links()
    return workspace


Sign = Callable[..., Any]


@cache
def _hash() -> str:
    """Argon2 is slow by design: once is enough for tests."""
    from django.contrib.auth.hashers import make_password

    return str(make_password(PASSWORD))


@pytest.fixture
def sign_in(db: Any) -> Sign:
    """A client signed in with roles: `sign_in("reviewer", name="rita")`."""
    from django.test import Client

    from lamplighter.console.people.models import Person

    def signed(*roles: str, name: str = "") -> Any:
        person, made = Person.objects.get_or_create(
            username=name or "-".join(roles) or "nobody", defaults={"roles": list(roles)}
        )
        if made:
            person.password = _hash()
            person.save()
        client = Client()
        client.force_login(person)
        client.person = person
        return client

    return signed


@pytest.fixture
def acts(workspace: Path) -> Callable[[str], list[Any]]:
    """Entries of one kind in the ledger."""
    from lamplighter.console.record.deployment import deployment

    def found(kind: str) -> list[Any]:
        ledger = deployment().workspace.ledger
        return [entry for entry in ledger.entries() if entry.kind == kind]

    return found
