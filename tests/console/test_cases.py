"""Cases: notes and tasks are acts too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lamplighter.console.cases.digests import Secret, list_lines, read_list
from lamplighter.console.cases.models import Case
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Proposal
from lamplighter.foundation.errors import InputError


def test_a_case_from_a_decision_to_its_close(desk: Path, sign_in: Any, acts: Any) -> None:
    client = sign_in("reviewer", "investigator")
    one, two = Lead.objects.order_by("rank")[:2]
    client.post(f"/operation/{one.pk}/decide", {"verdict": "case", "clause": "control"})
    case = Case.objects.get()
    at = f"/cases/{case.pk}/"
    client.post(at, {"what": "note", "text": "<b>ask</b> the landlord"})
    client.post(at, {"what": "task", "text": "call back"})
    client.post(at, {"what": "attach", "text": two.pk})
    client.post(at, {"what": "attach", "text": "op-none"})
    task = case.entries.get(task=True)
    client.post(at, {"what": "done", "entry": task.pk})
    page = client.get(at).content.decode()
    assert "&lt;b&gt;ask" in page and "<del>call back" in page
    assert {lead.pk for lead in case.leads.all()} == {one.pk, two.pk}
    events = [
        entry.public["event"] for entry in acts("note") if entry.public.get("about") == "case"
    ]
    assert events[-5:] == ["opened", "note", "task", "attached", "done"]
    opening = deployment().workspace.ledger.opening(case.entries.get(task=False).ledger_index)
    assert opening and orjson.loads(opening)["text"] == "<b>ask</b> the landlord"
    client.post(at, {"what": "close"})
    case.refresh_from_db()
    assert case.closed


SECRET = "correct horse battery staple"


def test_a_digest_list_is_handed_out_by_two_and_compared(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    client, second = sign_in("investigator", "reviewer"), sign_in("senior", name="second")
    lead = Lead.objects.filter(phones__gte=1, phones__lte=5).order_by("listings")[0]
    client.post(f"/operation/{lead.pk}/case")
    case = Case.objects.get()
    at = f"/cases/{case.pk}/deconflict"
    page = client.post(at, {"what": "export", "secret": SECRET}).content.decode()
    assert "takes two persons" in page and "Still missing" in page
    client.post(f"/operation/{lead.pk}/ask", {"deed": "export", "note": "to the task force"})
    second.post(f"/seconds/{Proposal.objects.get().pk}", {"word": "confirmed", "note": "yes"})
    answer = client.post(at, {"what": "export", "secret": f" {SECRET} "})
    made = b"".join(answer.streaming_content)
    act = acts("export")[-1]
    assert act.public["about"] == "deconfliction" and act.actor == client.person.actor
    head, *digests = made.decode().splitlines()
    assert orjson.loads(head)["count"] == len(digests) == act.public["digests"] > 0

    def compare(data: bytes, secret: str = SECRET) -> Any:
        file = SimpleUploadedFile("theirs.txt", data)
        return client.post(at, {"what": "compare", "secret": secret, "list": file})

    both = compare(made).context["both"]
    assert len(both) == len(digests)
    known = deployment().workspace.ledger.opening(act.index)
    assert known and sorted(f"{k}:{v}" for k, v in both) == orjson.loads(known)["identifiers"]
    assert acts("note")[-1].public["both"] == len(both)
    other = b"".join(list_lines(Secret.agreed(SECRET), [("phone", "+15550000000")]))
    assert compare(other).context["both"] == []
    assert "another secret" in compare(made, SECRET + "!").content.decode()
    assert "fewer than 20" in compare(made, "short").content.decode()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(lambda d: b"", "no digest list"), (lambda d: b"\xff" * 99, "no digest list"),
     (lambda d: d[:-33], "is cut"), (lambda d: d + b"zz\n", "32 hex digits"),
     (lambda d: d + b"0" * 8_000_000, "larger than"), (lambda d: d + d, "32 hex digits"),
     (lambda d: d.replace(b"digests/1", b"digests/9"), "no digest list")],
)  # fmt: skip
def test_a_spoilt_list_is_refused_with_its_line(spoil: Any, said: str) -> None:
    secret = Secret.agreed(SECRET)
    good = b"".join(list_lines(secret, [("phone", "+1"), ("email", "a@b.c")]))
    assert len(read_list(good, secret)) == 2
    with pytest.raises(InputError, match=said):
        read_list(spoil(good), secret)


def test_digests_say_nothing_without_the_secret() -> None:
    one, other = Secret.agreed(SECRET), Secret.agreed(SECRET + "x")
    phone = ("phone", "+13105443393")
    assert one.digest(phone) == Secret.agreed(f"{SECRET}\n").digest(phone)
    assert len({one.digest(phone), other.digest(phone), one.digest(("email", phone[1]))}) == 3
    many = [("handle", f"h{n}") for n in range(50)]
    assert one.mixed(many) != many and one.mixed(many) != other.mixed(many)
    assert sorted(one.mixed(many)) == sorted(many)
