"""Whole jobs of retention over a workspace: what no hold and no rule keeps any more is removed."""
