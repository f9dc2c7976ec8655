"""Samples in a real Chromium: read blind with the keyboard; every page accessible and narrow enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lamplighter.console.auditing.blind_views import waiting
from lamplighter.console.auditing.models import Label

from .test_browser import Enter, _leave, _press, _violations, chromium, enter, pytestmark
from .test_samples import _announced, _draw, _read_all, moderated

__all__ = ["chromium", "enter", "moderated", "pytestmark"]


def test_two_listings_are_read_with_the_keyboard_alone(
    moderated: Path, chromium: WebDriver, live_server: Any, enter: Enter, sign_in: Any
) -> None:
    auditor = sign_in("auditor", name="alma")
    _draw(auditor, _announced(auditor))
    person = enter("reviewer", name="rita")
    chromium.get(f"{live_server.url}/blind/")
    _leave(chromium, lambda: _press(chromium, "n"))
    for step in (0, 1):
        _press(chromium, "v", *[Keys.ARROW_DOWN] * step, Keys.SPACE)
        _press(chromium, Keys.ESCAPE, "m", f"note {step}")
        _leave(chromium, lambda: _press(chromium, Keys.CONTROL + Keys.ENTER))
    made = Label.objects.filter(person=person).order_by("pk")
    assert [(one.answer, one.note) for one in made] == [
        ("against", "note 0"),
        ("in order", "note 1"),
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pages_are_accessible_and_fit(
    scheme: str, width: int, moderated: Path, chromium: WebDriver, live_server: Any, enter: Enter,
    sign_in: Any,
) -> None:  # fmt: skip
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    auditor, one, two = (
        sign_in(role, name=role) for role in ("auditor", "reviewer", "investigator")
    )
    two.person.roles = ["reviewer"]
    two.person.save()
    closed, waits = _announced(auditor), _announced(auditor)
    _draw(auditor, closed)
    _read_all(one, lambda item: "in order")
    _read_all(two, lambda item: "against" if item.number in (0, 1) else "in order")
    senior = sign_in("senior", name="senior")
    third = f"/blind/{one.person.label_set.get(item__number=0).item.token}"
    open_ = _announced(auditor)
    _draw(auditor, open_)
    item = waiting(senior.person).first()
    pages = [
        ("senior", third), ("senior", "/blind/"), ("senior", f"/blind/{item.token}"), ("senior", "/audit/known/"),
        ("auditor", "/audit/samples/"), ("auditor", f"/audit/samples/{waits}/"),
        ("auditor", f"/audit/samples/{open_}/"), ("auditor", "/audit/"),
        ("auditor", "/audit/looked?name=L1"), ("auditor", f"/audit/samples/{closed}/"),
    ]  # fmt: skip
    faults: list[tuple[Any, ...]] = []
    for at, (role, page) in enumerate(pages):
        if at == len(pages) - 1:
            auditor.post(f"/audit/samples/{closed}/close")
        enter(role, name=role)
        chromium.get(live_server.url + page)
        assert chromium.find_elements(By.TAG_NAME, "h1"), page
        wide = chromium.execute_script("return document.documentElement.scrollWidth")
        if wide > width:
            faults.append((page, f"{wide} px wide"))
        for fault in _violations(chromium):
            faults.append((page, fault["id"], [node["html"][:140] for node in fault["nodes"][:2]]))
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert not faults, "\n".join(map(str, faults))
