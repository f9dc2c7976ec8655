"""The `lamplighter` command. Each command's code is loaded only when it is called."""

from __future__ import annotations

import sys

import typer

from lamplighter import __version__
from lamplighter.cli.audit import audit
from lamplighter.cli.demo import demo
from lamplighter.cli.evaluate import evaluate
from lamplighter.cli.evidence import app as evidence
from lamplighter.cli.ingest import ingest
from lamplighter.cli.init import init
from lamplighter.cli.link import link
from lamplighter.cli.report import app as report
from lamplighter.cli.review_database import app as console
from lamplighter.cli.screen import screen
from lamplighter.cli.serve import serve
from lamplighter.cli.simulate import simulate
from lamplighter.foundation.errors import ExitCode, LamplighterError

app = typer.Typer(
    name="lamplighter",
    help="Finds the operations behind classified listings, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # half of the time that help took was the import of rich
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(link)
app.command()(init)
app.command()(ingest)
app.command()(simulate)
app.command()(evaluate)
app.command()(audit)
app.command()(screen)
app.command()(serve)
app.command()(demo)
app.add_typer(console)
app.add_typer(evidence)
app.add_typer(report)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lamplighter {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Show the version and leave.", callback=_version, is_eager=True
    ),
) -> None:
    return


def run() -> None:
    """Entry point: errors a user can act on are printed without a traceback."""
    try:
        app()
    except LamplighterError as error:
        print(f"lamplighter: {error}", file=sys.stderr)
        sys.exit(int(error.exit_code))
    except KeyboardInterrupt:
        print("lamplighter: stopped; nothing half-written was left.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(int(ExitCode.DONE))
    except OSError as error:
        where = error.filename or ""
        print(f"lamplighter: {error.strerror or error}\n  where: {where}", file=sys.stderr)
        sys.exit(int(ExitCode.FAILED))
