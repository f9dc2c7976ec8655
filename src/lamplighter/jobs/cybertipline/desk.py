"""All CyberTipline reports of a workspace: their drafts, their histories, their place in the ledger.

One desk a process may write; the ledger's lock sees to that. Threads may share it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from lamplighter.evidence.act import Act, Json
from lamplighter.foundation.closing import Closing
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.drafts import Draft, Drafts
from lamplighter.jobs.cybertipline.viewing import Later
from lamplighter.reporting.cybertipline.advice import Advice, advise
from lamplighter.reporting.cybertipline.draft import draft_file
from lamplighter.reporting.cybertipline.history import Histories, Noted, ReportHistory
from lamplighter.reporting.cybertipline.steps import Standing, Step, StepKind, standing
from lamplighter.reporting.cybertipline.xml import SHIPPED_SCHEMA, Schema, to_xml
from lamplighter.workspace.workspace import Workspace

UNDER_WAY = ("released", "submitted", "uploaded")
_FILE_STEPS = (StepKind.UPLOADING, StepKind.UPLOADED, StepKind.DESCRIBED)


@dataclass(frozen=True)
class Overview:
    """A report and where it stands."""

    draft: Draft
    standing: Standing
    steps: list[Noted]

    @property
    def state(self) -> str:
        """In a word or two."""
        now = self.standing
        if now.stopped is not None:
            return "stopped"
        if now.state == "draft" and now.asked_by:
            return "release asked"
        return now.state


class TipDesk(Closing):
    """Opens the files; a context manager. `write=False`: to look only."""

    def __init__(self, workspace: Workspace, *, write: bool = True) -> None:
        self.workspace = workspace
        self.folder = workspace.folder / "reports"
        self.drafts = Drafts(self.folder / "cybertipline")
        #: Held while a report is being filed or taken back.
        self.filing = threading.Lock()
        #: Set by whoever wants that lock while a report is being filed.
        self.wanted = threading.Event()
        path = self.folder / "cybertipline.sqlite3"
        #: Reports that cannot be read, and why.
        self.faults: dict[str, str] = {}
        self._looking = threading.Lock()
        self._later: dict[str, tuple[int, Later]] = {}
        self.histories: Histories | None = None
        if write:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.histories = Histories(path, self._record)
        elif path.is_file():
            self.histories = Histories.reading(path)

    def history(self, report: str) -> ReportHistory:
        """The steps of a report. UsageError if there is no such one."""
        self.drafts.read(report)
        assert self.histories is not None  # a draft has a first step
        return self.histories.of(report)

    def overview(self, report: str) -> Overview:
        """UsageError if there is no such report."""
        draft = self.drafts.read(report)
        assert self.histories is not None
        steps = self.histories.noted(report)
        now = standing([one.step for one in steps], len(draft.case.evidence))
        return Overview(draft, now, steps)

    def overviews(self) -> list[Overview]:
        """All reports, oldest first. Those whose file is damaged are in `faults` instead."""
        return self._readable(self.histories.reports() if self.histories else [])

    def under_way(self) -> list[Overview]:
        """Reports that are on their way and did not stop, and finished ones without their hold."""
        return [
            one for one in self._readable(self.histories.unheld() if self.histories else [])
            if (one.standing.state in UNDER_WAY and one.standing.stopped is None)
            or one.standing.state == "finished"
        ]  # fmt: skip

    def _readable(self, names: list[str]) -> list[Overview]:
        """One damaged file must not keep the others from being seen and filed."""
        found = []
        for name in names:
            try:
                found.append(self.overview(name))
                self.faults.pop(name, None)
            except LamplighterError as error:
                self.faults[name] = str(error)
        return found

    def advice(self, draft: Draft) -> list[Advice]:
        """What it lacks, and what its documents would be refused for; the blocking first."""
        found = [Advice(f"The schema refuses it: {one}", True) for one in self.problems(draft)]
        found += [
            Advice(f"{name} was opened in the console since this was drafted; draft again, so that "
                   "the report says so.", untrue)
            for name, untrue in self.opened_since(draft)
        ]  # fmt: skip
        return found + advise(draft.case, datetime.now(UTC))

    def opened_since(self, draft: Draft) -> list[tuple[str, bool]]:
        """Files opened since the draft was made that it does not call viewed; true where it says
        that they were not.
        """
        files = {one.sha256 for one in draft.case.evidence}
        with self._looking:
            known = self._later.get(draft.report)
            if known is None or known[0] != draft.record:
                known = self._later[draft.report] = (draft.record, Later(draft.record))
            later = known[1]
            later.follow(self.workspace.ledger, files, draft.listings)
        return [
            (one.name, one.viewed is False)
            for one in draft.case.evidence
            if (one.sha256 in later.uncovered and one.viewed is not True)
            or (one.viewed is False and (later.listings if one.supplemental
                                         else one.sha256 in later.loaded))
        ]  # fmt: skip

    def problems(self, draft: Draft) -> list[str]:
        """What the schema says against the documents."""
        schema = Schema(self.schema_path)
        found = schema.problems(draft.document.encode())
        for one in draft.case.evidence:
            told = schema.problems(to_xml(draft_file(one).details))
            found += [f"{one.name}: {problem}" for problem in told]
        return found

    @property
    def schema_path(self) -> Path:
        """The schema that was fetched, or else the one that ships."""
        fetched = self.folder / "cybertipline.xsd"
        return fetched if fetched.is_file() else SHIPPED_SCHEMA

    def _record(self, report: str, number: int, step: Step, at: datetime) -> int:
        draft = self.drafts.read(report)
        listings = draft.listings
        if step.kind in _FILE_STEPS:
            file = draft.case.evidence[step.data["file"]].sha256
            listings = draft.holders.get(file, ()) or listings[:1]
        public: dict[str, Json] = {
            "channel": "cybertipline", "report": report, "number": number,
            "step": step.kind.value, "service": self.workspace.config.report.environment,
        }  # fmt: skip
        if step.data.get("confirmed") is not None:  # uses up what two people confirmed
            public["confirmed"] = step.data["confirmed"]
        private = {"operation": draft.operation, "listings": list(listings), "data": step.data}
        objects = [str(one) for one in step.data.get("objects", ())]
        by = str(step.data.get("by") or step.data.get("approved_by") or "system:cybertipline")
        act = Act("report", at, by, public, orjson.dumps(private), objects)
        return self.workspace.ledger.append([act])[0]

    def close(self) -> None:
        """Close the file."""
        if self.histories is not None:
            self.histories.close()
