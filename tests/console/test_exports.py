"""What leaves the house: asked by one, confirmed by another who saw it, made, taken, logged."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lamplighter.console.cases.models import Case
from lamplighter.console.exports.models import OFFERED, Export, export_folder
from lamplighter.console.exports.packing import pack_due
from lamplighter.console.exports.table import csv_lines
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review import rebuild as review

SAID = {"recipient": "Task force", "purpose": "warrant 17", "note": "first opinion: sure"}


def _case(client: Any) -> tuple[Case, list[Lead]]:
    leads = list(Lead.objects.filter(listings__lte=12).order_by("rank")[:2])
    client.post(f"/operation/{leads[0].pk}/case")
    case = Case.objects.get()
    client.post(f"/cases/{case.pk}/", {"what": "attach", "text": leads[1].pk})
    return case, leads


def _asked(client: Any, **more: str) -> tuple[Export, list[Lead]]:
    case, leads = _case(client)
    client.post(f"/exports/ask?case={case.pk}", SAID | more)
    return Export.objects.get(), leads


def _confirm(client: Any, one: Export, leads: list[Lead]) -> Any:
    for lead in leads:
        client.get(f"/operation/{lead.pk}/")
    return client.post(f"/exports/{one.pk}/second", {"word": "confirmed", "note": "I saw it"})


def _bytes(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_package_is_made_of_what_two_confirmed_and_proves_itself(
    desk: Path, sign_in: Any, acts: Any, tmp_path: Path
) -> None:
    first, second = sign_in("investigator", "reviewer"), sign_in("custodian", name="second")
    one, leads = _asked(first)
    assert len(one.names) == sum(lead.listings for lead in leads)
    pack_due(threading.Event())
    assert not list(export_folder(desk).iterdir())  # nothing before the second person has answered
    assert first.get(f"/exports/{one.pk}/file").status_code == 404
    page = second.get(f"/exports/{one.pk}/").content.decode()
    assert "warrant 17" in page and "first opinion" not in page and "open it first" in page
    assert "Exports that wait" in second.get("/seconds/").content.decode()
    _confirm(second, one, leads)
    assert "first opinion" in second.get(f"/exports/{one.pk}/").content.decode()
    pack_due(threading.Event())
    one.refresh_from_db()
    assert one.state == Export.State.READY, one.fault
    act = acts("export")[-1]
    assert act.public["confirmed"] == one.second_index and act.public["listings"] == len(one.names)
    assert act.actor == first.person.actor and act.public["approved_by"] == second.person.actor
    with zipfile.ZipFile(io.BytesIO(_bytes(first.get(f"/exports/{one.pk}/file")))) as bag:
        bag.extractall(tmp_path)
    assert acts("access")[-1].public == {"desk": "export_file", "reads": {"export file": 1}}
    (folder,) = tmp_path.iterdir()
    assert "case 1" in (folder / "bag-info.txt").read_text("utf-8")
    checked = subprocess.run(
        [sys.executable, "-I", folder / "lamplighter_verify.py", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    other = sign_in("investigator", name="other")
    assert other.get(f"/exports/{one.pk}/file").status_code == 404


def test_a_sealed_package_opens_with_the_key_only(desk: Path, sign_in: Any) -> None:
    import pyrage

    key = pyrage.x25519.Identity.generate()
    first, second = sign_in("investigator", "reviewer"), sign_in("senior", name="second")
    one, leads = _asked(first, keys=f"{key.to_public()}\n")
    _confirm(second, one, leads)
    pack_due(threading.Event())
    data = _bytes(second.get(f"/exports/{one.pk}/file"))
    assert data.startswith(b"age-encryption.org/v1")
    assert b"bag-info.txt" in pyrage.decrypt(data, [key])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [pyrage.x25519.Identity.generate()])


@pytest.mark.parametrize("keys", ["/etc/passwd", "age1nonsense", "AGE-SECRET-KEY-1X"])
def test_what_is_no_public_key_is_refused(keys: str, desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator", "reviewer")
    case, _ = _case(client)
    page = client.post(f"/exports/ask?case={case.pk}", SAID | {"keys": keys}).content.decode()
    assert "errorlist" in page and not Export.objects.exists()


def test_nobody_confirms_alone_unseen_or_twice(desk: Path, sign_in: Any, acts: Any) -> None:
    first = sign_in("investigator", "senior", "custodian", name="first")
    second, third = sign_in("custodian", name="second"), sign_in("senior", name="third")
    one, leads = _asked(first)
    before = len(acts("decision"))
    _confirm(first, one, leads)  # alone
    second.get(f"/operation/{leads[0].pk}/")
    yes = {"word": "confirmed", "note": "yes"}
    second.post(f"/exports/{one.pk}/second", yes)  # one of two operations not seen
    second.post(f"/exports/{one.pk}/second", {"word": "declined", "note": " "})
    one.refresh_from_db()
    assert one.state == Export.State.WAITING and len(acts("decision")) == before
    second.post(f"/exports/{one.pk}/second", {"word": "declined", "note": "too much"})
    _confirm(third, one, leads)
    one.refresh_from_db()
    assert one.state == Export.State.DECLINED and one.second.username == "second"
    one.second = one.first
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_the_ledger_has_the_last_word_on_who_confirmed_what(desk: Path, sign_in: Any) -> None:
    first, second = sign_in("investigator", "reviewer"), sign_in("senior", name="second")
    one, leads = _asked(first)
    Export.objects.update(state=Export.State.CONFIRMED, second=second.person, second_index=0)
    pack_due(threading.Event())
    one.refresh_from_db()
    assert one.state == Export.State.FAILED and "No two people" in one.fault
    Export.objects.update(state=Export.State.WAITING, second=None, second_index=None)
    _confirm(second, one, leads)
    names = Lead.objects.exclude(pk__in=[lead.pk for lead in leads]).order_by("rank")[0]
    Export.objects.update(names=[*one.names, names.pk])  # by whoever edits the database
    pack_due(threading.Event())
    one.refresh_from_db()
    assert one.state == Export.State.FAILED and "otherwise" in one.fault
    assert not list(export_folder(desk).glob("export-*"))


def test_a_list_about_a_value_takes_two_and_has_no_formula(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    first, second = sign_in("investigator"), sign_in("custodian", name="second")
    with deployment().workspace.duckdb() as database:
        account, count = database.execute(
            "SELECT account_id, count(*) FROM listings GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
        ).fetchall()[0]
    assert count > 3
    first.post(f"/exports/ask?kind=account&value={account}", SAID)
    one = Export.objects.get()
    assert second.get(f"/exports/{one.pk}/").context["hits"]
    _confirm(second, one, [])
    pack_due(threading.Event())
    assert acts("export")[-1].public["listings"] == count
    rows = list(csv.DictReader(io.StringIO(_bytes(first.get(f"/exports/{one.pk}/file")).decode())))
    assert len(rows) == count and {row["account_id"] for row in rows} == {account}
    assert all(row["text"] and row["posted_at"] for row in rows)


def test_a_search_is_exported_whole(desk: Path, sign_in: Any) -> None:
    client = sign_in("investigator")
    total = client.get("/search/?words=the").context["total"]
    assert client.get("/exports/ask?words=the").context["count"] == total > 50


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\ta", "\ra"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert b"".join(csv_lines([(cell,)])).lstrip(b'"').startswith(b"'")


def test_what_was_cut_off_is_made_anew_and_what_was_offered_long_is_removed(
    desk: Path, sign_in: Any
) -> None:
    first, second = sign_in("investigator", "reviewer"), sign_in("senior", name="second")
    one, leads = _asked(first)
    _confirm(second, one, leads)
    folder = export_folder(desk)
    (folder / f"export-{one.ledger_index}.work" / f"export-{one.ledger_index}").mkdir(parents=True)
    (folder / f"export-{one.ledger_index}.part.zip").write_bytes(b"half")
    pack_due(threading.Event())
    assert [path.name for path in folder.iterdir()] == [f"export-{one.ledger_index}.zip"]
    Export.objects.update(finished=timezone.now() - OFFERED - timedelta(hours=1))
    pack_due(threading.Event())
    one.refresh_from_db()
    assert one.state == Export.State.REMOVED and not list(folder.iterdir())
    second.post(f"/exports/{one.pk}/again")
    pack_due(threading.Event())
    one.refresh_from_db()
    assert one.state == Export.State.READY


def test_rebuild_knows_exports_again_and_makes_none_by_itself(desk: Path, sign_in: Any) -> None:
    first, second = sign_in("investigator", "reviewer"), sign_in("senior", name="second")
    one, leads = _asked(first)
    _confirm(second, one, leads)
    held = Export.objects.get()
    Export.objects.all().delete()
    review.rebuild()
    again = Export.objects.get(ledger_index=one.ledger_index)
    for name in ("title", "names", "operations", "recipient", "purpose", "note", "subject", "kind",
                 "first_id", "second_id", "second_note", "second_index"):  # fmt: skip
        assert getattr(again, name) == getattr(held, name), name
    assert again.state == Export.State.REMOVED
    assert orjson.loads(deployment().workspace.ledger.opening(one.ledger_index) or b"")["note"]
