"""`lamplighter report cybertipline draft`: a report filled from an operation."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, By, Folder


def draft(
    workspace: Folder,
    operation: Annotated[str, typer.Argument(help="Id of the operation: op-…")],
    by: By,
    incident: Annotated[
        str,
        typer.Option("--incident", help="Incident type of NCMEC's list, such as sex-trafficking."),
    ] = "sex-trafficking",
    urgent: Annotated[
        str, typer.Option("--urgent", help="Why it cannot wait: asks for high priority.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="What reviewers add, in their words.")] = "",
    agency: Annotated[str, typer.Option("--agency", help="Agency that knows already.")] = "",
    case_number: Annotated[str, typer.Option("--case-number", help="... and its number.")] = "",
    claimed_age: Annotated[
        int | None,
        typer.Option("--claimed-age", min=0, max=150, help="Age that listings claim of a victim."),
    ] = None,
    claimed_name: Annotated[
        list[str] | None, typer.Option("--claimed-name", help="... a name they use. Repeatable.")
    ] = None,
    claims: Annotated[str, typer.Option("--claims", help="... and what else they claim.")] = "",
    viewed: Annotated[
        list[str] | None,
        typer.Option("--viewed", help="SHA256=yes or =no: whether a person saw the whole file."),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="SHA256 of a file not to send.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Although its listings were reported already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill a report from an operation, and say what it lacks. Nothing is sent.

    Addresses of listings, all accounts, phones and e-mails, movement, reasons, files with hashes,
    and whether people opened them in the console. Drafting again replaces the draft.

    Example:

      lamplighter report cybertipline draft shop op-49d9383ca92169ca --by rev-3
    """
    from lamplighter.cli.report.cybertipline.printing import (
        print_advice,
        print_banner,
        print_overview,
    )
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.drafting import draft as make
    from lamplighter.jobs.cybertipline.request import asked_for
    from lamplighter.workspace.workspace import Workspace

    request = asked_for(
        incident, urgent=urgent, note=note, agency=agency, case_number=case_number,
        age=claimed_age, names=claimed_name, claims=claims, viewed=viewed, left_out=leave_out,
        again=again,
    )  # fmt: skip
    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        made = make(desk, operation, request, by)
        print_overview(made, as_json=as_json)
        if not as_json:
            print_advice(desk, made)
