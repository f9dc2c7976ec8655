"""Pages for people outside, in a real Chromium: no script, no other host, readable by everyone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_selenium_python
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from lamplighter.console.appeals.following import follow_statements
from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.console.appeals.tokens import token_of
from lamplighter.console.notices.models import Told
from lamplighter.console.record.deployment import deployment

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium or chromedriver on this machine"
)


@pytest.fixture(scope="module")
def phone() -> Iterator[WebDriver]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-background-networking"):  # fmt: skip
        options.add_argument(flag)
    metrics = {"width": 390, "height": 844, "pixelRatio": 2}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


def _press(browser: WebDriver) -> None:
    browser.find_element(By.CSS_SELECTOR, "button.main").click()


def _says(browser: WebDriver, words: str) -> None:
    """Wait for the page that says so."""
    wait = WebDriverWait(browser, 15, ignored_exceptions=[WebDriverException])
    wait.until(lambda b: words in b.find_element(By.TAG_NAME, "main").text)


def _taken_down(name: str) -> str:
    screener = deployment().screener
    screener.submit({"listing_id": name, "title": "Lamp", "text": "A lamp", "account_id": "shop"})
    screener.moderated(name, action="removed", by="m1", reason="spam")
    follow_statements()
    (made,) = (one for one in Issued.objects.all() if name in one.read.listings)
    return f"/statement/{token_of(made.puid)}"


def test_the_poster_and_the_public_are_heard_without_a_script(
    desk: Path, phone: WebDriver, live_server: Any
) -> None:
    address = live_server.url + _taken_down("p-1")
    log: Any = phone.get_log
    log("performance")
    phone.get(address)
    assert not phone.find_elements(By.TAG_NAME, "script"), "nothing here needs one"
    phone.find_element(By.NAME, "text").send_keys("<b>They</b> differ. هذا متجري")
    _press(phone)
    _says(phone, "Your objection is here")
    assert Appeal.objects.latest("pk").text == "<b>They</b> differ. هذا متجري"
    before = Told.objects.count()
    phone.get(live_server.url + "/notice/")
    Select(phone.find_element(By.NAME, "kind")).select_by_value("child")
    phone.find_element(By.NAME, "listing").send_keys("p-1")
    phone.find_element(By.NAME, "explanation").send_keys("Please look")
    phone.find_element(By.NAME, "good_faith").click()
    _press(phone)
    _says(phone, "We have your notice")
    phone.get(live_server.url + "/help/")
    phone.find_element(By.NAME, "explanation").send_keys("Please call")
    _press(phone)
    _says(phone, "We have your message")
    assert Told.objects.count() == before + 2
    hosts = set()
    for line in log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            hosts.add(urlsplit(message["params"]["request"]["url"]).hostname)
    assert hosts - {None} == {urlsplit(live_server.url).hostname}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_them(
    desk: Path, phone: WebDriver, live_server: Any, scheme: str
) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    phone.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    # Axe is injected, which our policy forbids: the pages themselves are tested with it.
    phone.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    for path in (_taken_down(f"p-{scheme}"), "/notice/", "/help/?country=US", "/statement/none"):
        phone.get(live_server.url + path)
        axe = axe_selenium_python.Axe(phone)
        axe.inject()
        found = [one["id"] for one in axe.run()["violations"]]
        assert found == [], (path, found)
        wide = phone.execute_script("return document.documentElement.scrollWidth")
        assert wide <= 390, path
    phone.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
