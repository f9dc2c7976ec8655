"""What the commands print of a report."""

from __future__ import annotations

import typer

from lamplighter.cli.console import print_json
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.service import banner
from lamplighter.jobs.cybertipline.telling import history_told, told


def print_banner(desk: TipDesk) -> None:
    """Where reports of this workspace go, on standard error."""
    typer.echo(banner(desk.workspace.config.report), err=True)


def print_overview(found: Overview, *, as_json: bool) -> None:
    """One report: where it stands and what comes next."""
    facts = told(found)
    if as_json:
        print_json(facts)
        return
    typer.echo(f"{facts['report']}: {facts['state']}")
    for name in ("number", "released_by", "files", "sent_twice", "hold", "stopped", "next"):
        if facts[name] not in (None, "", []):
            value = facts[name]
            words = " and ".join(value) if isinstance(value, list) else value
            typer.echo(f"  {name.replace('_', ' ')}: {words}")


def print_advice(desk: TipDesk, found: Overview) -> bool:
    """What the draft lacks; whether NCMEC would send it back."""
    advice = desk.advice(found.draft)
    for one in advice:
        typer.echo(f"  {'must' if one.blocks else 'better'}: {one.sentence}")
    return any(one.blocks for one in advice)


def print_reports(found: list[Overview], *, as_json: bool) -> None:
    """All reports, a line each."""
    if as_json:
        print_json([told(one) for one in found])
        return
    for one in found:
        facts = told(one)
        number = f"  CyberTipline report {facts['number']}" if facts["number"] else ""
        typer.echo(f"{facts['report']}  {facts['state']}{number}")
    if not found:
        typer.echo("No report was drafted yet.")


def print_history(found: Overview, *, as_json: bool) -> None:
    """One report with all its steps."""
    print_overview(found, as_json=as_json)
    if not as_json:
        for step in history_told(found):
            typer.echo(f"  {step['at']}  {step['step']:<10} entry {step['entry']}  {step['words']}")
