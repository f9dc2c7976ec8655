"""`lamplighter evidence purge`: remove what nothing keeps."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.evidence.options import AsJson, Folder


def purge(
    workspace: Folder,
    older_than: Annotated[
        int, typer.Option("--older-than", help="Days since anything of a listing came.", min=1)
    ],
    by: Annotated[str, typer.Option("--by", help="Your pseudonymous account id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show, remove nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old listings that no hold covers and no rule of the policy pack keeps.

    The words, media and rows go for good; the log's entries stay, so that it verifies as before and
    proves that what went existed, and when. Backups are yours to clear. Look with --dry-run first.

    Example:

      lamplighter evidence purge archive --older-than 730 --by u7 --dry-run
    """
    from datetime import timedelta

    from lamplighter.cli.console import print_json
    from lamplighter.jobs.retention.purge import purge as run_purge
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened:
        done = run_purge(opened, timedelta(days=older_than), by=by, dry_run=dry_run)
    if as_json:
        print_json(done)
        return
    typer.echo(
        f"{'Would remove' if dry_run else 'Removed'} {done['listings']:,} listings "
        f"({done['entries']:,} private parts, {done['objects']:,} objects) and "
        f"{done['rejected_rows']:,} refused rows; of it {done['sayings']:,} statements, appeals, notices "
        f"and steps of reports, and {done['reports']:,} drafts of reports."
    )
    typer.echo(
        f"Kept although old: {done['held']:,} by a hold, {done['kept_by_rule']:,} by a rule, "
        f"{done['kept_open']:,} as somebody may still object, waits for a decision, or reports them."
    )
    if done["purge_entries"]:
        typer.echo(f"Logged in entry {done['purge_entries'][-1]}.")
