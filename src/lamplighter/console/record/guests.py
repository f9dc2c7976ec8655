"""What an intake may ask of the service while it has the workspace: log acts, take rows, commit."""

from __future__ import annotations

from typing import Any

from lamplighter.console.record.deployment import Deployment
from lamplighter.workspace.doorway import Doorway
from lamplighter.workspace.frames import unpack_acts, unpack_rows


def open_doorway(deployment: Deployment) -> Doorway:
    """Let guests in, until it is closed."""

    def append(head: dict[str, Any], _: bytes) -> dict[str, Any]:
        logged = deployment.record(unpack_acts(head["acts"]))
        return {"entries": [logged.start, logged.stop]}

    def take(head: dict[str, Any], body: bytes) -> dict[str, Any]:
        receipt = deployment.screener.take(*unpack_rows(body), head["media"])
        return {"index": receipt.index.tolist()}

    def commit(_: dict[str, Any], __: bytes) -> dict[str, Any]:
        deployment.screener.commit()
        return {}

    return Doorway(deployment.workspace.folder, {"append": append, "take": take, "commit": commit})
