"""What must not be lost: the ledger, its proofs, holds and packages."""
