"""The same tests on PostgreSQL: a cluster made for them and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: What touches the database in ways that differ: locks, upserts, constraints, JSON, sessions.
SAME = ("test_review.py", "test_two_people.py", "test_relink.py", "test_cases.py", "test_search.py",
        "test_rebuild.py")  # fmt: skip


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def _as_other() -> list[str] | None:
    """PostgreSQL does not run as root: how to run it as somebody else."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    return ["runuser", "-u", "postgres", "--"] if "postgres" in names else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    initdb, control, other = _program("initdb"), _program("pg_ctl"), _as_other()
    if not initdb or not control or other is None or os.environ.get("LAMPLIGHTER_DATABASE_URL"):
        pytest.skip("no PostgreSQL server on this machine, or the suite runs on it already")
    folder = Path(tempfile.mkdtemp(prefix="lamplighter-pg-"))
    if other:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run([*other, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run(initdb, "-D", str(data), "-U", "lamplighter", "-A", "trust", "-E", "UTF8")
    run(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://lamplighter@127.0.0.1:{port}/postgres"
    finally:
        run(control, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_the_same_suite_on_postgresql(server: str) -> None:
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    # What conftest.py set for this process would point that one at the same workspace.
    ours = ("DJANGO_SETTINGS_MODULE", "LAMPLIGHTER_WORKSPACE", "LAMPLIGHTER_HOSTS")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
         *(str(HERE / name) for name in SAME)],
        env={**clean, "LAMPLIGHTER_DATABASE_URL": server}, cwd=HERE.parents[1],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    assert " passed" in done.stdout
