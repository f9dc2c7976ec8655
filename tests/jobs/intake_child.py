"""`python -m tests.jobs.intake_child`: for each line `round workspace` a fork that ingests until it
is killed. It says its number, then what is acknowledged: `piece rows` a line. (A fork starts in
milliseconds, an interpreter in a second.)"""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.workspace.workspace import Workspace

ROWS = 120
GROUP = 50


def piece(round_: str, number: int) -> list[dict[str, str]]:
    """Rows of one file: some with what was published, one that cannot be read as a listing."""
    rows = []
    for row in range(ROWS):
        held = {"listing_id": f"{round_}-{number}-{row}", "text": f"oak table {row} " * 20}
        if row % 3 == 0:
            held |= {"published_text": f"table {row}", "moderated_by": "m1"}
        rows.append(held)
    return [*rows, {"listing_id": "", "text": f"no id {round_} {number}"}]


def main(home: str, round_: str, pieces: int = 500) -> None:
    """One open workspace for each piece, as a command would have it."""
    for number in range(pieces):
        path = Path(home).parent / "piece.jsonl"
        path.write_bytes(b"\n".join(orjson.dumps(each) for each in piece(round_, number)))

        def say(rows: int, number: int = number) -> None:
            sys.stdout.write(f"{number} {rows}\n")
            sys.stdout.flush()

        options = IngestOptions(batch_rows=GROUP, acknowledged=say)
        with Workspace.open(Path(home), write=True) as opened:
            ingest(opened, [str(path)], options, Steps(quiet=True))


if __name__ == "__main__":
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()):  # loads what forks need
        Workspace.create(Path(folder) / "ws", name="example.org/warm").close()
        main(str(Path(folder) / "ws"), "warm", 2)
    for line in sys.stdin:
        asked, where = line.rstrip("\n").split(" ", 1)
        forked = os.fork()
        if forked == 0:
            sys.stdout.write(f"{os.getpid()}\n")
            sys.stdout.flush()
            main(where, asked)
            os._exit(0)
        os.waitpid(forked, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()
