"""A report in words and in JSON, for commands and pages."""

from __future__ import annotations

from typing import Any

from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.reporting.cybertipline.codes import Remedy
from lamplighter.reporting.cybertipline.steps import Standing, StepKind

#: What comes next, by state.
_NEXT = {
    "draft": "one person asks for its release, another confirms",
    "release asked": "a second person looks, then confirms or declines",
    "released": "submit",
    "submitted": "resume, if nothing is filing it",
    "uploaded": "resume, if nothing is filing it",
    "finished": "",
    "retracted": "draft again, if it is to be reported",
}
#: Who can do something about a refusal, and what.
WHO = {
    Remedy.TRY_AGAIN.value: "The service is in trouble or cannot be reached. Nothing is wrong with the report; "
    "resume it when the service is up.",
    Remedy.ADMINISTRATOR.value: "An administrator must look: user name, password or rights at "
    "NCMEC. Then resume.",
    Remedy.DRAFTER.value: "Who drafted it must look: mend what NCMEC or the file says, draft again "
    "and have it released again. An open report must be retracted first.",
    Remedy.RECONCILE.value: "What NCMEC says and what is kept here differ: compare with NCMEC before "
    "resuming or retracting.",
}


def told(found: Overview) -> dict[str, Any]:
    """Where a report stands. `number` is NCMEC's."""
    now = found.standing
    return {
        "report": found.draft.report,
        "operation": found.draft.operation,
        "state": found.state,
        "number": now.report_id,
        "listings": len(found.draft.listings),
        "files": f"{sum(one.described for one in now.sent.values())} of "
        f"{len(found.draft.case.evidence)} sent",
        "sent_twice": twice(now),
        "released_by": list(now.released_by or ()),
        "hold": now.hold,
        "stopped": now.stopped,
        "next": WHO.get(remedy(found), "") if now.stopped is not None else _NEXT[found.state],
    }


def twice(now: Standing) -> str:
    """What became of uploads whose answer was lost; empty where there were none."""
    if now.copies:
        return (
            f"{now.copies} more file{'s' if now.copies > 1 else ''} without details: sent again, as an "
            "answer was lost. The details of the others say so."
        )
    if now.doubtful and now.copies is None:
        return f"{now.doubtful} sent again, as an answer was lost; NCMEC may have them twice."
    return ""


def remedy(found: Overview) -> str:
    """Who can do something about the stop."""
    stops = [one.step.data for one in found.steps if one.step.kind is StepKind.STOPPED]
    return str(stops[-1].get("remedy", "")) if stops else ""


def told_advice(desk: TipDesk, found: Overview) -> list[dict[str, Any]]:
    """What a draft lacks."""
    return [{"sentence": one.sentence, "blocks": one.blocks} for one in desk.advice(found.draft)]


def history_told(found: Overview) -> list[dict[str, Any]]:
    """Each step in words."""
    return [
        {"at": f"{one.at:%Y-%m-%d %H:%M:%S}", "step": one.step.kind.value, "entry": one.entry,
         "words": _words(one.step.kind, one.step.data)}
        for one in found.steps
    ]  # fmt: skip


def _words(kind: StepKind, data: dict[str, Any]) -> str:
    if kind in (StepKind.FAILED, StepKind.STOPPED):
        code = f" (code {data['code']})" if data.get("code") is not None else ""
        request = f", request {data['request_id']}" if data.get("request_id") else ""
        return f"{data['reason']}{code}{request}"
    if kind is StepKind.RELEASED:
        return f"asked by {data['requested_by']}, confirmed by {data['approved_by']}"
    if kind is StepKind.OPENED:
        return f"CyberTipline report {data['report_id']}"
    if kind in (StepKind.UPLOADING, StepKind.UPLOADED, StepKind.DESCRIBED):
        return f"file {data['file'] + 1}"
    if kind is StepKind.FINISHED and data.get("answer_lost"):
        return "the answer was lost; NCMEC says it is finished"
    if kind is StepKind.FINISHED:
        return f"receipt {data['receipt']} over {len(data['files'])} files"
    if kind is StepKind.HELD:
        return f"{data['hold']} ({data['rule']})"
    return str(data.get("by", ""))
