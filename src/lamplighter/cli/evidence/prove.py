"""`lamplighter evidence prove`: a proof that an entry is in the ledger, or that it only grew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def prove(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
    index: Annotated[int | None, typer.Argument(help="Number of the entry, from 0.", min=0)] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="An older checkpoint: prove that the log grew.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write (standard output).")
    ] = None,
) -> None:
    """Write a proof that entry INDEX is in the ledger, to be checked offline.

    The file follows c2sp.org/tlog-proof: entry, inclusion proof and signed checkpoint. With --since
    it is instead a proof that the log begins with what an older checkpoint signed. It holds nothing
    private. `lamplighter evidence verify FILE --key KEY` checks it, and so does the one-file
    verifier of every export.

    Examples:

      lamplighter evidence prove shop 1204 --out entry-1204.tlog-proof

      lamplighter evidence prove shop --since monday.checkpoint --out since-monday.json
    """
    import sys

    from lamplighter.evidence.checkpoint import read_checkpoint
    from lamplighter.evidence.ledger import Ledger
    from lamplighter.evidence.proof import write_growth, write_proof
    from lamplighter.foundation.durable import replace_file
    from lamplighter.foundation.errors import UsageError

    if (index is None) == (since is None):
        raise UsageError("Give the number of an entry, or --since with an older checkpoint.")
    with Ledger.open(workspace) as ledger:
        if since is not None:
            older = read_checkpoint(since.read_bytes(), ledger.key)
            proof = write_growth(ledger.consistency(older.size), older.raw, ledger.checkpoint())
        else:
            assert index is not None
            entry = ledger.entry(index).raw
            proof = write_proof(ledger.inclusion(index), ledger.checkpoint(), entry)
    if out is None:
        sys.stdout.buffer.write(proof)
    else:
        replace_file(out, proof)
