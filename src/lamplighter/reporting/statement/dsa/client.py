"""Calls to the database, one method a call. Nothing here remembers.

Trap: a call that timed out may have acted. `known` asks; whoever submits asks before sending again.
"""

from __future__ import annotations

from typing import Any

import httpx

from lamplighter.foundation.closing import Closing
from lamplighter.foundation.errors import LamplighterError

#: The database itself, and the one to test against.
PRODUCTION = "https://transparency.dsa.ec.europa.eu/api/v1"
SANDBOX = "https://sandbox.sor.dsa.ec.europa.eu/api/v1"
_MOST_ANSWER = 32 << 20


class BusyError(LamplighterError):
    """No answer, or one that says to try later."""


class RefusedError(LamplighterError):
    """A batch was not taken; nothing of it was created. `duplicates` are there already."""

    def __init__(self, what: str, *, where: str, hint: str, duplicates: bool) -> None:
        super().__init__(what, where=where, hint=hint)
        self.duplicates = duplicates


class Client(Closing):
    """A session with the database, or with a stand-in."""

    def __init__(self, base: str, token: str, timeout: float = 60.0) -> None:
        self._http = httpx.Client(
            base_url=base.rstrip("/"),
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout,
            follow_redirects=False,  # 302 is an answer here; elsewhere it would carry the token away
        )

    def submit(self, batch: list[dict[str, Any]]) -> dict[str, str]:
        """Create all of a batch; the database's id by puid. BusyError, RefusedError."""
        answer = self._call("POST", "/statements", json={"statements": batch})
        if answer.status_code == 201:
            made = _body(answer).get("statements", [])
            return {one["puid"]: str(one.get("id") or one.get("uuid")) for one in made}
        if answer.status_code == 422:
            raise _refusal(_body(answer), batch)
        raise _other(answer)

    def known(self, puid: str) -> bool:
        """Whether the database has this statement."""
        answer = self._call("GET", f"/statement/existing-puid/{puid}")
        if answer.status_code in (200, 302):
            return True
        if answer.status_code == 404:
            return False
        raise _other(answer)

    def _call(self, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **body)
        except httpx.HTTPError as error:
            raise BusyError("The DSA database gives no answer.", where=path,
                            hint=f"Run it again later. ({str(error) or type(error).__name__})") from error  # fmt: skip

    def close(self) -> None:
        """Give back what is held."""
        self._http.close()


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json() if len(answer.content) <= _MOST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BusyError("The DSA database's answer cannot be read.",
                        where=f"HTTP {answer.status_code}", hint="Run it again later.")  # fmt: skip
    return found


def _refusal(body: dict[str, Any], batch: list[dict[str, Any]]) -> RefusedError:
    errors = body.get("errors")
    errors = errors if isinstance(errors, dict) else {}
    if "puid" in errors or "existing_puids" in errors:
        return RefusedError("Statements are there already.", where="puid", duplicates=True,
                            hint="They are asked for one by one.")  # fmt: skip
    for name, said in errors.items():
        place = name.removeprefix("statement_")
        puid = batch[int(place)]["puid"] if place.isdigit() and int(place) < len(batch) else name
        words = "; ".join(f"{a}: {w[0] if isinstance(w, list) and w else w}" for a, w in said.items()) if isinstance(said, dict) else str(said)  # fmt: skip
        return RefusedError(f"The DSA database refuses a statement: {words[:500]}", where=puid,
                            duplicates=False, hint="Nothing of this batch was created. The schema may "
                            "have changed: reporting/statement/dsa/schema.toml.")  # fmt: skip
    return RefusedError(f"The DSA database refuses: {str(body.get('message'))[:300]}",
                        where="statements", duplicates=False,
                        hint="Nothing of this batch was created.")  # fmt: skip


def _other(answer: httpx.Response) -> LamplighterError:
    where = f"HTTP {answer.status_code}"
    if answer.status_code in (401, 403):
        return LamplighterError("The DSA database does not accept the token.", where=where,
                                hint="Make a new one in its user profile; the old one ends then.")  # fmt: skip
    if answer.status_code == 429 or answer.status_code >= 500:
        return BusyError("The DSA database is busy.", where=where, hint="Run it again later.")
    return LamplighterError("The DSA database's answer is not known here.", where=where,
                            hint="Nothing was noted as created.")  # fmt: skip
