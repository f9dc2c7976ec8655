"""What a draft says, and what happens where something is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import orjson
import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.two_people import SecondPersonError
from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.jobs.cybertipline.deeds import ask, confirm, decline
from lamplighter.jobs.cybertipline.desk import Overview, TipDesk
from lamplighter.jobs.cybertipline.drafting import draft
from lamplighter.jobs.cybertipline.filing import file
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.jobs.cybertipline.schema_fetch import fetch
from lamplighter.jobs.cybertipline.service import service_of
from lamplighter.reporting.cybertipline import stand_in
from lamplighter.reporting.cybertipline.case import Evidence
from lamplighter.reporting.cybertipline.client import PRODUCTION
from lamplighter.reporting.cybertipline.stand_in import StandIn
from lamplighter.reporting.cybertipline.xml import SHIPPED_SCHEMA
from lamplighter.workspace.config import read_config
from lamplighter.workspace.report_settings import REAL


def _read(desk: TipDesk, kind: str, names: list[str]) -> None:
    act = Act("access", datetime.now(UTC), "user:7", {"desk": "medium", "reads": {kind: len(names)}},
              orjson.dumps({"reads": {kind: names}}))  # fmt: skip
    desk.workspace.ledger.append([act])


def _picture(found: Overview) -> str:
    return found.draft.case.evidence[0].sha256


def test_everything_known_is_in_the_draft(desk: TipDesk, operation: str) -> None:
    found = draft(desk, operation, DraftRequest(note="Called twice."), "ann")
    case = found.draft.case
    assert len(case.listing_urls) == 8 and case.phones == ("+13125550142",)
    assert [one.account_id for one in case.accounts] == ["Ünal-0", "Ünal-1"]
    assert case.accounts[0].emails == ("desk@oak.example",)
    assert case.accounts[0].ip_addresses[0][0] == "192.0.2.6"
    assert [leg.city for leg in case.legs] == [
        "Springfield, US", "Riverton, US", "Łódź, US", "東京, US",
    ]  # fmt: skip
    assert [one.name for one in case.evidence] == ["table.png", "listings-as-submitted.txt"]
    text = desk.workspace.ledger.object_path(case.evidence[1].sha256).read_text("utf-8")
    assert text.count("Text as submitted:") == 8 and "東京" in text
    assert "Called twice." in found.draft.document and "東京" in found.draft.document
    assert desk.problems(found.draft) == []


def test_whether_a_file_was_viewed_is_what_the_record_says(desk: TipDesk, operation: str) -> None:
    first = draft(desk, operation, DraftRequest(), "ann")
    name = _picture(first)
    assert first.draft.case.evidence[0].viewed is False
    _read(desk, "medium", [name])
    assert draft(desk, operation, DraftRequest(), "ann").draft.case.evidence[0].viewed is None
    said = DraftRequest(viewed={name: False})
    told = draft(desk, operation, said, "ann").draft.case.evidence[0]
    assert told.viewed is False and "user:ann states" in (told.viewing or "")
    _read(desk, "uncovered", [name])
    seen = draft(desk, operation, DraftRequest(), "ann").draft.case.evidence[0]
    assert seen.viewed is True and "user:7" in (seen.viewing or "")
    with pytest.raises(UsageError, match="record says"):
        draft(desk, operation, said, "ann")
    assert _words(desk, operation).viewed is False
    _read(desk, "listing", list(first.draft.listings[:3]))
    assert _words(desk, operation).viewed is None
    assert "people saw 3" in (_words(desk, operation).viewing or "")
    _read(desk, "uncovered", [_words(desk, operation).sha256])
    assert _words(desk, operation).viewed is True
    left = draft(desk, operation, DraftRequest(left_out=frozenset({name})), "ann")
    assert [one.supplemental for one in left.draft.case.evidence] == [True]


def _words(desk: TipDesk, operation: str) -> Evidence:
    return draft(desk, operation, DraftRequest(), "ann").draft.case.evidence[-1]


def test_a_file_opened_after_the_draft_makes_it_untrue(
    desk: TipDesk, operation: str, service: StandIn
) -> None:
    found = draft(desk, operation, DraftRequest(), "ann")
    report, name = found.draft.report, _picture(found)
    ask(desk, report, by="ann", note="why")
    _read(desk, "uncovered", [name])  # the second person looks, as they must
    with pytest.raises(LamplighterError, match=r"table\.png was opened"):
        confirm(desk, report, by="ben", note="yes")
    draft(desk, operation, DraftRequest(), "ann")
    ask(desk, report, by="ann", note="why")
    _read(desk, "uncovered", [name])  # again: that changes nothing
    confirm(desk, report, by="ben", note="yes")
    _read(desk, "listing", list(found.draft.listings))  # all of the words, after the release
    with pytest.raises(LamplighterError, match="would not say the truth"):
        file(desk, report, lambda _: None)
    assert not service.reports
    last = draft(desk, operation, DraftRequest(), "ann").draft.case.evidence
    assert [one.viewed for one in last] == [True, None]


def test_an_erased_record_leaves_viewing_unknown(desk: TipDesk, operation: str) -> None:
    first = draft(desk, operation, DraftRequest(), "ann")
    _read(desk, "medium", [_picture(first)])
    ledger = desk.workspace.ledger
    ledger.erase([ledger.size - 1], actor="user:1", reason="asked for")
    again = draft(desk, operation, DraftRequest(), "ann").draft.case.evidence[0]
    assert again.viewed is None and "gaps" in (again.viewing or "")


def test_one_person_is_not_two_and_a_changed_draft_is_asked_for_anew(
    desk: TipDesk, operation: str
) -> None:
    report = draft(desk, operation, DraftRequest(), "ann").draft.report
    with pytest.raises(LamplighterError, match="Nobody asks"):
        confirm(desk, report, by="ben", note="yes")
    ask(desk, report, by="ann", note="why")
    with pytest.raises(SecondPersonError):
        confirm(desk, report, by="User:ANN", note="yes")
    with pytest.raises(SecondPersonError):
        decline(desk, report, by="ann", note="no")
    assert decline(desk, report, by="ben", note="no").state == "draft"
    ask(desk, report, by="ann", note="why")
    draft(desk, operation, DraftRequest(note="changed"), "ann")
    with pytest.raises(LamplighterError, match="Nobody asks"):
        confirm(desk, report, by="ben", note="yes")


def test_what_lacks_its_filer_is_not_asked_for(desk: TipDesk, operation: str) -> None:
    shop = desk.workspace
    shop.config = replace(shop.config, report=replace(shop.config.report, email=""))
    report = draft(desk, operation, DraftRequest(), "ann").draft.report
    with pytest.raises(LamplighterError, match="no e-mail"):
        ask(desk, report, by="ann", note="why")


def test_a_clock_that_is_wrong_files_nothing(
    desk: TipDesk, operation: str, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = draft(desk, operation, DraftRequest(), "ann").draft.report
    ask(desk, report, by="ann", note="why")
    confirm(desk, report, by="ben", note="yes")
    monkeypatch.setattr(
        BaseHTTPRequestHandler,
        "date_time_string",
        lambda *_: "Tue, 01 Jan 2030 00:00:00 GMT",
    )
    with pytest.raises(LamplighterError, match="behind the service's"):
        file(desk, report, lambda _: None)
    assert not service.reports


def test_what_was_released_for_a_trial_is_not_filed_for_real(
    desk: TipDesk, operation: str, service: StandIn
) -> None:
    report = draft(desk, operation, DraftRequest(), "ann").draft.report
    ask(desk, report, by="ann", note="why")
    confirm(desk, report, by="ben", note="yes")
    shop = desk.workspace
    real = replace(shop.config.report, environment="production", production=REAL, user="market")
    shop.config = replace(shop.config, report=real)
    with pytest.raises(LamplighterError, match="released for stand-in"):
        file(desk, report, lambda _: None)
    assert not service.reports


def test_a_damaged_draft_and_hostile_names_are_told(desk: TipDesk, operation: str) -> None:
    report = draft(desk, operation, DraftRequest(), "ann").draft.report
    for name in ("../../etc/passwd", "tip-" + "x" * 200, "tip-nothing-1", ""):
        with pytest.raises(UsageError):
            desk.overview(name)
    (desk.folder / "cybertipline" / f"{report}.json").write_text("{}")
    with pytest.raises(LamplighterError, match="damaged"):
        desk.overview(report)
    assert desk.overviews() == [] and "damaged" in desk.faults[report]


def test_production_is_guarded(shop: Path) -> None:
    settings = shop / "lamplighter.toml"
    text = settings.read_text()
    settings.write_text(text.replace('environment = "stand-in"', 'environment = "production"'))
    with pytest.raises(UsageError, match="not allowed"):
        service_of(read_config(shop).report)
    (shop / "password").write_text("secret\n")
    meant = settings.read_text().replace('production = ""', f'production = "{REAL}"')
    meant = meant.replace('user = ""', 'user = "market"')
    settings.write_text(meant.replace('password_file = ""', 'password_file = "password"'))
    service = service_of(read_config(shop).report)
    assert service.base == PRODUCTION and service.credentials.password == "secret"
    settings.write_text(text.replace("http://127.0.0.1:8899", "http://203.0.113.7"))
    with pytest.raises(UsageError, match="stand_in cannot be"):
        read_config(shop)


def test_a_schema_that_changed_is_compared_and_used(
    desk: TipDesk, operation: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert fetch(desk).differences == []
    text = SHIPPED_SCHEMA.read_text("utf-8")
    other = tmp_path / "other.xsd"
    other.write_text(text.replace("Child Sex Trafficking", "Trafficking"))
    monkeypatch.setattr(stand_in, "SHIPPED_SCHEMA", other)
    fetched = fetch(desk)
    assert any("removed" in one and "Child Sex Trafficking" in one for one in fetched.differences)
    assert any("incidentType" in one for one in fetched.refused)
    made = draft(desk, operation, DraftRequest(), "ann")
    assert any(one.blocks and "schema" in one.sentence for one in desk.advice(made.draft))
    for bad, words in (("<html/>", "no XML schema"), ("nonsense", "malformed"), (
        text.replace('name="fileDetails"', 'name="fileDetail"', 1), "declares no <fileDetails>"), (
        text.replace("</xs:schema>", '<xs:include schemaLocation="http://x.example/y.xsd"/></xs:schema>'),
        "further files")):  # fmt: skip
        other.write_text(bad)
        with pytest.raises(LamplighterError, match=words):
            fetch(desk)
    assert desk.schema_path.read_text("utf-8") != bad
