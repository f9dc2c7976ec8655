"""Kill an appending process at a random moment, and look at what it left."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps
from tests.evidence.crash_child import append_until_killed, private_of


@dataclass(frozen=True)
class Outcome:
    """What one kill showed."""

    acknowledged: int
    size: int
    leftovers: bool


def kill_once(folder: Path, seed: int) -> Outcome:
    """Start, wait at random, kill -9, check all. AssertionError where anything was lost.

    The child is forked: a thousand starts of Python would take longer than all that is tested.
    """
    chance = random.Random(seed)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            append_until_killed(folder, seed, write)
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        assert said.readline() == b"ready\n", "the next writer could not open the ledger"
        time.sleep(chance.uniform(0.0, 0.15))
        os.kill(child, signal.SIGKILL)
        lines = said.read().split(b"\n")[:-1]
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    acknowledged = max((int(line.split()[1]) for line in lines), default=0)
    before = verify_folder(folder, Steps(quiet=True))
    assert not before.findings, before.findings[:3]
    with Ledger.open(folder, write=True) as ledger:
        assert ledger.size >= acknowledged, f"{ledger.size} < {acknowledged}: entries were lost"
        for line in lines:
            first, stop = (int(number) for number in line.split())
            for index in {first, stop - 1}:
                found = ledger.opening(index)
                assert found in (None, private_of(index))
    after = verify_folder(folder, Steps(quiet=True))
    assert not after.findings, after.findings[:3]
    assert not after.notes
    return Outcome(acknowledged, after.size, bool(before.notes))
