"""Main journeys in a real Chromium: keys, reports for two, passkeys, accessibility, the network."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_selenium_python
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from selenium.webdriver.support.wait import WebDriverWait

from lamplighter.console.cases.models import Case
from lamplighter.console.leads.models import Lead
from lamplighter.console.people.models import Person
from lamplighter.console.review.models import Decision, Proposal

from .conftest import PASSWORD

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium or chromedriver on this machine"
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    profile = tmp_path_factory.mktemp("profile")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-background-networking", f"--user-data-dir={profile}",
                 "--window-size=1280,900"):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


Enter = Callable[..., Person]


@pytest.fixture
def enter(chromium: WebDriver, live_server: Any, sign_in: Any) -> Enter:
    """Put a signed-in session into the browser."""

    def entered(*roles: str, name: str = "") -> Person:
        client = sign_in(*roles, name=name)
        chromium.get(f"{live_server.url}/alive")
        chromium.delete_all_cookies()
        chromium.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
        person: Person = client.person
        return person

    return entered


def _leave(browser: WebDriver, act: Callable[[], Any]) -> None:
    """Do what leads to another page, and wait for it."""
    before = browser.find_element(By.TAG_NAME, "html").id
    act()
    WebDriverWait(browser, 15).until(
        lambda b: (
            b.find_element(By.TAG_NAME, "html").id != before
            and b.execute_script("return document.readyState") == "complete"
        )
    )


def _log(browser: WebDriver, kind: str) -> list[Any]:
    get: Any = browser.get_log
    return list(get(kind))


def _press(browser: WebDriver, *keys: str) -> None:
    for key in keys:
        browser.switch_to.active_element.send_keys(key)


def test_three_leads_to_a_decision_with_the_keyboard_alone(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    person = enter("reviewer")
    chromium.get(f"{live_server.url}/queue/")
    _leave(chromium, lambda: _press(chromium, "n"))
    for note in ("first", "second", "third"):
        _press(chromium, "5", "5")  # ordinary trade: very likely
        _press(chromium, "v", Keys.SPACE)
        _press(chromium, Keys.ESCAPE, "p", Keys.ARROW_DOWN)
        _press(chromium, Keys.ESCAPE, "m", note)
        _leave(chromium, lambda: _press(chromium, Keys.CONTROL + Keys.ENTER))
    made = Decision.objects.filter(person=person).order_by("pk")
    assert [one.note for one in made] == ["first", "second", "third"]
    assert all(one.labels == {"ordinary": 5} and one.verdict == "nothing" for one in made)
    first_three = Lead.objects.order_by("rank").values_list("pk", flat=True)[:3]
    assert [one.lead_id for one in made] == list(first_three)


def test_a_report_waits_for_a_second_person(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    enter("reviewer", name="first")
    lead = Lead.objects.order_by("rank")[0]
    chromium.get(f"{live_server.url}/operation/{lead.pk}/")
    chromium.find_element(By.CSS_SELECTOR, "input[value=report]").click()
    _press(chromium, Keys.ESCAPE, "p", Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    _press(chromium, Keys.ESCAPE, "m", "why I think so")
    _leave(chromium, lambda: _press(chromium, Keys.CONTROL + Keys.ENTER))
    enter("senior", name="second")
    chromium.get(f"{live_server.url}/seconds/")
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, ".queue h2 a").click)
    assert "why I think so" not in chromium.page_source
    chromium.find_element(By.CSS_SELECTOR, "input[value=confirmed]").click()
    chromium.find_element(By.CSS_SELECTOR, ".second textarea").send_keys("I saw it too")
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, ".second button.main").click)
    assert "why I think so" in chromium.page_source
    assert Proposal.objects.get().state == "confirmed"


def test_a_passkey_opens_the_door(desk: Path, chromium: WebDriver, live_server: Any) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")
    Person.objects.create_user("pat", password=PASSWORD, roles=["reviewer"])
    options = VirtualAuthenticatorOptions(
        protocol=VirtualAuthenticatorOptions.Protocol.CTAP2, has_resident_key=True,
        has_user_verification=True, is_user_verified=True,
    )  # fmt: skip
    chromium.get(f"{base}/account/login/")
    chromium.delete_all_cookies()
    chromium.add_virtual_authenticator(options)
    chromium.get(f"{base}/account/login/?next=/account/2fa/webauthn/add/")
    chromium.find_element(By.NAME, "login").send_keys("pat")
    chromium.find_element(By.NAME, "password").send_keys(PASSWORD)
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "main button.main").click)
    if "reauthenticate" in chromium.current_url:
        chromium.find_element(By.NAME, "password").send_keys(PASSWORD)
        _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "main button").click)
    for box in chromium.find_elements(By.CSS_SELECTOR, "main input[type=checkbox]"):
        box.click()
    name = chromium.find_element(By.NAME, "name")
    name.clear()
    name.send_keys("key")
    _leave(chromium, chromium.find_element(By.ID, "mfa_webauthn_add").click)
    chromium.delete_all_cookies()
    chromium.get(f"{base}/account/login/?next=/queue/")
    _leave(chromium, chromium.find_element(By.ID, "passkey_login").click)
    assert urlsplit(chromium.current_url).path == "/queue/"
    chromium.remove_virtual_authenticator()


def test_a_medium_is_covered_and_covers_itself_again(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    enter("reviewer")
    lead = Lead.objects.order_by("rank")[0]
    chromium.get(f"{live_server.url}/operation/{lead.pk}/")
    button = chromium.find_element(By.CSS_SELECTOR, ".medium button")
    assert not chromium.find_elements(By.CSS_SELECTOR, ".medium img")
    chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    image = WebDriverWait(chromium, 5).until(
        lambda b: b.find_element(By.CSS_SELECTOR, ".medium img")
    )

    WebDriverWait(chromium, 5).until(
        lambda b: b.execute_script("return arguments[0].naturalWidth", image) == 120
    )

    def filters() -> str:
        time.sleep(0.3)  # the transition
        return str(chromium.execute_script("return getComputedStyle(arguments[0]).filter", image))

    assert "blur(22px)" in filters() and "grayscale(1)" in filters()
    button.click()
    assert "blur" not in filters() and "grayscale(1)" in filters()
    chromium.execute_script("window.dispatchEvent(new Event('blur'))")
    assert "blur(22px)" in filters()
    # Ten seconds pass in half a one: the page's clock is what it asks of setTimeout.
    chromium.execute_script(
        "const wait = setTimeout; window.setTimeout = (go, ms) => wait(go, ms / 20)"
    )
    button.click()
    assert "blur" not in filters()
    time.sleep(0.4)
    assert "blur(22px)" in filters()


def _violations(browser: WebDriver) -> list[Any]:
    """What axe-core finds against WCAG 2.1 A and AA, and targets under 24 px (WCAG 2.2, 2.5.8)."""
    script = Path(axe_selenium_python.__file__).parent / "node_modules/axe-core/axe.min.js"
    browser.execute_script(script.read_text("utf-8"))
    # `dlitem` of this version does not know that a dl may group its items in divs (HTML 5.2).
    found = browser.execute_async_script(
        """const done = arguments[0];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21aa'];
        axe.run(document, {runOnly: {type: 'tag', values: tags}, preload: false,
                            rules: {dlitem: {enabled: false}}})
          .then((found) => done(found.violations), (error) => done(String(error)));"""
    )
    assert isinstance(found, list), found
    small = browser.execute_script(
        """return [...document.querySelectorAll('button, select, input:not([type=hidden]), nav a')]
          .filter((node) => node.checkVisibility() && !node.closest('label')).filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width < 24 || box.height < 24;
          }).map((node) => ({html: node.outerHTML}));"""
    )
    if small:
        found.append({"id": "target-size", "help": "at least 24 px", "nodes": small})
    return found


PAGES = {
    "reviewer": ["/queue/", "/operation/{lead}/", "/keys", "/settings", "/rest", "/seconds/",
                 "/account/2fa/", "/account/password/", "/nowhere"],
    "investigator": ["/search/", "/cases/", "/search/?words=the", "/cases/{case}/", "/cases/{case}/deconflict"],
    "auditor": ["/audit/"],
    "administrator": ["/people/", "/programs/", "/people/1"],
    "reviewer senior investigator custodian auditor administrator": ["/queue/", "/audit/"],
    "": ["/account/login/", "/invitation/none"],
}  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible_fits_and_asks_nobody_else(
    scheme: str, width: int, desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    chromium.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    chromium.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    _log(chromium, "performance")
    lead = Lead.objects.order_by("rank")[0]
    case = Case.objects.create(name="A case", opened_by=enter("reviewer")).pk
    Case.objects.get().leads.add(lead)
    faults: list[tuple[Any, ...]] = []
    for role, pages in PAGES.items():
        if role:
            enter(*role.split())
        else:
            chromium.delete_all_cookies()
        for page in pages:
            chromium.get(live_server.url + page.format(lead=lead.pk, case=case))
            wide = chromium.execute_script("return document.documentElement.scrollWidth")
            if wide > width:
                faults.append((page, f"{wide} px wide"))
            for one in _violations(chromium):
                nodes = [node["html"][:140] for node in one["nodes"][:2]]
                faults.append((page, one["id"], one["help"], nodes))
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
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
