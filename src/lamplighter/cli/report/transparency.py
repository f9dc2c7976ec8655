"""`lamplighter report transparency`: what a period's acts were, and how often they were wrong."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What is written."""

    REPORT = "report"
    EU_CSV = "eu-csv"


def transparency(
    workspace: Annotated[
        Path | None, typer.Argument(help="Folder of the workspace; or give --log.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")] = Path(
        "transparency"
    ),
    first: Annotated[str | None, typer.Option("--from", help="First day, UTC: 2026-01-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, UTC: 2026-06-30.")] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="A log received from somebody else.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="That log's public key, or a file that holds it.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="A report, or the CSV files of the EU's template.")
    ] = Format.REPORT,
    provider: Annotated[str, typer.Option("--provider", help="For the EU's template.")] = "",
    service: Annotated[str, typer.Option("--service", help="For the EU's template.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Count a period's acts from the log, and estimate how often they were wrong.

    Only the public parts of entries are read, so anybody who has the log gets the same figures.
    Writes report.html and report.json (docs/reporting.md has the schema); small counts are
    withheld. `--format eu-csv` writes the parts of the template of Implementing Regulation (EU) 2024/2835
    that a log can fill instead. Exit code 4 where a sample is not the one that the log's root selects.

    Examples:

      lamplighter report transparency shop --from 2026-01-01 --to 2026-06-30 --out h1

      lamplighter report transparency --log received/ --key platform.pub --out check

      lamplighter report transparency shop --from 2026-01-01 --to 2026-12-31 --format eu-csv --out eu
    """
    from lamplighter.cli.console import print_json
    from lamplighter.evidence.errors import TamperError
    from lamplighter.foundation.errors import ExitCode, UsageError
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.transparency import (
        open_log,
        period,
        read_figures,
        write_eu_csv,
        write_report,
    )

    if (workspace is None) == (log is None):
        raise UsageError("Name a workspace, or a log with --log; one of both.")
    source = workspace if workspace is not None else log
    assert source is not None
    since, until = period(first, last)
    if form is Format.EU_CSV:
        if as_json:
            raise UsageError("The EU's template is CSV: leave out --json.")
        paths = write_eu_csv(open_log(source, key), since, until, out, Steps(), provider=provider,
                             service=service)  # fmt: skip
        typer.echo(f"{len(paths)} of 11 parts in {out}: {', '.join(path.name for path in paths)}")
        typer.echo("What is empty, and the other parts (2 names, 3 orders, 9 staff, 10 recipients, 11 words), are not in the log.")  # fmt: skip
        return
    found = read_figures(open_log(source, key), since, until, Steps(quiet=as_json))
    write_report(found, out)
    wrong = [one for one in found["audits"] if one["draw"] == "differs"]
    if as_json:
        print_json(found)
        raise typer.Exit(int(ExitCode.TAMPERING if wrong else ExitCode.DONE))
    told = found["listings"]
    typer.echo(
        f"{found['period']['from']} to {found['period']['to']}: {told['received']:,} listings "
        f"received, {told['published']:,} published, "
        f"{told['held'] + told['refused'] + told['removed']:,} acted on."
    )
    for one in found["audits"]:
        if one["over_removal"]:
            rate = one["over_removal"]
            typer.echo(
                f"Of what was acted on, {rate['share']:.1%} was in order (95 % interval "
                f"{rate['low']:.1%} to {rate['high']:.1%}; sample of entry {one['announced']}"
                + (", simulated reviewers)." if one["simulated"] else ").")
            )
    typer.echo(f"Report: {out / 'report.html'}, {out / 'report.json'}")
    if wrong:
        raise TamperError(
            "A sample is not the one that the log's root selects.",
            where=f"entry {wrong[0]['drawn']}",
            hint="its figures cannot be relied on; ask who drew it",
        )
