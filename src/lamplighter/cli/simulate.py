"""`lamplighter simulate`: write a marketplace of which the truth is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer


def simulate(
    listings: Annotated[
        int, typer.Option("--listings", "-n", help="How many listings.", min=1, show_default=True)
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", "-s", help="The same seed gives the same bytes.", min=0)
    ] = 1,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="File to write: .csv, .jsonl, .jsonl.gz, .jsonl.zst or .parquet."
        ),
    ] = Path("market.csv"),
    truth: Annotated[
        Path | None,
        typer.Option("--truth", "-t", help="File for the truth: template and operation per id."),
    ] = None,
    mix: Annotated[
        str,
        typer.Option(
            "--mix",
            help="market (everything), or one difficulty alone: scattered, stock, evasion, "
            "padding, forms, unspaced, scripts.",
        ),
    ] = "market",
    vocabulary: Annotated[
        str,
        typer.Option("--vocabulary", help="default, or second: other words, to test with."),
    ] = "default",
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform",
            help="Write version pairs of a platform, submitted and published: honest, sanitising "
            "or mixed. The truth then says what it did to which listing.",
        ),
    ] = None,
    threads: Annotated[int, typer.Option("--threads", help="Threads.", min=1)] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as JSON.")] = False,
) -> None:
    """Write a marketplace of goods, jobs, homes and services, with operations to be found.

    The text is bland and invented. Ordinary parties with several listings (agencies, landlords,
    people who repost a couch in ten towns) are part of it: a good linker finds them, and a good
    ranking leaves them alone.

    Examples:

      lamplighter simulate --listings 10000 --seed 1 --out market.csv --truth truth.csv

      lamplighter simulate -n 1000000 -o market.parquet -t truth.parquet --vocabulary second

      lamplighter simulate --platform sanitising -n 20000 -o pairs.jsonl -t truth.csv
    """
    from lamplighter.foundation.errors import UsageError
    from lamplighter.foundation.progress import Steps
    from lamplighter.simulate.market import write_market
    from lamplighter.simulate.platform import write_platform

    if platform is not None and mix != "market":
        raise UsageError(
            "A platform is simulated on the whole market.", where="--mix", hint="Leave out --mix."
        )
    steps = Steps(quiet=as_json)
    with steps.step("writing the market", total=listings) as progress:
        said: dict[str, Any] = {"vocabulary": vocabulary, "threads": threads, "progress": progress}
        if platform is None:
            rows = write_market(listings, seed, out, truth, mix=mix, **said)
        else:
            rows = write_platform(platform, listings, seed, out, truth, **said)
    seconds = steps.record[-1]["seconds"]
    if as_json:
        import orjson

        told = {
            "out": str(out),
            "truth": None if truth is None else str(truth),
            "listings": listings,
            "rows": rows,
            "seconds": seconds,
        }
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        return
    kind = "rows with later versions" if platform is None else "version pairs"
    typer.echo(f"{listings:,} listings ({rows:,} {kind}) in {out}")
    if truth is not None:
        typer.echo(f"truth in {truth}")
