"""`lamplighter report cybertipline fetch-schema`: take NCMEC's own schema."""

from __future__ import annotations

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, Folder


def fetch_schema(workspace: Folder, as_json: AsJson = False) -> None:
    """Fetch the schema that NCMEC gives to registered providers, and say how it differs.

    From then on drafts are checked against it instead of the reconstruction that ships. Ends with
    code 1 where it refuses documents that Lamplighter makes; drafts then say so before release.

    Example:

      lamplighter report cybertipline fetch-schema shop
    """
    from lamplighter.cli.console import print_json
    from lamplighter.cli.report.cybertipline.printing import print_banner
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.schema_fetch import fetch
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        fetched = fetch(desk)
    if as_json:
        print_json({"file": str(fetched.path), "differences": fetched.differences,
                    "refused": fetched.refused})  # fmt: skip
    else:
        typer.echo(f"Schema: {fetched.path}")
        for line in fetched.differences or ["No difference to the schema that was used before."]:
            typer.echo(f"  {line}")
        for line in fetched.refused:
            typer.echo(f"  refuses: {line}")
    if fetched.refused:
        raise typer.Exit(1)
