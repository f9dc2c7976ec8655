"""`lamplighter evidence holds`: what is kept, why, by whom, until when."""

from __future__ import annotations

from lamplighter.cli.evidence.options import AsJson, Folder


def holds(workspace: Folder, as_json: AsJson = False) -> None:
    """List all holds with what each covers now.

    Example:

      lamplighter evidence holds archive --json
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.custody.holds import list_holds
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace) as opened:
        found = list_holds(opened)
    if as_json:
        print_json({"holds": found})
        return
    import typer

    for hold in found:
        until = hold["until"][:10] if hold["until"] else "released"
        asked = f"; release asked for by {hold['release_asked_by']}"
        typer.echo(f"{hold['hold']}  {hold['state']}  {hold['what']}")
        typer.echo(f"  {hold['listings']:,} listings; rule {hold['rule']}, until {until}")
        typer.echo(
            f"  placed {hold['placed_at'][:10]} by {hold['placed_by']}: {hold['reason']}"
            f"{asked if hold['release_asked_by'] else ''}"
        )
    if not found:
        typer.echo("No hold was ever placed.")
