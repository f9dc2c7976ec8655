"""A period of a statute, in calendar units."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_FORM = re.compile(r"(\d{1,4}) (day|month|year)s?")


@dataclass(frozen=True)
class Period:
    """So many days, months or years; all zero means without end."""

    days: int = 0
    months: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "90 days", "6 months", "1 year" or "no end". Raises ValueError on anything else."""
        if text == "no end":
            return cls()
        found = _FORM.fullmatch(text)
        if not found or not int(found.group(1)):
            raise ValueError(f"{text!r} is no period")
        number, unit = int(found.group(1)), found.group(2)
        if unit == "day":
            return cls(days=number)
        return cls(months=number * (12 if unit == "year" else 1))

    @property
    def endless(self) -> bool:
        """True if it ends only by a release."""
        return not (self.days or self.months)

    def end(self, start: datetime) -> datetime | None:
        """When it is over (None: never). 29 February plus a year is 1 March, the later day."""
        if self.endless:
            return None
        if self.days:
            return start + timedelta(days=self.days)
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        last = calendar.monthrange(year, month)[1]
        if start.day <= last:
            return start.replace(year=year, month=month)
        return start.replace(year=year, month=month, day=last) + timedelta(days=1)
