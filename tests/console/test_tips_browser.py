"""Two people release a report in a real Chromium, and the service accepts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from lamplighter.console.leads.models import Lead
from lamplighter.console.tips.runner import filer
from lamplighter.reporting.cybertipline.stand_in import StandIn

from .stand_in import service
from .test_browser import Enter, _leave, _violations, chromium, enter, pytestmark

__all__ = ["chromium", "enter", "pytestmark", "service"]


def _write(browser: WebDriver, where: str, words: str) -> None:
    browser.find_element(By.CSS_SELECTOR, where).send_keys(words)


def _press(browser: WebDriver, where: str) -> None:
    _leave(browser, browser.find_element(By.CSS_SELECTOR, where).click)


def _faults(browser: WebDriver) -> list[Any]:
    """Against accessibility, and what is wider than the window, at both widths."""
    found: list[Any] = []
    for width in (1280, 390):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        found += [f"{wide} px wide at {width}"] if wide > width else []
        found += [(one["id"], one["nodes"][0]["html"][:200]) for one in _violations(browser)]
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return found


def test_two_people_and_a_receipt(
    desk: Path, service: StandIn, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    lead = Lead.objects.order_by("rank")[6]
    enter("reviewer", name="first")
    chromium.get(f"{live_server.url}/operation/{lead.pk}/")
    _press(chromium, f"a[href='/operation/{lead.pk}/tip']")
    assert _faults(chromium) == []
    _write(chromium, "select[name=incident]", "Child Sex Tra")
    _write(chromium, "textarea[name=note]", "Read by two.")
    _press(chromium, ".tip-form button")
    assert "Stand-in" in chromium.page_source and _faults(chromium) == []
    page = chromium.current_url
    _write(chromium, "aside textarea[name=note]", "why I think so")
    _press(chromium, "aside button.main")
    enter("senior", name="second")
    chromium.get(page)
    assert "why I think so" not in chromium.page_source and _faults(chromium) == []
    chromium.find_element(By.CSS_SELECTOR, "input[value=confirmed]").click()
    _write(chromium, "aside textarea[name=note]", "I saw it too")
    _press(chromium, "aside button.main")
    made = filer()
    try:  # the page looks again by itself
        WebDriverWait(chromium, 20).until(lambda b: "Kept until" in b.page_source)
    finally:
        made.close()
    assert len(service.finished) == 1
    assert "1000000" in chromium.find_element(By.CSS_SELECTOR, ".receipt").text
    assert "why I think so" in chromium.page_source and _faults(chromium) == []
    chromium.get(f"{live_server.url}/tips/")
    assert "finished" in chromium.page_source and _faults(chromium) == []
