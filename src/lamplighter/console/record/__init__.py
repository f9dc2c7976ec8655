"""The console's hold on the workspace: one writer of the ledger, one reader of the links."""
