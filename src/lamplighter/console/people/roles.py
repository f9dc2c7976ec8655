"""Who a person can be here. One person may have several roles."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A set of duties; `project.access` says what each may open."""

    REVIEWER = "reviewer"
    SENIOR = "senior"
    INVESTIGATOR = "investigator"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


#: What a person reads when roles are given.
DUTIES = {
    Role.REVIEWER: ("Reviewer", "works leads to a decision"),
    Role.SENIOR: ("Senior reviewer", "also gives the second opinion and may free a locked lead"),
    Role.INVESTIGATOR: ("Investigator", "searches, follows identifiers, keeps cases"),
    Role.CUSTODIAN: ("Evidence custodian", "exports, holds and releases, with a second person"),
    Role.AUDITOR: ("Auditor", "reads who did and saw what; sees no listing and no media"),
    Role.ADMINISTRATOR: ("Administrator", "manages people; sees no listing"),
}
