"""`python -m lamplighter`, where the command is not on the path."""

from lamplighter.cli.main import run

run()
