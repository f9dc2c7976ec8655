"""`lamplighter demo`: the main job on sample data, and then the console."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")] = Path("demo"),
    listings: Annotated[int, typer.Option("--listings", "-n", min=100)] = 20_000,
    seed: Annotated[int, typer.Option("--seed", "-s", min=0)] = 1,
    port: Annotated[int, typer.Option("--port", "-p", min=1, max=65535)] = 8080,
) -> None:
    """Simulate a marketplace, keep and link its listings, show the ranked operations.

    The listings go into a workspace: ledger first, then linked. On a terminal it ends in the review
    console, with links for two people and an auditor to sign in: leads to decide, and a second person for what
    leaves the house. Reports to NCMEC go to a stand-in on this machine, and nowhere else.
    A sample that the log's root selects is read by simulated reviewers, so that the transparency report
    shows an error rate.

    Example:

      lamplighter demo --out demo
    """
    import sys

    from lamplighter.cli.console import print_ranking
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.demo import make_sample
    from lamplighter.jobs.evaluate import evaluate_folder

    sample = make_sample(out, listings, seed, Steps())
    links = sample.workspace / "links"
    print_ranking(sample.linked.run, sample.linked.operations, links, as_json=False)
    measured = evaluate_folder(links, sample.truth)["operations"]
    typer.echo(
        f"Against the truth of this sample: precision {measured['precision']:.4f}, "
        f"recall {measured['recall']:.4f}."
    )
    typer.echo(
        f"Workspace: {sample.workspace} (try: lamplighter evidence verify {sample.workspace})"
    )
    typer.echo(f"Transparency report, with simulated reviewers: {sample.public}")
    if not sys.stdout.isatty():
        typer.echo(f"Review console: lamplighter serve {sample.workspace}")
        return
    from lamplighter.console.appeals.lines import poster_line
    from lamplighter.console.people.roles import Role
    from lamplighter.console.serve import start
    from lamplighter.jobs.cybertipline.service import stand_in_served
    from lamplighter.workspace.config import read_config

    duties = (Role.REVIEWER, Role.SENIOR, Role.INVESTIGATOR, Role.CUSTODIAN)
    typer.echo(
        "Sign in as two people and an auditor, each in a browser of their own (Ctrl-C ends it):"
    )
    with stand_in_served(read_config(sample.workspace).report, sample.workspace, typer.echo):
        start(sample.workspace, "127.0.0.1", port, 8, typer.echo,
              invite={"Reviewer": duties, "Second person": duties, "Auditor": (Role.AUDITOR,)},
              and_say=lambda base: poster_line(base, sample.statement))  # fmt: skip
