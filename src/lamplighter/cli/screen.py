"""`lamplighter screen`: listings in, decisions out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lamplighter.screening.replay import Difference
    from lamplighter.screening.service import Screener


def screen(
    workspace: Annotated[Path, typer.Argument(help="Folder that `lamplighter init` made.")],
    rebuild_index: Annotated[
        bool, typer.Option("--rebuild-index", help="Build the index of what is known anew.")
    ] = False,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", help="Try a policy (TOML) on past listings; nothing is logged."),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", help="Past listings to try it on, the newest.", min=1)
    ] = 100_000,
    status: Annotated[
        str | None, typer.Option("--status", help="What is known of the listing with this id.")
    ] = None,
    broker: Annotated[
        str | None,
        typer.Option("--broker", help="Redis that has listings in a stream: redis://host:6379/0."),
    ] = None,
    stream: Annotated[
        str, typer.Option("--stream", help="Name of that stream; decisions go to NAME.decisions.")
    ] = "listings",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if lines were refused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the replay as JSON.")] = False,
) -> None:
    """Decide on listings: publish, hold for a person, or refuse, with reasons.

    Reads JSON lines from standard input and writes a decision for each to standard output, in the
    same order. A listing is in the ledger before it is decided on. A line with an idempotency_key
    is taken once, however often it is sent. A line that is no listing gives a line with an error.

    With --broker it reads a Redis stream until it is stopped, each message once (the extra `broker`).

    Policy and lists are named in screening.toml of the workspace (docs/screening.md).

    Examples:

      lamplighter screen archive < new.jsonl > decisions.jsonl

      lamplighter screen archive --replay next.toml

      lamplighter screen archive --rebuild-index

      lamplighter screen archive --broker redis://127.0.0.1:6379/0 --stream listings
    """
    import sys

    import orjson

    from lamplighter.cli.console import print_json
    from lamplighter.foundation.errors import ExitCode, UsageError
    from lamplighter.foundation.progress import Steps
    from lamplighter.screening.service import Screener
    from lamplighter.screening.stream import screen_lines

    if sum((rebuild_index, replay is not None, status is not None, broker is not None)) > 1:
        raise UsageError("--rebuild-index, --replay, --status and --broker are different things.",
                         hint="Give one of them.")  # fmt: skip
    steps = Steps(quiet=as_json)
    if rebuild_index:
        typer.echo(f"Index of {_rebuild(workspace, steps):,} versions of listings built.")
        return
    if broker is not None:
        typer.echo(f"{_consume(workspace, broker, stream, steps):,} messages answered.", err=True)
        return
    with Screener.open(workspace, steps=steps) as screener:
        if replay is not None:
            from dataclasses import asdict

            difference = _replay(screener, replay, most, steps)
            if as_json:
                print_json({**asdict(difference), "changed": difference.changed})
            else:
                _print(difference)
        elif status is not None:
            held = screener.status(status)
            if held is None:
                raise UsageError("This listing was not submitted here.", where=status)
            print_json(
                {
                    "listing_id": held.listing_id,
                    "submissions": [
                        {"log_index": each.entry, "received_at": each.received_at,
                         "decision": each.decision.as_dict() if each.decision else None}
                        for each in held.submissions
                    ],
                    "acts": [act._asdict() for act in held.acts],
                }
            )  # fmt: skip
        else:
            refused = 0
            out = sys.stdout.buffer
            for answer in screen_lines(screener, sys.stdin.buffer):
                refused += "error" in answer
                out.write(orjson.dumps(answer) + b"\n")
                out.flush()
            if strict and refused:
                raise typer.Exit(int(ExitCode.ROWS_REJECTED))


def _rebuild(workspace: Path, steps: object) -> int:
    from lamplighter.foundation.progress import Steps
    from lamplighter.screening.index.build import rebuild
    from lamplighter.screening.index.open import FOLDER
    from lamplighter.signals.lexicon import load_lexicon
    from lamplighter.workspace.workspace import Workspace

    assert isinstance(steps, Steps)
    with Workspace.open(workspace, write=True) as opened:
        lexicon = load_lexicon(opened.config.lexicon)
        index = rebuild(opened, opened.folder / FOLDER, lexicon, steps)
        rows = index.rows
        index.close()
    return rows


def _consume(workspace: Path, broker: str, stream: str, steps: object) -> int:
    import signal
    import threading

    from lamplighter.foundation.progress import Steps
    from lamplighter.screening.broker import connect, consume
    from lamplighter.screening.service import Screener

    assert isinstance(steps, Steps)
    client = connect(broker)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Screener.open(workspace, steps=steps) as screener:
        return consume(screener, client, stream, stop)


def _replay(screener: Screener, path: Path, most: int, steps: object) -> Difference:
    from lamplighter.foundation.progress import Steps
    from lamplighter.screening.replay import replay
    from lamplighter.screening.settings import load_policy

    assert isinstance(steps, Steps)
    policy = load_policy(path)
    with steps.step("replay", most) as progress:
        return replay(screener.workspace.listings, screener.decider, policy, progress, most=most)


def _print(difference: Difference) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(title=f"{difference.changed:,} of {difference.listings:,} would change")
    for name in (f"now: {difference.old}", f"then: {difference.new}", "listings"):
        table.add_column(name, justify="right" if name == "listings" else "left")
    for change, count in sorted(difference.outcomes.items()):
        table.add_row(*change.split(">"), f"{count:,}")
    console.print(table)
    for each in difference.changes:
        console.print(Text(f"{each.listing_id}: {each.was} → {each.becomes}. {' '.join(each.why)}"))
