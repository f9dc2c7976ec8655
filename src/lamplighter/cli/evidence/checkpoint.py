"""`lamplighter evidence checkpoint`: the signed size and root of a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def checkpoint(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
    cosignature: Annotated[
        Path | None,
        typer.Option(
            "--add-cosignature", help="A witness's signature line, or the note it returned."
        ),
    ] = None,
    witness: Annotated[
        str | None, typer.Option("--witness", help="The witness's key, or a file that holds it.")
    ] = None,
) -> None:
    """Print the ledger's checkpoint: its size and root, signed.

    Give it to somebody else, who can later show that nothing before it was changed or taken back.
    With a timestamp service in lamplighter.toml ([evidence] timestamp_url) the checkpoint is also
    timestamped (RFC 3161) and kept in checkpoints/. A cosignature (C2SP tlog-cosignature) is
    checked before it is added.

    Examples:

      lamplighter evidence checkpoint shop > monday.checkpoint

      lamplighter evidence checkpoint shop --add-cosignature w1.txt --witness w1.pub
    """
    import sys

    from lamplighter.evidence.archive import cosign, timestamp
    from lamplighter.evidence.ledger import Ledger
    from lamplighter.evidence.note import read_key
    from lamplighter.foundation.errors import UsageError
    from lamplighter.workspace.config import FILE, read_config

    if (cosignature is None) != (witness is None):
        raise UsageError("A cosignature is added with the witness's key: both options, or none.")
    url = read_config(workspace).timestamp_url if (workspace / FILE).exists() else ""
    with Ledger.open(workspace, write=bool(cosignature)) as ledger:
        if cosignature is not None and witness is not None:
            cosign(ledger, cosignature, read_key(witness))
        if url:
            typer.echo(f"Timestamped: {timestamp(ledger, url)}", err=True)
        sys.stdout.buffer.write(ledger.checkpoint())
