"""What a purge or an erasure took from the ledger goes from the review database too."""

from __future__ import annotations

from django.apps import apps

from lamplighter.console.appeals.models import Appeal, Issued, Wait
from lamplighter.evidence.entry import Entry
from lamplighter.evidence.erasure import erased_by


def forget(entry: Entry) -> int:
    """Remove statements with their appeals, notices and delays of which the entry says that their
    private part is gone, inside a transaction; how many rows went. An appeal that was erased by
    itself stays without its words.
    """
    gone = 0
    notices = apps.get_model("notices", "Told").objects
    for run in erased_by(entry)[0]:
        here = (run.start, run.stop - 1)
        gone += Appeal.objects.filter(issued__ledger_index__range=here).delete()[0]
        gone += Issued.objects.filter(ledger_index__range=here).delete()[0]
        gone += notices.filter(ledger_index__range=here).delete()[0]
        gone += Wait.objects.filter(ledger_index__range=here).delete()[0]
        Appeal.objects.filter(ledger_index__range=here).update(text="", contact="")
        Appeal.objects.filter(decided_index__range=here).update(reasons="")
        notices.filter(decided_index__range=here).update(reasons="")
    return gone
