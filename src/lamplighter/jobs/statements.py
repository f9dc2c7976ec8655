"""Statements of reasons, made from what the ledger says was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import account
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.statement_owed import OWING, owed
from lamplighter.jobs.statement_sources import SourceOf, opened, told_sources
from lamplighter.reporting.statement.acts import Held, decided_entries, read_held, statement_act
from lamplighter.reporting.statement.delay import (
    TOPIC,
    Delay,
    Subject,
    check_delay,
    delay_act,
    read_delay,
    standing,
)
from lamplighter.reporting.statement.settings import Settings
from lamplighter.reporting.statement.statement import Statement
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace

_PART = 1_000


def make_statements(
    workspace: Workspace, settings: Settings, start: int = 0,
    source_of: SourceOf | None = None, delays: Sequence[Delay] | None = None,
) -> list[Held]:  # fmt: skip
    """Make what is owed for decisions from entry `start` on, and log it; what was made.

    A decision that has its statements gets no more: it may be run as often as one likes. The
    workspace is open for writing. `source_of` knows the notices, `delays` are those that authorities
    asked for; without them the ledger is asked.
    """
    ledger = workspace.ledger
    source_of = source_of or told_sources(ledger)
    size = ledger.size
    done = decided_entries(ledger.entries(start, size, kinds=["statement"]))
    made: list[Held] = []
    pending: list[tuple[Statement, Delay | None]] = []

    def write() -> None:
        moment = now()
        acts = [statement_act(statement, moment) for statement, _ in pending]
        # In the same commit, so that nobody can read it in between.
        acts += [
            delay_act(replace(delay, subject=Subject.STATEMENT, value=one.puid), moment)
            for one, delay in pending
            if delay
        ]
        for entry, (statement, delay) in zip(ledger.append(acts), pending, strict=False):
            made.append(Held(entry, moment, statement, delay))
        pending.clear()

    for entry in ledger.entries(start, size, kinds=OWING):
        if entry.index in done:
            continue
        for one in owed(workspace, settings, entry, source_of):
            if delays is None:
                delays = standing_delays(ledger)
            pending.append((one, standing(delays, one, now())))
        if len(pending) >= _PART:  # all of one decision stand in one commit
            write()
    if pending:
        write()
    return made


def list_statements(workspace: Workspace) -> list[Held]:
    """All statements of a workspace, in the order made."""
    return list(read_held(workspace.ledger).values())


def find_statement(workspace: Workspace, puid: str) -> Held:
    """One statement. UsageError if there is none."""
    held = read_held(workspace.ledger).get(puid)
    if held is None:
        raise UsageError("There is no such statement.", where=puid[:80],
                         hint="lamplighter report statement list WORKSPACE")  # fmt: skip
    return held


def delay_statements(workspace: Workspace, delay: Delay) -> int:
    """Let what is about a subject wait because an authority asked; the entry. UsageError."""
    if delay.subject is Subject.STATEMENT:
        find_statement(workspace, delay.value)
    checked = check_delay(replace(delay, by=account(delay.by)), now())
    return workspace.ledger.append([delay_act(checked, now())])[0]


def standing_delays(ledger: Ledger) -> list[Delay]:
    """All delays in the ledger, those that are over included."""
    found = []
    for entry in ledger.entries(kinds=["note"]):
        if entry.public.get("topic") == TOPIC:
            said = opened(ledger, entry.index)
            if said is not None:
                found.append(read_delay(said, entry.actor, entry.index))
    return found
