"""`lamplighter audit`: what a platform deleted before it published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.foundation.errors import ExitCode


def audit(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="A workspace; or files, folders or globs (CSV, JSONL, Parquet), or - for JSONL."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
    later: Annotated[
        list[str] | None,
        typer.Option("--later", help="An export of the same marketplace made later. Repeatable."),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", help="A moderation log: listing_id, action, actor, at …")
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="The input holds what was published, no originals.")
    ] = False,
    declared: Annotated[
        Path | None,
        typer.Option("--declared", help="Terms that the platform's own rules ban, one a line."),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", "-m", help="Your column for ours: --map published_text=shown."),
    ] = None,
    region: Annotated[
        str, typer.Option("--region", help="Country (ISO 3166) of phones without a prefix.")
    ] = "US",
    lexicon: Annotated[
        list[Path] | None, typer.Option("--lexicon", help="More indicators (TOML). Repeatable.")
    ] = None,
    threads: Annotated[int, typer.Option("--threads", help="Threads (0: one a core).", min=0)] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if rows were rejected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json.")] = False,
) -> None:
    """Find what a platform deleted before it published: by rule, by hand, by advice.

    Compares submitted with published versions. Writes edits.parquet, strip_list.parquet,
    actors.parquet, chains.parquet, rates.parquet, findings.json, report.html, rejected.jsonl and
    run.json. A finding is a graded lead with the innocent explanations that were tested.

    Examples:

      lamplighter audit pairs.parquet --out findings

      lamplighter audit archive --out findings   (a workspace)

      lamplighter audit march.csv --later june.csv --out findings

      lamplighter audit shown.jsonl --archive --log moderation.csv --out findings
    """
    import os

    from lamplighter.cli.console import print_json
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.audit import audit as run_audit
    from lamplighter.jobs.audit_examination import BATCH_ROWS, AuditOptions
    from lamplighter.jobs.declared_terms import read_declared
    from lamplighter.listings.mapping import parse_map, read_columns
    from lamplighter.listings.read import ReadOptions
    from lamplighter.signals.lexicon import load_lexicon

    columns = read_columns(Path("lamplighter.toml")) | parse_map(mapping or [])
    options = AuditOptions(
        lexicon=load_lexicon(lexicon or ()),
        read=ReadOptions(mapping=columns, published_counts=True, batch_rows=BATCH_ROWS),
        later=later or [],
        log=log,
        archive=archive,
        declared=read_declared(declared) if declared else [],
        region=region.upper(),
        threads=threads or os.cpu_count() or 1,
    )
    run = run_audit(inputs, out, options, Steps(quiet=as_json))
    if as_json:
        print_json(run)
    else:
        _print(run, out)
    if strict and run["rejected"]:
        raise typer.Exit(int(ExitCode.ROWS_REJECTED))


def _print(run: dict[str, object], out: Path) -> None:
    import orjson
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(title="Findings, strongest first (leads to check, not findings of guilt)")
    table.add_column("grade", justify="right")
    table.add_column("practice")
    table.add_column("what was found", overflow="fold")
    for finding in orjson.loads((out / "findings.json").read_bytes()):
        table.add_row(str(finding["grade"]), finding["practice"], Text(finding["sentence"]))
    console.print(table)
    console.print(
        f"{run['pairs']:,} listings, {run['published']:,} published; {run['rejected']:,} rows "
        "rejected.", highlight=False,
    )  # fmt: skip
    console.print(Text(f"Report: {out / 'report.html'}"))
