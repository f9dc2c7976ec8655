"""Checking a whole ledger, one's own or one received from somebody else."""
