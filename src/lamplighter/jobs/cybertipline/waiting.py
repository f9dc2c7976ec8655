"""How the command line waits while a service is in trouble."""

from __future__ import annotations

import time
from collections.abc import Callable

from lamplighter.foundation.errors import LamplighterError


def patience(wait: bool, say: Callable[[str], None]) -> Callable[[float], None]:
    """A pause for `submission.file_report`: sleeps, or, where waiting is not wanted, gives up."""

    def pause(seconds: float) -> None:
        if not wait:
            raise LamplighterError(
                "The service is in trouble; the report stands where it was.",
                hint="Call `resume` later. Nothing is filed twice.",
            )
        say(f"The service is in trouble; trying again in {seconds:,.0f} s.")
        time.sleep(seconds)

    return pause
