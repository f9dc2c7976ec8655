"""`lamplighter evidence import`: take a package in and check everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.cli.evidence.options import AsJson


def receive(
    package: Annotated[Path, typer.Argument(help="A bag, or a FILE.tar.age.")],
    identity: Annotated[
        Path | None, typer.Option("--identity", help="Private key that opens it (age or SSH).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="New folder for it.")] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The log's public key from a source you trust.")
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            "--timestamp-root", help="Certificate (PEM) that its timestamps must lead to."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decrypt, unpack and verify a package. Exit code 4, and what differs, if anything was altered.

    Needs no workspace and no network. Nothing is left at --out unless all of it is as it was made.

    Examples:

      lamplighter evidence import case --key 'example.org/log+1a2b3c4d+AQ…'

      lamplighter evidence import case.tar.age --identity key.txt --out case
    """
    from lamplighter.cli.console import print_json
    from lamplighter.evidence.timestamp import read_roots
    from lamplighter.jobs.custody.receive import receive as run_receive

    roots = read_roots(root) if root else ()
    found = run_receive(package, identity=identity, out=out, key=key, roots=roots)
    if as_json:
        print_json(found)
        return
    typer.echo(f"Package {found['export']}: every byte is as it was. {found['out']}")
    typer.echo(
        f"{found['files']:,} files, {found['entries']:,} entries, {found['originals']:,} originals; "
        f"made {found['made']} by {found['asked_by']}, approved by {found['approved_by']}."
    )
    for size, time, whom in found["timestamps"]:
        typer.echo(f"Timestamped {time}, the first {size:,} entries: {whom}.")
    if not found["key_given"]:
        typer.echo("No --key was given: compare the package's own key with one you trust.")
