"""An appeal comes in, and is decided by somebody who took no part."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from lamplighter.console.api.webhooks import tell
from lamplighter.console.appeals.following import link_of, statement_settings
from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.console.leads.models import Lead, State, due_of
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.relinker import relink_soon
from lamplighter.console.review.models import Decision, Proposal
from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.statement.acts import Outcome, appeal_act
from lamplighter.reporting.statement.statement import Measure, Statement

#: Characters of an appeal, of where to be told, and of the reasons that the poster is given.
MOST_TEXT, MOST_CONTACT, MOST_REASONS = 8_000, 200, 8_000
#: What a decision can be.
DECIDED = (Outcome.UPHELD, Outcome.PARTLY, Outcome.REVERSED)


class HearingError(LamplighterError):
    """An appeal that cannot be taken or decided, with what to do."""


def appeal_until(issued: Issued) -> datetime:
    """Until when one may object: from when the poster could first read the statement."""
    return statement_settings().clocks["complain"].end(issued.told_from)


def clean(text: str, most: int) -> str:
    """As written, without NUL and without half surrogates, which no database takes; bounded."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return plain.replace("\r\n", "\n").strip()[:most]


def receive(issued: Issued, text: str, contact: str) -> tuple[Appeal, bool]:
    """Take an appeal: in the ledger, then in the database. The second of the same is the first.

    HearingError: nothing said, too late, or not to be told yet.
    """
    text, contact = clean(text, MOST_TEXT), clean(contact, MOST_CONTACT)
    made = timezone.now()
    if not issued.told:
        raise HearingError("There is no such statement.")
    if not text:
        raise HearingError("Nothing is written.", hint="Say why the decision is wrong.")
    if made > appeal_until(issued):
        raise HearingError("The time to object is over.", hint="You may turn to a court.")
    clocks = statement_settings().clocks
    due = clocks["decide"].end(made)
    statement = issued.read
    with transaction.atomic():
        # Whoever sends it twice waits here, then finds the first.
        Issued.objects.select_for_update().get(pk=issued.pk)
        if (held := Appeal.objects.filter(issued=issued).first()) is not None:
            return held, False
        act = appeal_act(
            statement.decision, issued.ledger_index, Outcome.RECEIVED, by="poster:appellant",
            now=made, clock=_clock(issued, due, made=None),
            private={"puid": issued.puid, "text": text, "contact": contact},
        )  # fmt: skip
        index = deployment().record([act])[0]
        try:
            appeal = Appeal.objects.create(issued=issued, text=text, contact=contact, made=made,
                                           due=due, ledger_index=index)  # fmt: skip
        except IntegrityError as error:
            raise HearingError("Your appeal was there already.") from error
    tell("appeal.received", {"statement": issued.puid, "due": due.isoformat(), "log_index": index})
    return appeal, True


def took_part(statement: Statement) -> set[str]:
    """Pseudonyms of all who had a hand in it: who decided, who seconded, who judged the operation."""
    found = set(statement.barred)
    if statement.operation:
        for name in Decision.objects.filter(lead=statement.operation).values_list(
            "person", flat=True
        ):
            found.add(f"user:{name}")
        pairs = Proposal.objects.filter(lead=statement.operation).values_list("first", "second")
        found |= {f"user:{name}" for pair in pairs for name in pair if name}
    return found


def decide(appeal: Appeal, by: Person, state: str, reasons: str) -> Appeal:
    """Decide it once. HearingError for whoever took part, without reasons, or when it is decided."""
    reasons = clean(reasons, MOST_REASONS)
    if state not in DECIDED:
        raise HearingError("Choose an outcome; nothing was recorded.")
    if not reasons:
        raise HearingError("The poster is told why: write the reasons; nothing was recorded.")
    with transaction.atomic():
        # The same row is held as by whoever files, and by what restores from the ledger.
        Issued.objects.select_for_update().get(pk=appeal.issued_id)
        held: Appeal = Appeal.objects.select_related("issued").get(pk=appeal.pk)
        statement = held.issued.read
        if by.actor in took_part(statement):
            raise HearingError("You took part in the decision; another person decides this.")
        if held.state != Appeal.State.RECEIVED:
            raise HearingError("Another person was faster; nothing was recorded.")
        held.state, held.decided_by, held.reasons = state, by, reasons
        held.decided = timezone.now()
        acts = [appeal_act(
            statement.decision, held.issued.ledger_index, Outcome(state), by=by.actor,
            now=held.decided, clock=_clock(held.issued, held.due, made=held.decided),
            private={"puid": held.issued.puid, "reasons": reasons},
        )]  # fmt: skip
        if state != Outcome.UPHELD:
            acts.append(_relink_act(held, by))
        held.decided_index = deployment().record(acts)[0]
        held.save()
        if state != Outcome.UPHELD:
            _put_back(statement, held)
    if state == Outcome.REVERSED:
        _restore(statement, held)
    if state != Outcome.UPHELD:
        relink_soon()
    tell("appeal.decided", {
        "statement": held.issued.puid, "state": state, "measure": str(statement.measure),
        "listings": list(statement.listings[:1_000]), "account": statement.account,
        "account_deleted": held.issued.account_deleted is not None,
        "link": link_of(held.issued.puid), "log_index": held.decided_index,
    })  # fmt: skip
    return held


def _clock(issued: Issued, due: datetime, *, made: datetime | None) -> dict[str, Any]:
    clocks = statement_settings().clocks
    said: dict[str, Any] = {"pack": clocks.name, "due": due.astimezone(UTC).isoformat(),
                            "told": issued.told_from.astimezone(UTC).isoformat()}  # fmt: skip
    return said | ({"late": made > due} if made else {})


def _relink_act(held: Appeal, by: Person) -> Act:
    """What was decided by is to be looked at again: the next linking is asked for."""
    public = {"about": "relink", "appeal": held.ledger_index}
    return Act("note", timezone.now(), by.actor, public)


def _put_back(statement: Statement, held: Appeal) -> None:
    """The operation is to do again, and its clock begins anew."""
    lead = Lead.objects.filter(pk=statement.operation).first()
    if lead is not None:
        lead.state, lead.since = State.OPEN, held.decided
        lead.due = due_of(lead.band, held.decided)
        lead.save(update_fields=["state", "since", "due"])


def _restore(statement: Statement, held: Appeal) -> None:
    """Say in each listing's own history that it may be shown again; not where the account is gone."""
    if statement.measure is Measure.ACCOUNT or held.issued.account_deleted is not None:
        return
    for name in statement.listings:
        deployment().screener.moderated(
            name, action="restored", by="appeals", reason=f"appeal {held.decided_index}",
            idempotency_key=f"appeal-{held.decided_index}-{name}"[:255],
        )  # fmt: skip


def account_deleted(account: str) -> tuple[int, int]:
    """An account is gone: statements it had, and appeals that go on without it.

    An appeal is decided all the same: whether the decision was right does not hang on the account.
    Where to tell the poster is forgotten; the link still shows the outcome.
    """
    made = timezone.now()
    rows = Issued.objects.filter(account=account[:512], account_deleted=None)
    open_ = Appeal.objects.filter(issued__in=rows, state=Appeal.State.RECEIVED).count()
    with transaction.atomic():
        Appeal.objects.filter(issued__in=rows).update(contact="")
        count = rows.update(account_deleted=made)
    return count, open_
