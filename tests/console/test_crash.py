"""The served console killed, raced and cut off from its database: nothing acknowledged is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from lamplighter.simulate.market import write_market

from .conftest import PASSWORD
from .serving import COMMAND, Browser, Served, clean_environment

_PEOPLE = """
import sys
from pathlib import Path
from lamplighter.console.serve import prepare
prepare(Path(sys.argv[1]))
from lamplighter.console.people.models import Person
for name in ("ada", "bob"):
    Person.objects.create_user(name, password=sys.argv[2], roles=["reviewer", "senior"])
"""
_DECIDED = """
import sys
from pathlib import Path
from lamplighter.console.serve import prepare
prepare(Path(sys.argv[1]))
from lamplighter.console.review.models import Decision
for row in Decision.objects.order_by("ledger_index"):
    print(row.note, row.ledger_index, row.lead_id)
"""
GOOD = {"verdict": "nothing", "clause": "none", "stay": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash")
    write_market(400, 3, folder / "m.csv", folder / "t.csv")
    for command in (
        ["init", str(folder / "w")],
        ["ingest", str(folder / "w"), str(folder / "m.csv")],
    ):
        subprocess.run(
            [*COMMAND, *command], check=True, capture_output=True, env=clean_environment()
        )
    _run(_PEOPLE, folder / "w", PASSWORD)
    return folder / "w"


def _run(program: str, *given: object) -> str:
    command = [sys.executable, "-c", program, *map(str, given)]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=clean_environment()
    ).stdout


def _leads(client: Browser) -> list[str]:
    import re

    page = client.get("/queue/").text
    return list(dict.fromkeys(re.findall(r"/operation/(op-[0-9a-z]+)/", page)))


def test_two_at_once_and_a_kill(home: Path) -> None:
    with Served(home) as served:
        ada, bob = served.client("ada", PASSWORD), served.client("bob", PASSWORD)
        leads = _leads(ada)
        assert len(leads) > 8
        # Both send the same form at the same moment, for six leads.
        for lead in leads[:6]:
            gate = threading.Barrier(2)

            def send(
                client: Browser, who: str, lead: str = lead, gate: threading.Barrier = gate
            ) -> None:
                gate.wait()
                answer = client.submit(
                    f"/operation/{lead}/decide", GOOD | {"note": f"{who}-{lead}"}
                )
                assert answer.status_code == 302

            pair = [threading.Thread(target=send, args=one) for one in ((ada, "ada"), (bob, "bob"))]
            for thread in pair:
                thread.start()
            for thread in pair:
                thread.join()
        # Then one decides without a pause until the server is killed.
        acknowledged: list[str] = []

        def work() -> None:
            for number in range(10_000):
                try:
                    note = f"n{number}"
                    told = ada.submit(f"/operation/{leads[6]}/decide", GOOD | {"note": note})
                except Exception:
                    return
                if told.status_code == 302:
                    acknowledged.append(note)

        worker = threading.Thread(target=work)
        worker.start()
        while len(acknowledged) < 12 and worker.is_alive():
            worker.join(0.05)
        served.kill()
        worker.join()
    assert len(acknowledged) >= 12
    subprocess.run([*COMMAND, "console", "rebuild", str(home)], check=True, env=clean_environment(),
                   capture_output=True)  # fmt: skip
    rows = [line.split() for line in _run(_DECIDED, home).splitlines()]
    notes = [row[0] for row in rows]
    assert set(acknowledged) <= set(notes) and len(notes) == len(set(notes))
    for lead in leads[:6]:
        # The lock of the first was given back before the second came, or it kept the second out.
        both = [note for note in notes if note.endswith(lead)]
        assert 1 <= len(both) <= 2
    done = subprocess.run([*COMMAND, "evidence", "verify", str(home)], capture_output=True, text=True,
                          env=clean_environment())  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_its_database_it_answers_clearly_and_comes_back(home: Path) -> None:
    with Served(home) as served:
        ada = served.client("ada", PASSWORD)
        lead = _leads(ada)[0]
        away, here = home / "review.sqlite3", home / "moved.sqlite3"
        files = [
            Path(f"{away}{end}") for end in ("", "-wal", "-shm") if Path(f"{away}{end}").exists()
        ]
        for file in files:
            file.rename(f"{here}{file.name.removeprefix(away.name)}")
        away.mkdir()  # cannot be opened
        told = ada.submit(f"/operation/{lead}/decide", GOOD | {"note": "lost?"})
        assert told.status_code == 503 and told.headers["Retry-After"]
        assert "look whether it was recorded" in told.text and "Traceback" not in told.text
        assert httpx.get(f"{served.base}/alive").status_code == 200
        away.rmdir()
        for file in files:
            Path(f"{here}{file.name.removeprefix(away.name)}").rename(file)
        told = ada.submit(f"/operation/{lead}/decide", GOOD | {"note": "after"})
        assert told.status_code == 302
    assert "after" in _run(_DECIDED, home)
