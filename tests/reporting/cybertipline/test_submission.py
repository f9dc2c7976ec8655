"""Filing: whatever happens on the way, one report is finished, once."""

import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.cybertipline.telling import twice
from lamplighter.reporting.cybertipline.client import Client, Credentials
from lamplighter.reporting.cybertipline.draft import draft_report
from lamplighter.reporting.cybertipline.history import Histories
from lamplighter.reporting.cybertipline.stand_in import Fault, StandIn, serving
from lamplighter.reporting.cybertipline.steps import Step, StepKind
from lamplighter.reporting.cybertipline.submission import (
    Package,
    draft,
    file_report,
    release,
    resume,
    retract,
)
from lamplighter.reporting.cybertipline.xml import to_xml
from tests.reporting.cybertipline.filing import (
    CREDENTIALS,
    file_it,
    nothing_recorded,
    package,
    released,
)
from tests.reporting.cybertipline.test_documents import PLAIN
from tests.reporting.cybertipline.wire import wired

DOCUMENT = to_xml(draft_report(PLAIN))


def no_wait(seconds: float) -> None:
    raise AssertionError(f"asked to wait {seconds} s")


@pytest.fixture
def service() -> Iterator[tuple[StandIn, str]]:
    with serving(CREDENTIALS) as both:
        yield both


@pytest.fixture
def histories(tmp_path: Path) -> Iterator[Histories]:
    with Histories(tmp_path / "reports.sqlite3", nothing_recorded) as kept:
        yield kept


def test_a_report_is_filed_with_its_files(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 3, DOCUMENT)
    released(histories.of("r"), parcel)
    assert file_it(service[1], tmp_path, "r", parcel).state == "finished"
    (report,) = service[0].finished
    assert report.document == DOCUMENT
    assert sorted(report.files.values()) == sorted(a.path.read_bytes() for a in parcel.attachments)
    assert set(report.details) == set(report.files)
    again = file_it(service[1], tmp_path, "r", parcel)
    assert again.state == "finished"
    assert len(service[0].reports) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("call", range(6))
def test_one_failed_call_changes_nothing_in_the_end(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path, fault: Fault, call: int
) -> None:
    parcel = package(tmp_path, 2, DOCUMENT)
    released(histories.of("r"), parcel)
    service[0].faults.extend([None] * call + [fault])
    assert file_it(service[1], tmp_path, "r", parcel).state == "finished"
    assert len(service[0].finished) == 1


def test_a_file_whose_answer_was_lost_is_told_to_ncmec_and_in_the_receipt(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 2, DOCUMENT)
    released(histories.of("r"), parcel)
    service[0].faults.extend([None, Fault.SILENT_AFTER])  # open, first upload
    done = file_it(service[1], tmp_path, "r", parcel)
    (report,) = service[0].finished
    assert (len(report.files), len(report.details)) == (3, 2)
    assert (done.copies, done.doubtful) == (1, 1)
    assert [b"may have it twice" in text for text in report.details.values()] == [True, False]
    assert twice(done).startswith("1 more file without details")
    assert not twice(replace(done, copies=0)), "the first upload had not arrived"
    assert "may have them twice" in twice(replace(done, copies=None))


def test_a_service_that_stays_down_is_asked_ten_times_and_then_a_person(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 0, DOCUMENT)
    history = histories.of("r")
    released(history, parcel)
    service[0].faults.extend([Fault.SERVER_ERROR] * 10)
    waits: list[float] = []
    with Client(service[1], CREDENTIALS) as client:
        stopped = file_report(client, history, parcel, waits.append)
        assert stopped.stopped == "Server error"
        assert waits == [30.0 * 2**i for i in range(9)]
        resume(history, by="admin", note="NCMEC says it is up again")
        assert file_report(client, history, parcel, waits.append).state == "finished"


def test_a_wrong_password_stops_at_once_and_says_who_can_help(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 0, DOCUMENT)
    released(histories.of("r"), parcel)
    with Client(service[1], Credentials("desk", "wrong")) as client:
        now = file_report(client, histories.of("r"), parcel, no_wait)
    assert now.stopped is not None
    assert "password" in now.stopped
    assert histories.of("r").steps()[-1].data["remedy"] == "administrator"


def test_a_refused_document_goes_back_to_who_drafted_it(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    wrong = Package(DOCUMENT.replace(b"Child Sex Trafficking", b"Jaywalking"), ())
    history = histories.of("r")
    released(history, wrong)
    with Client(service[1], CREDENTIALS) as client:
        now = file_report(client, history, wrong, no_wait)
        assert now.stopped is not None
        assert "incidentType" in now.stopped
        assert history.steps()[-1].data["code"] == 4100
        better = Package(DOCUMENT, ())
        with pytest.raises(LamplighterError, match="not what was released"):
            file_report(client, history, better, no_wait)
        released(history, better)
        assert file_report(client, history, better, no_wait).state == "finished"


def test_release_takes_two_people_and_holds_for_what_they_saw(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 1, DOCUMENT)
    history = histories.of("r")
    with Client(service[1], CREDENTIALS) as client:
        with pytest.raises(LamplighterError, match="not released"):
            file_report(client, history, parcel, no_wait)
        draft(history, parcel, by="one")
        with pytest.raises(LamplighterError, match="second person"):
            release(history, parcel, requested_by="one", approved_by="one")
        release(history, parcel, requested_by="one", approved_by="two")
        parcel.attachments[0].path.write_bytes(b"something else")
        with pytest.raises(LamplighterError, match="not what was released"):
            file_report(client, history, parcel, no_wait)
    assert service[0].reports == {}


def test_an_open_report_can_be_retracted_and_a_finished_one_not(
    service: tuple[StandIn, str], histories: Histories, tmp_path: Path
) -> None:
    parcel = package(tmp_path, 1, DOCUMENT)
    history = histories.of("r")
    released(history, parcel)
    service[0].faults.extend([None] + [Fault.HTTP_500] * 10)
    with Client(service[1], CREDENTIALS) as client:
        assert file_report(client, history, parcel, lambda _: None).state == "submitted"
        with pytest.raises(LamplighterError, match="open at NCMEC"):
            draft(history, parcel, by="one")
        retract(client, history, parcel, by="one", reason="filed for the wrong operation")
        assert service[0].reports[1_000_000].state == "retracted"
        released(history, parcel)
        assert file_report(client, history, parcel, no_wait).state == "finished"
        with pytest.raises(LamplighterError, match="finished"):
            retract(client, history, parcel, by="one", reason="too late")


def test_steps_missed_by_the_ledger_reach_it_when_next_opened(tmp_path: Path) -> None:
    def broken(*_: object) -> int:
        raise OSError("the ledger is gone")

    path = tmp_path / "reports.sqlite3"
    with Histories(path, broken) as histories, pytest.raises(OSError, match="gone"):
        draft(histories.of("r"), Package(DOCUMENT, ()), by="one")
    seen = []

    def recording(report: str, number: int, step: Step, at: datetime) -> int:
        seen.append((report, number, step.kind))
        return 7

    with Histories(path, recording):
        assert seen == [("r", 0, StepKind.DRAFTED)]
    with Histories(path, broken) as histories:
        assert histories.reports() == ["r"]


def test_killed_between_any_two_bytes_it_is_still_one_report(tmp_path: Path) -> None:
    """25 kills at random bytes; `python -m bench reports` has a thousand."""
    assert crash_often(tmp_path, kills=25, seed=1) > 0


def test_a_report_of_many_files_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kills, sent, described, finished = many_files(tmp_path, files=40, kills=3, seed=2)
    assert (described, finished) == (40, 1)
    assert 40 <= sent <= 40 + kills  # what is sent again is only a file whose answer was lost


def many_files(folder: Path, files: int, kills: int, seed: int) -> tuple[int, int, int, int]:
    """File a report of many files while its process is killed `kills` times.

    Returns kills, files that the service was sent, files described, reports finished.
    """
    chance, context = random.Random(seed), multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reporting.cybertipline.filing"])
    with serving(CREDENTIALS) as (service, base), wired(int(base.rsplit(":", 1)[1])) as wire:
        parcel = package(folder, files, DOCUMENT)
        with Histories(folder / "reports.sqlite3", nothing_recorded) as histories:
            released(histories.of("r"), parcel)
        target, left, exitcode = f"http://127.0.0.1:{wire.port}", kills, None
        while exitcode != 0:
            go = context.Event()
            process = context.Process(target=file_it, args=(target, folder, "r", parcel, go))
            # Some 2,700 bytes pass for each file.
            wire.arm(chance.randrange(2_700 * files // (kills + 1)) if left else -1)
            process.start()
            wire.victim = process.pid or 0
            go.set()
            process.join()
            exitcode = process.exitcode
            left -= exitcode == -9
        (report,) = service.reports.values()
        return kills - left, len(report.files), len(report.details), len(service.finished)


def crash_often(folder: Path, kills: int, seed: int) -> int:
    """File reports one after the other, killing the process at random bytes, `kills` times in all.

    Returns how many reports there were; each must have been finished exactly once.
    """
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reporting.cybertipline.filing"])
    reports = 0
    with serving(CREDENTIALS) as (service, base), wired(int(base.rsplit(":", 1)[1])) as wire:
        parcel = package(folder, 2, DOCUMENT)
        while kills > 0:
            report = f"report-{reports}"
            with Histories(folder / "reports.sqlite3", nothing_recorded) as histories:
                released(histories.of(report), parcel)
            exitcode: int | None = -9
            while exitcode == -9:
                go = context.Event()
                target = f"http://127.0.0.1:{wire.port}"
                process = context.Process(target=file_it, args=(target, folder, report, parcel, go))
                wire.arm(chance.randrange(6_000) if kills > 0 else -1)
                process.start()
                wire.victim = process.pid or 0
                go.set()
                process.join()
                exitcode = process.exitcode
                kills -= exitcode == -9
            assert exitcode == 0
            reports += 1
            assert len(service.finished) == reports
            assert service.finished[-1].document == DOCUMENT
    return reports
