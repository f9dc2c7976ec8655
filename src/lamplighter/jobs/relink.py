"""`python -m lamplighter.jobs.relink WORKSPACE`: link again, behind what else the machine does.

The console runs it in a process of its own when people said something that linking must hear.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.workspace_link import link_workspace

_NICER = 10


def main(folder: str) -> int:
    """Exit code 0 where it was linked, or there was nothing new to hear; 1 with a message else."""
    os.nice(_NICER)
    try:
        link_workspace(Path(folder), os.cpu_count() or 1, Steps(quiet=True))
    except LamplighterError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
