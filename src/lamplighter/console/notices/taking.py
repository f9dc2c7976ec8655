"""A notice is taken: in the ledger, then here; whoever told gets a receipt and a link."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from lamplighter.console.api.models import ApiKey
from lamplighter.console.api.webhooks import tell
from lamplighter.console.appeals.following import statement_settings
from lamplighter.console.appeals.tokens import digest_of, token_of
from lamplighter.console.notices.models import Told
from lamplighter.console.record.deployment import deployment
from lamplighter.reporting.notice.notice import Channel, Kind, Notice

#: Notices of one address and hour that stand by themselves; what is more waits as one group.
ALONE = 20
#: Notices of one address and minute that are taken; whoever sends more is asked to wait.
A_MINUTE = 120
_HOUR = 3_600
#: Seconds that webhooks about a group wait, so that those about others go first.
GROUPED = 600


class SlowError(Exception):
    """Too many from one address in this minute. Nothing was taken; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def token_for(told: Told) -> str:
    """The notifier's key to one notice; kept nowhere."""
    return token_of(f"notice-{told.same}")


def take(notice: Notice, address: str, flagger: ApiKey | None = None) -> tuple[Told, bool]:
    """Take a valid notice; whether it is new. The same told again is counted, not kept twice.

    SlowError, before anything is taken, when an address sends more than a minute bears. Whoever asks
    for help is counted apart: a flood of notices from the same network does not hold them back.
    """
    same = _same(notice, address, flagger)
    if (held := _again(same)) is not None:
        return held, False
    many = 0 if flagger else _count(f"{notice.channel}:{address}")
    made = timezone.now()
    clock = statement_settings().clocks["flagger" if flagger else "notice"]
    by = f"flagger-{flagger.pk}" if flagger else str(notice.channel)
    # No time of ours in it: after a crash right here the same told again must be the same request.
    logged = deployment().screener.notice(
        notice.listing or "not named", reason=notice.explanation, by=by,
        idempotency_key=f"notice-{same}",
    )  # fmt: skip
    name = token_of(f"notice-{same}")
    try:
        with transaction.atomic():
            told: Told = Told.objects.create(
                kind=str(notice.kind), channel=str(notice.channel),
                rank=_rank(notice, many > ALONE), listing=notice.listing,
                explanation=notice.explanation, name=notice.name, email=notice.email,
                flagger=flagger, address=address, same=same, made=made, due=clock.end(made),
                digest=digest_of(name), ledger_index=logged.log_index,
            )  # fmt: skip
    except IntegrityError:  # the same, from another thread
        return Told.objects.get(same=same), False
    tell("notice.received", {
        "notice": told.ledger_index, "kind": told.kind, "channel": told.channel,
        "listing": told.listing, "contact": told.email, "link": link_of(told),
    }, later=GROUPED if told.rank == Told.Rank.MANY else 0)  # fmt: skip
    return told, True


def link_of(told: Told) -> str:
    """Where the notifier reads what became of it."""
    from django.conf import settings

    return f"{settings.CONSOLE.origin}/notice/{token_for(told)}"


def _rank(notice: Notice, many: bool) -> int:
    if many:
        return int(Told.Rank.MANY)
    if notice.channel is not Channel.PUBLIC:
        return int(Told.Rank.FIRST)
    return int(Told.Rank.CHILD if notice.kind is Kind.CHILD else Told.Rank.USUAL)


def _same(notice: Notice, address: str, flagger: ApiKey | None) -> str:
    who = f"flagger:{flagger.pk}" if flagger else address
    parts = "\x00".join((who, str(notice.kind), notice.listing, notice.explanation, notice.email))
    return hashlib.sha256(parts.encode()).hexdigest()


def _again(same: str) -> Told | None:
    if Told.objects.filter(same=same).update(times=F("times") + 1):
        found: Told = Told.objects.get(same=same)
        return found
    return None


def _count(address: str) -> int:
    """Notices of this channel and address in this hour, with this one. SlowError by the minute."""
    now = time.time()
    minute, hour = f"told:{address}:{int(now // 60)}", f"told:{address}:h{int(now // _HOUR)}"
    cache.add(minute, 0, 120)
    cache.add(hour, 0, 2 * _HOUR)
    if cache.incr(minute) > A_MINUTE:
        raise SlowError(60 - int(now % 60))
    count: int = cache.incr(hour)
    return count
