"""Reports to NCMEC: a draft from an operation, released by two people, filed in the background."""
