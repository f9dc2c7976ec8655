"""`lamplighter link`: from raw listings to explained operations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.foundation.errors import ExitCode, UsageError


def link(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files, folders or globs (CSV, JSONL, Parquet), or - for JSONL."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            "-m",
            help="Your column for ours: --map text=body. Repeatable; "
            "also [columns] in ./lamplighter.toml.",
        ),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Where to run: local.")] = "local",
    region: Annotated[
        str, typer.Option("--region", help="Country (ISO 3166) of phones without a prefix.")
    ] = "US",
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Weights of evidence (TOML) of your own.")
    ] = None,
    lexicon: Annotated[
        list[Path] | None, typer.Option("--lexicon", help="More indicators (TOML). Repeatable.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option("--images", help="Folder that image paths are relative to.")
    ] = None,
    leads: Annotated[
        int, typer.Option("--leads", help="Operations shown in full in the report.", min=1)
    ] = 200,
    threads: Annotated[int, typer.Option("--threads", help="Threads (0: one a core).", min=0)] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if rows were rejected.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json.")] = False,
) -> None:
    """Find the operations behind listings: ranked, each with its reasons.

    Writes listings.parquet, links.parquet, templates.parquet, operations.parquet, report.html,
    rejected.jsonl and run.json into the folder. A lead is not an accusation: a person decides.

    Examples:

      lamplighter link export.csv --out results

      lamplighter link archive/ --out results --map text=body --map listing_id=post_id

      zcat ads.jsonl.gz | lamplighter link - --out results --region GB
    """
    import os

    from lamplighter.cli.console import print_ranking
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.link import LinkOptions
    from lamplighter.jobs.link import link as run_link
    from lamplighter.listings.mapping import parse_map, read_columns
    from lamplighter.listings.read import ReadOptions
    from lamplighter.operations.policy_check import default_policy, read_policy
    from lamplighter.signals.lexicon import load_lexicon

    if engine != "local":
        raise UsageError(f"There is no engine {engine!r}.", where="--engine", hint="Use: local")
    columns = read_columns(Path("lamplighter.toml")) | parse_map(mapping or [])
    options = LinkOptions(
        policy=read_policy(policy.read_text("utf-8"), str(policy)) if policy else default_policy(),
        lexicon=load_lexicon(lexicon or ()),
        read=ReadOptions(mapping=columns),
        region=region.upper(),
        images=images,
        threads=threads or os.cpu_count() or 1,
        leads=leads,
    )
    result = run_link(inputs, out, options, Steps(quiet=as_json))
    print_ranking(result.run, result.operations, out, as_json=as_json)
    if strict and result.run["rejected"]:
        raise typer.Exit(int(ExitCode.ROWS_REJECTED))
