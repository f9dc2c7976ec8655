"""`lamplighter ingest`: listings into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lamplighter.foundation.errors import ExitCode


def ingest(
    workspace: Annotated[Path, typer.Argument(help="Folder that `lamplighter init` made.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders or globs (CSV, JSONL, Parquet), or - for JSONL. "
            "Without any, what was kept and not linked yet is linked."
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            "-m",
            help="Your column for ours: --map text=body. Repeatable; "
            "also [columns] in the workspace's lamplighter.toml.",
        ),
    ] = None,
    no_link: Annotated[
        bool, typer.Option("--no-link", help="Keep only: the next ingest links these as well.")
    ] = False,
    threads: Annotated[int, typer.Option("--threads", help="Threads (0: one a core).", min=0)] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if rows were rejected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Keep listings: every version goes to the ledger, durably, before anything else sees it.

    Rows that cannot be read as listings are kept as raw bytes, with the reason. Rows that are
    already known add nothing. The counts are printed when all of it is safe on disk. Then all that
    the workspace knows is linked, with the result that `lamplighter link` has on it at once, into
    the workspace's folder links; changes.json there says which operations appeared, joined or split.
    While `lamplighter serve` runs, the rows go through it: a ledger has one writer.

    Examples:

      lamplighter ingest archive export.csv

      lamplighter ingest archive more/ --no-link

      zcat ads.jsonl.gz | lamplighter ingest archive - --map text=body
    """
    import os

    from lamplighter.cli.console import print_json
    from lamplighter.foundation.errors import UsageError
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.ingest import IngestOptions
    from lamplighter.jobs.ingest import ingest as run_ingest
    from lamplighter.jobs.workspace_link import link_workspace
    from lamplighter.listings.mapping import parse_map
    from lamplighter.workspace.workspace import Workspace

    if no_link and not inputs:
        raise UsageError("There is nothing to do.", where="--no-link",
                         hint="Name an input to keep, or leave out --no-link.")  # fmt: skip
    steps = Steps(quiet=as_json)
    told: dict[str, Any] = {}
    if inputs:
        options = IngestOptions(mapping=parse_map(mapping or []))
        with Workspace.open_or_visit(workspace) as opened:
            told = run_ingest(opened, inputs, options, steps)
        if not as_json:
            _print_counts(told)  # now, not after linking: these rows are safe
    if not no_link:
        made = link_workspace(workspace, threads or os.cpu_count() or 1, steps)
        told["link"] = made.run if made else None
        if not as_json:
            _print_link(workspace, told["link"])
    if as_json:
        print_json(told)
    if strict and told.get("rejected"):
        raise typer.Exit(int(ExitCode.ROWS_REJECTED))


def _print_counts(counts: dict[str, Any]) -> None:
    typer.echo(
        f"{counts['rows']:,} rows kept: {counts['new']:,} new versions, {counts['same']:,} known "
        f"before and not added again, {counts['rejected']:,} rejected."
    )
    for reason, number in counts["rejected_by_reason"].items():
        typer.echo(f"  {number:,} × {reason}")
    typer.echo(f"Workspace: {counts['versions']:,} versions, {counts['ledger_size']:,} entries.")


def _print_link(workspace: Path, run: dict[str, Any] | None) -> None:
    if run is None:
        typer.echo("Links are up to date.")
        return
    typer.echo(f"{run['listings']:,} listings, {run['operations']:,} operations:")
    for kind, number in run["changes"].items():
        typer.echo(f"  {number:>9,} {kind}")
    typer.echo(f"Report: {workspace / 'links' / 'report.html'}")
