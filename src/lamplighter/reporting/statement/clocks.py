"""Periods to complain and to decide, by policy pack, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from lamplighter.evidence.holds.period import Period
from lamplighter.foundation.errors import UsageError

#: What a pack must say: until when one may complain, and by when is decided.
NEEDED = ("complain", "decide", "notice", "flagger")


@dataclass(frozen=True)
class Clock:
    """One period. `law`: the statute sets the number; else the house does."""

    id: str
    period: Period
    law: bool
    statute: str
    source: str
    read: date

    def end(self, start: datetime) -> datetime:
        """When it is over."""
        end = self.period.end(start)
        assert end is not None  # no clock is endless: `_pack` refuses that
        return end


@dataclass(frozen=True)
class Clocks:
    """The clocks of one jurisdiction, and where else a poster may turn."""

    name: str
    title: str
    by_id: Mapping[str, Clock]
    elsewhere: tuple[str, ...]

    def __getitem__(self, name: str) -> Clock:
        """One clock."""
        return self.by_id[name]


@cache
def shipped_clocks() -> dict[str, Clocks]:
    """The packs that come with Lamplighter, by name."""
    folder = files("lamplighter.reporting.statement") / "clocks"
    texts = [e.read_text("utf-8") for e in folder.iterdir() if e.name.endswith(".toml")]
    return {pack.name: pack for pack in map(_pack, texts)}


def clocks_of(name: str) -> Clocks:
    """A pack by its name. UsageError if there is none."""
    if name not in shipped_clocks():
        raise UsageError("There is no such pack of clocks.", where=name[:80],
                         hint=f"There are: {', '.join(sorted(shipped_clocks()))}.")  # fmt: skip
    return shipped_clocks()[name]


def _pack(text: str) -> Clocks:
    raw = tomllib.loads(text)
    clocks = {
        one["id"]: Clock(**{**one, "period": Period.parse(one["period"])}) for one in raw["clock"]
    }
    missing = set(NEEDED) - set(clocks)
    if missing or any(clock.period.endless for clock in clocks.values()):
        raise ValueError(f"pack {raw['name']}: {sorted(missing)} missing, or a clock without end")
    return Clocks(raw["name"], raw["title"], clocks,
                  tuple(one["words"] for one in raw["elsewhere"]))  # fmt: skip
