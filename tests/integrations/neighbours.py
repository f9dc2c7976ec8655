"""Where the neighbours' own libraries are, and how an adapter's file is loaded."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-neighbours" / "bin" / "python"
FOLDER = ROOT / "integrations"

needs_libraries = pytest.mark.skipif(
    not PYTHON.exists(),
    reason="the neighbours' libraries are missing: make neighbours (needs libicu-dev, g++)",
)


def adapter(path: str) -> ModuleType:
    """A one-file adapter as a module."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(name, FOLDER / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run(program: str, *arguments: str) -> str:
    """What a program prints in the neighbours' environment, with ours beneath it."""
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).parent / "theirs" / program), *arguments],
        capture_output=True, text=True, check=False, timeout=300,
        env={"PYTHONPATH": f"{FOLDER / 'threatexchange'}:{ROOT / 'src'}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    return done.stdout
