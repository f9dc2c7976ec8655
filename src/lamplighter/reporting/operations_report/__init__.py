"""`report.html`: ranked operations on one page that opens offline.

`write_report(report, out)` is the whole interface; `lead` declares what it is given.
"""

from lamplighter.reporting.operations_report.lead import (
    Brief,
    Identifier,
    Lead,
    Leg,
    Link,
    Part,
    Reason,
    Report,
    Sample,
    Slot,
    Summary,
    Template,
)
from lamplighter.reporting.operations_report.page import write_report

__all__ = [
    "Brief",
    "Identifier",
    "Lead",
    "Leg",
    "Link",
    "Part",
    "Reason",
    "Report",
    "Sample",
    "Slot",
    "Summary",
    "Template",
    "write_report",
]
