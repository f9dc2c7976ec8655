"""`lamplighter demo`: the main job on sample data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")] = Path("demo"),
    listings: Annotated[int, typer.Option("--listings", "-n", min=100)] = 20_000,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0)] = 1,
) -> None:
    """Simulate a marketplace, link it, and show the ranked operations with their report.

    Example:

      lamplighter demo --out demo
    """
    from lamplighter.cli.console import print_ranking
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.evaluate import evaluate_folder
    from lamplighter.jobs.link import LinkOptions, link
    from lamplighter.operations.policy import default_policy
    from lamplighter.signals.lexicon import load_lexicon
    from lamplighter.simulate.market import write_market

    out.mkdir(parents=True, exist_ok=True)
    steps = Steps()
    market, truth = out / "market.csv", out / "truth.csv"
    with steps.step("simulated market", total=listings) as progress:
        write_market(listings, seed, market, truth, progress=progress)
    options = LinkOptions(policy=default_policy(), lexicon=load_lexicon())
    result = link([str(market)], out / "results", options, steps)
    print_ranking(result.run, result.operations, out / "results", as_json=False)
    measured = evaluate_folder(out / "results", truth)["operations"]
    typer.echo(
        f"Against the truth of this sample: precision {measured['precision']:.4f}, "
        f"recall {measured['recall']:.4f}."
    )
