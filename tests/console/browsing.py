"""A real Chromium, signed in as one wants; what people press; what is wrong with a page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from lamplighter.console.people.models import Person

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


def _axe() -> str:
    """axe-core: a version that knows WCAG 2.2 (4.5 or newer) where a package brings one."""
    for package, file in (("axe_playwright_python", "axe.min.js"),
                          ("axe_selenium_python", "node_modules/axe-core/axe.min.js")):  # fmt: skip
        found = find_spec(package)
        if found and found.submodule_search_locations:
            return (Path(found.submodule_search_locations[0]) / file).read_text("utf-8")
    raise AssertionError("no axe-core")


def _violations(browser: WebDriver, only: Sequence[str] = ()) -> list[Any]:
    """What axe-core finds against WCAG 2.2 A and AA (`only`: these of its rules), and targets under
    24 px (2.5.8) by ourselves.
    """
    if not browser.execute_script("return 'axe' in window"):
        browser.execute_script(_axe())
    # `dlitem` of old versions does not know that a dl may group its items in divs (HTML 5.2).
    found = browser.execute_async_script(
        """const [only, done] = arguments;
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const known = new Set(axe.getRules().map((rule) => rule.ruleId));
        // An old axe-core stops at a tag that it does not know.
        const tagged = new Set(axe.getRules().flatMap((rule) => rule.tags));
        const some = only.filter((rule) => known.has(rule));
        const what = some.length ? {runOnly: {type: 'rule', values: some}}
          : {runOnly: {type: 'tag', values: tags.filter((tag) => tagged.has(tag))},
             rules: {dlitem: {enabled: false}}};
        axe.run(document, {...what, preload: false})
          .then((found) => done(found.violations), (error) => done(String(error)));""",
        list(only),
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
