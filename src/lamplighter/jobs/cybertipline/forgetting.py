"""Drafts and steps of reports are removed, once retention lets their listings go."""

from __future__ import annotations

from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.workspace.workspace import Workspace


def left_of(workspace: Workspace, going: set[str]) -> set[str]:
    """Reports of which something lies here: of those that are `going`, and drafts without a first
    step: a crash came before it, and no desk shows them.
    """
    with TipDesk(workspace, write=False) as desk:
        steps = set(desk.histories.reports()) if desk.histories else set()
        drafts = set(desk.drafts.names())
    return (going & (steps | drafts)) | (drafts - steps)


def forget_reports(workspace: Workspace, reports: set[str]) -> None:
    """Remove them; the public parts of their entries stay in the ledger."""
    if not reports:
        return
    with TipDesk(workspace) as desk:
        assert desk.histories is not None
        desk.histories.forget(reports)  # first: steps without their draft are shown as damage
        for name in reports:
            desk.drafts.remove(name)
