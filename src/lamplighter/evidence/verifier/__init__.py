"""The one-file verifier that goes into every export: standard library and `cryptography` only."""

from pathlib import Path

#: The program as a file, to be copied into packages and run anywhere.
PROGRAM = Path(__file__).with_name("lamplighter_verify.py")
