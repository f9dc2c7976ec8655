"""`lamplighter ingest`: listings into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.foundation.errors import ExitCode


def ingest(
    workspace: Annotated[Path, typer.Argument(help="Folder that `lamplighter init` made.")],
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files, folders or globs (CSV, JSONL, Parquet), or - for JSONL."),
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            "-m",
            help="Your column for ours: --map text=body. Repeatable; "
            "also [columns] in the workspace's lamplighter.toml.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if rows were rejected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Keep listings: every version goes to the ledger, durably, before anything else sees it.

    Rows that cannot be read as listings are kept as raw bytes, with the reason. Rows that are
    already known add nothing. The counts are printed when all of it is safe on disk.

    Examples:

      lamplighter ingest archive export.csv

      zcat ads.jsonl.gz | lamplighter ingest archive - --map text=body
    """
    from lamplighter.cli.console import print_json
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.ingest import IngestOptions
    from lamplighter.jobs.ingest import ingest as run_ingest
    from lamplighter.listings.mapping import parse_map
    from lamplighter.workspace.workspace import Workspace

    options = IngestOptions(mapping=parse_map(mapping or []))
    with Workspace.open(workspace, write=True) as opened:
        counts = run_ingest(opened, inputs, options, Steps(quiet=as_json))
    if as_json:
        print_json(counts)
    else:
        typer.echo(
            f"{counts['rows']:,} rows kept: {counts['new']:,} new versions, {counts['same']:,} "
            f"known before and not added again, {counts['rejected']:,} rejected."
        )
        for reason, number in counts["rejected_by_reason"].items():
            typer.echo(f"  {number:,} × {reason}")
        typer.echo(
            f"Workspace: {counts['versions']:,} versions, {counts['ledger_size']:,} entries."
        )
    if strict and counts["rejected"]:
        raise typer.Exit(int(ExitCode.ROWS_REJECTED))
