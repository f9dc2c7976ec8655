"""Every page of the console in a real Chromium: WCAG 2.2 A and AA, widths, no other host, strict policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver.chrome.webdriver import WebDriver

from lamplighter.console.cases.models import Case
from lamplighter.console.exports.models import Export
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment

from .browsing import Enter, _log, _violations, chromium, enter, pytestmark

__all__ = ["chromium", "enter", "pytestmark"]

#: Where a reader or a seconder finds something, and what is empty.
PAGES = {
    "reviewer": ["/queue/", "/operation/{lead}/", "/operation/{judged}/", "/keys", "/settings", "/rest",
                 "/seconds/", "/appeals/", "/notices/", "/blind/", "/tips/", "/operation/{lead}/tip",
                 "/account/2fa/", "/account/password/", "/account/2fa/totp/activate/",
                 "/account/2fa/webauthn/", "/nowhere"],
    "investigator": ["/search/", "/cases/", "/search/?words=the", "/search/?city={city}",
                     "/about/?kind=account&value={account}", "/cases/{case}/",
                     "/cases/{case}/deconflict", "/exports/", "/exports/ask?case={case}",
                     "/exports/ask?words=the", "/exports/{export}/", "/exports/{list}/"],
    "senior custodian": ["/exports/{export}/", "/exports/{list}/", "/exports/", "/seconds/", "/operation/{lead}/",
                         "/audit/known/", "/appeals/delays"],
    "auditor": ["/audit/", "/audit/looked", "/audit/samples/"],
    "administrator": ["/people/", "/programs/", "/people/{person}", "/audit/samples/"],
    "reviewer senior investigator custodian auditor administrator": ["/queue/", "/audit/"],
    "": ["/account/login/", "/invitation/none"],
}  # fmt: skip


_ABSENT = ("/nowhere", "/invitation/none")


#: Width, colours, and whether axe-core runs every rule or the one that colours change.
_SIGHTS = ((1280, "light", True), (390, "dark", True), (1280, "dark", False))


def test_every_page_is_accessible_fits_and_asks_nobody_else(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter, sign_in: Any
) -> None:
    _log(chromium, "performance")
    facts = _something_everywhere(desk, sign_in)
    faults: list[tuple[Any, ...]] = []
    for role, pages in PAGES.items():
        if role:
            enter(*role.split())
        else:
            chromium.delete_all_cookies()
        for page in pages:
            chromium.get(live_server.url + page.format(**facts))
            if "no such page" in chromium.title and page not in _ABSENT:
                faults.append((page, "is not there"))
            for width, scheme, every in _SIGHTS:
                faults += [(page, width, scheme, *one)
                           for one in _faults(chromium, width, scheme, every=every)]  # fmt: skip
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert not faults, "\n".join(map(str, faults))
    hosts = set()
    for line in _log(chromium, "performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            parts = urlsplit(message["params"]["request"]["url"])
            if parts.scheme in ("http", "https", "ws", "wss"):
                hosts.add(parts.netloc)
    assert hosts == {urlsplit(live_server.url).netloc}
    refused = [line["message"] for line in _log(chromium, "browser")
               if "Content Security Policy" in line["message"]]  # fmt: skip
    assert not refused


def _faults(browser: WebDriver, width: int, scheme: str, *, every: bool) -> list[tuple[Any, ...]]:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    found: list[tuple[Any, ...]] = [(f"{wide} px wide",)] if wide > width else []
    for one in _violations(browser, () if every else ("color-contrast",)):
        nodes = [node["html"][:140] for node in one["nodes"][:2]]
        found.append((one["id"], one["help"], nodes))
    return found


def _something_everywhere(desk: Path, sign_in: Any) -> dict[str, Any]:
    """A case, a decision that waits for another person, exports that do; what addresses need."""
    lead, judged = Lead.objects.order_by("rank")[:2]
    with deployment().workspace.duckdb() as database:
        account, city = database.execute(
            "SELECT mode(account_id), mode(city) FROM listings WHERE city <> ''"
        ).fetchall()[0]
    asker, keeper = sign_in("senior", name="asks"), sign_in("investigator", name="keeps")
    report = {"verdict": "report", "clause": "control", "note": "see", "label_spam": "4"}
    asker.post(f"/operation/{judged.pk}/decide", report)
    asker.post(f"/operation/{judged.pk}/ask", {"deed": "export", "note": "why"})
    keeper.post(f"/operation/{lead.pk}/case")
    case = Case.objects.get().pk
    for what in ("note", "task"):
        keeper.post(f"/cases/{case}/", {"what": what, "text": f"a {what}"})
    said = {"recipient": "Task force", "purpose": "warrant", "note": "sure"}
    for what in (f"case={case}", f"kind=account&value={account}"):
        keeper.post(f"/exports/ask?{what}", said)
    listed, package = Export.objects.values_list("pk", flat=True)
    keeper.post("/search/keep", {"query": "words=the"})
    return {"lead": lead.pk, "case": case, "judged": judged.pk, "export": package, "list": listed,
            "account": account, "city": city, "person": asker.person.pk}  # fmt: skip
