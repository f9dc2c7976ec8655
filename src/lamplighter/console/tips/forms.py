"""What a person says of a report to be drafted."""

from __future__ import annotations

from typing import Any

from django import forms

from lamplighter.jobs.cybertipline.drafts import Draft
from lamplighter.jobs.cybertipline.request import INCIDENTS, DraftRequest, asked_for

_SHORT = {name: kind.value for name, kind in INCIDENTS.items()}
VIEWED = (("", "as the record has it"), ("yes", "yes, the whole of it"), ("no", "no"))


class DraftForm(forms.Form):
    """Everything else is filled from the workspace."""

    incident = forms.ChoiceField(choices=[("", "choose"), *_SHORT.items()], label="Incident type")
    note = forms.CharField(
        required=False, max_length=20_000, label="What reviewers add",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    urgent = forms.CharField(
        required=False, max_length=3_000, label="Why it cannot wait (asks for high priority)",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    claimed_age = forms.IntegerField(
        required=False, min_value=0, max_value=150, label="Age that listings claim of a victim"
    )
    claimed_names = forms.CharField(
        required=False, max_length=300, label="Names they use, with commas between"
    )
    claims = forms.CharField(
        required=False, max_length=5_000, label="What else they claim",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    agency = forms.CharField(required=False, max_length=255, label="Agency that knows already")
    case_number = forms.CharField(required=False, max_length=100, label="Its case number")
    again = forms.BooleanField(required=False, label="Report again what was reported already")

    def request(self) -> DraftRequest:
        """What the form says, files included (fields `viewed-…` and `leave-…`)."""
        said = self.cleaned_data
        viewed = [f"{name.removeprefix('viewed-')}={word}" for name, word in self.data.items()
                  if name.startswith("viewed-") and word in ("yes", "no")]  # fmt: skip
        return asked_for(
            said["incident"], urgent=said["urgent"], note=said["note"], agency=said["agency"],
            case_number=said["case_number"], age=said["claimed_age"],
            names=said["claimed_names"].split(","), claims=said["claims"], viewed=viewed,
            left_out=[name.removeprefix("leave-") for name in self.data if name.startswith("leave-")],
            again=said["again"],
        )  # fmt: skip


def said_before(draft: Draft) -> dict[str, Any]:
    """The form of a draft that is to be changed."""
    case = draft.case
    victim = case.children[0] if case.children else None
    names = {kind: name for name, kind in INCIDENTS.items()}
    return {
        "incident": names[case.incident], "note": case.note or "",
        "urgent": case.urgent_because or "", "agency": case.known_agency or "",
        "case_number": case.known_case_number or "", "again": bool(case.prior_reports),
        "claimed_age": victim.stated_age if victim else None,
        "claimed_names": ", ".join(victim.names) if victim else "",
        "claims": (victim.claims or "") if victim else "",
    }  # fmt: skip
