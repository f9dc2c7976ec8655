"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="Folder of `lamplighter init`.")]
Report = Annotated[str, typer.Argument(help="Name of the report: tip-…")]
By = Annotated[str, typer.Option("--by", help="Account id of who does it; no name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Wait = Annotated[
    bool,
    typer.Option(help="While the service is in trouble: wait and try again, up to four hours."),
]
