"""`lamplighter evidence verify`: a whole ledger, a received log, or one proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.foundation.errors import ExitCode


def verify(
    folder: Annotated[
        Path,
        typer.Argument(help="A workspace, a log's folder, an exported bag, or a .tlog-proof file."),
    ],
    key: Annotated[
        str | None, typer.Option("--key", help="The log's public key, or a file that holds it.")
    ] = None,
    known: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint", help="A checkpoint kept elsewhere, older or newer. Repeatable."
        ),
    ] = None,
    witnesses: Annotated[
        list[str] | None,
        typer.Option(
            "--witness", help="Key (or file) of a witness who must have cosigned. Repeatable."
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option("--timestamp-root", help="Certificates (PEM) of the timestamp service."),
    ] = None,
    ledger_only: Annotated[
        bool, typer.Option("--ledger-only", help="Leave the listing store of a workspace out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check a ledger: every hash, the signature, every opening and object, and the listing store.

    Exit code 4 and the entries by name where anything was altered, cut, swapped, rolled back or
    forged. A checkpoint that you kept elsewhere shows whether the log was rolled back or rewritten.

    Examples:

      lamplighter evidence verify shop --checkpoint monday.checkpoint

      lamplighter evidence verify received/ --key platform.pub

      lamplighter evidence verify entry-1204.tlog-proof --key platform.pub
    """
    from lamplighter.cli.console import print_json
    from lamplighter.evidence.note import read_key
    from lamplighter.evidence.timestamp import read_roots
    from lamplighter.evidence.verify.proof_file import verify_proof
    from lamplighter.evidence.verify.verify import verify_folder
    from lamplighter.foundation.progress import Steps
    from lamplighter.workspace.check_store import verify_workspace

    if (folder / "bagit.txt").is_file():
        from lamplighter.cli.evidence.receive import receive

        receive(folder, key=key, as_json=as_json)
        return
    log_key = read_key(key) if key else None
    if folder.is_file():
        result = verify_proof(folder, log_key)
        if as_json:
            print_json(result)
        elif "older_size" in result:
            typer.echo(
                f"The log {result['origin']} of {result['size']} entries begins with the "
                f"{result['older_size']} entries of the older checkpoint."
            )
        else:
            typer.echo(f"Entry {result['index']} is in the log {result['origin']}:")
            typer.echo(str(result["entry"]))
        return
    steps = Steps(quiet=as_json)
    has_store = not ledger_only and (folder / "listings").is_dir()
    report = (verify_workspace if has_store else verify_folder)(
        folder, steps, key=log_key,
        known=[(str(path), path.read_bytes()) for path in known or []],
        witnesses=[read_key(each) for each in witnesses or []],
        roots=read_roots(root) if root else (),
    )  # fmt: skip
    if as_json:
        print_json(report.as_json())
        raise typer.Exit(int(ExitCode.TAMPERING if report.findings else ExitCode.DONE))
    for note in report.notes:
        typer.echo(f"Note: {note}", err=True)
    report.raise_if_invalid()
    typer.echo(
        f"Valid: {report.size:,} entries of {report.origin}, {report.openings:,} openings, "
        f"{report.erased:,} lawfully erased, {report.objects:,} objects."
    )
    if report.versions:
        typer.echo(f"Store: {report.versions:,} versions of listings, as they were received.")
    typer.echo(f"Root:  {report.root}")
    if known:
        typer.echo("Nothing that the given checkpoints signed was changed or taken back.")
    for cosigner in report.cosigned_by:
        typer.echo(f"Cosigned by {cosigner}")
    for stamped in report.timestamps:
        typer.echo(f"Timestamp: {stamped}")
