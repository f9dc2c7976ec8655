"""`lamplighter evidence checkpoint`: the signed size and root of a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def checkpoint(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
) -> None:
    """Print the ledger's checkpoint: its size and root, signed.

    Give it to somebody else, who can later show that nothing before it was changed or taken back.

    Example:

      lamplighter evidence checkpoint shop > monday.checkpoint
    """
    import sys

    from lamplighter.evidence.ledger import Ledger

    with Ledger.open(workspace) as ledger:
        sys.stdout.buffer.write(ledger.checkpoint())
