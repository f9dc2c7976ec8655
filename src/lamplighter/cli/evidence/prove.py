"""`lamplighter evidence prove`: a proof that an entry is in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def prove(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
    index: Annotated[int, typer.Argument(help="Number of the entry, from 0.", min=0)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write (standard output).")
    ] = None,
) -> None:
    """Write a proof that entry INDEX is in the ledger, to be checked offline.

    The file follows c2sp.org/tlog-proof: entry, inclusion proof and signed checkpoint. It holds
    nothing private. `lamplighter evidence verify FILE --key KEY` checks it, and so does the
    one-file verifier of every export.

    Example:

      lamplighter evidence prove shop 1204 --out entry-1204.tlog-proof
    """
    import sys

    from lamplighter.evidence.disk import replace_file
    from lamplighter.evidence.ledger import Ledger
    from lamplighter.evidence.proof import write_proof

    with Ledger.open(workspace) as ledger:
        proof = write_proof(ledger.inclusion(index), ledger.checkpoint(), ledger.entry(index).raw)
    if out is None:
        sys.stdout.buffer.write(proof)
    else:
        replace_file(out, proof)
