"""Starts the console: makes the database ready, then serves with one worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lamplighter.console.people.roles import Role
from lamplighter.console.project.configuration import HOSTS, WORKSPACE
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps


def prepare(workspace: Path, host: str = "127.0.0.1") -> None:
    """Point Django at the workspace and bring its database up to date. Once a process."""
    os.environ[WORKSPACE] = str(workspace.resolve())
    os.environ[HOSTS] = "" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamplighter.console.project.settings")
    from lamplighter.workspace.config import read_config

    read_config(workspace)  # a clear error where this is no workspace
    import django
    from django.core.management import call_command
    from django.db.utils import OperationalError

    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise LamplighterError(
            "The review database cannot be reached.", where=str(workspace),
            hint=f"Check database_url and that the server runs. ({str(error).splitlines()[0]})",
        ) from error  # fmt: skip


def first_invitation() -> str | None:
    """Secret of an invitation for the first administrator; None where there is one already.

    Whoever holds it gets every role: a deployment of one person must be able to begin. Call
    `prepare` first.
    """
    from lamplighter.console.people.models import Invitation, Person

    if any(Role.ADMINISTRATOR in roles for roles in Person.objects.values_list("roles", flat=True)):
        return None
    Invitation.objects.filter(made_by=None, used_by=None).delete()
    return Invitation.invite([Role.ADMINISTRATOR.value], None)[1]


def address(host: str, port: int) -> str:
    """Where people find the console."""
    from django.conf import settings

    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared
    return str(settings.CONSOLE.origin) or f"http://{shown}:{port}"


def invitations(people: Mapping[str, Sequence[Role]]) -> dict[str, str]:
    """Secrets of invitations with these roles, by what each person is called. After `prepare`."""
    from lamplighter.console.people.models import Invitation

    return {
        name: Invitation.invite([role.value for role in roles], None)[1]
        for name, roles in people.items()
    }


def start(
    workspace: Path, host: str, port: int, threads: int, say: Callable[[str], None],
    *, only_invite: bool = False, invite: Mapping[str, Sequence[Role]] | None = None,
    and_say: Callable[[str], str] | None = None,
) -> None:  # fmt: skip
    """Make the database ready, say how to get in, and serve until stopped.

    What `lamplighter serve` does; a demonstration that ends in the console calls it too, and has
    more people invited. `and_say` makes a last line from the address. LedgerError while another process writes to the workspace.
    """
    # The worker is a process of its own: what would stop it is better said here.
    Ledger.open(workspace, write=True).close()
    prepare(workspace, host)
    base = address(host, port)
    secret = first_invitation()
    for name, link in invitations(invite or {}).items():
        say(f"{name}, once: {base}/invitation/{link}")
    if secret:
        say(f"First administrator, once, within 72 hours: {base}/invitation/{secret}")
    elif only_invite:
        say("There is an administrator already; administrators invite everyone else.")
    if not only_invite:
        say(f"Console: {base}")
        if and_say:
            say(and_say(base))
        run(host, port, threads)


def rebuild(workspace: Path, steps: Steps) -> dict[str, int]:
    """Add to the database what the ledger says and it lacks (`review.rebuild`); counts.

    LedgerError while another process writes to the workspace.
    """
    Ledger.open(workspace, write=True).close()
    prepare(workspace)
    from lamplighter.console.auditing.restoring import restore
    from lamplighter.console.record.deployment import deployment
    from lamplighter.console.record.relink import follow_links
    from lamplighter.console.review import rebuild as review

    with steps.step("newest result of linking"):
        follow_links()
    try:
        ledger = deployment().workspace.ledger
        with steps.step("ledger", total=ledger.size) as progress:
            found = review.rebuild(progress.advance)
        with steps.step("blind answers and known cases"):
            return found | restore()
    finally:
        deployment().close()


def run(host: str, port: int, threads: int) -> None:
    """Serve until stopped. Call `prepare` first."""
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "lamplighter.console.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,  # the one writer of the ledger
        blocking_threads=threads,
        log_enabled=False,
        websockets=False,
    )
    server.serve()
