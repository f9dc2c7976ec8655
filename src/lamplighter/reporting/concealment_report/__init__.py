"""`report.html` of the concealment audit: graded findings on one page that opens offline.

`write_report(report, out)` is the whole interface; `model` declares what it is given.
"""

from lamplighter.reporting.concealment_report.model import (
    Actor,
    AuditReport,
    Chain,
    Explanation,
    Finding,
    Original,
    Rate,
    Sample,
    Term,
)
from lamplighter.reporting.concealment_report.page import write_report

__all__ = [
    "Actor",
    "AuditReport",
    "Chain",
    "Explanation",
    "Finding",
    "Original",
    "Rate",
    "Sample",
    "Term",
    "write_report",
]
