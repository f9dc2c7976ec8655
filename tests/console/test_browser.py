"""Main journeys in a real Chromium: keys, two at once, reports for two, charts, passkeys, covers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from selenium.webdriver.support.wait import WebDriverWait

from lamplighter.console.leads.models import Lead, Lock, State
from lamplighter.console.people.models import Person
from lamplighter.console.review.models import Decision, Proposal

from .browsing import Enter, _leave, _press, _violations, chromium, enter, pytestmark
from .conftest import PASSWORD

__all__ = ["Enter", "_leave", "_press", "_violations", "chromium", "enter", "pytestmark"]


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


def test_what_was_skipped_does_not_come_back_to_the_same_person(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    enter("reviewer", name="skips")
    chromium.get(f"{live_server.url}/queue/")
    _leave(chromium, lambda: _press(chromium, "n"))
    skipped = urlsplit(chromium.current_url).path
    _press(chromium, "s", Keys.SPACE)
    chromium.find_element(By.CSS_SELECTOR, ".skipper input[name=note]").send_keys("not my field")
    _leave(chromium, lambda: _press(chromium, Keys.ENTER))
    assert urlsplit(chromium.current_url).path != skipped
    for page in ("/queue/", "/queue/?state=open"):
        chromium.get(live_server.url + page)
        assert not chromium.find_elements(By.CSS_SELECTOR, f"#queue a[href*='{skipped}']")
    enter("reviewer", name="another")
    chromium.get(f"{live_server.url}/queue/")
    _leave(chromium, lambda: _press(chromium, "n"))
    assert urlsplit(chromium.current_url).path == skipped


def _fill(browser: WebDriver, verdict: str, note: str) -> None:
    browser.find_element(By.CSS_SELECTOR, f"input[name=verdict][value={verdict}]").click()
    _press(browser, Keys.ESCAPE, "p", Keys.ARROW_DOWN)
    _press(browser, Keys.ESCAPE, "m", note)


def test_two_reviewers_at_once_hear_of_each_other_and_lose_nothing(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter, sign_in: Any
) -> None:
    lead = Lead.objects.order_by("rank")[0]
    page = f"{live_server.url}/operation/{lead.pk}/"
    other = sign_in("reviewer", name="quick")
    other.get(f"/operation/{lead.pk}/")
    enter("reviewer", name="slow")
    chromium.get(page)
    assert "Looking: quick" in chromium.find_element(By.ID, "viewers").text
    _press(chromium, "5", "4")
    _fill(chromium, "watch", "long thought about")
    # Meanwhile the other one decides.
    other.post(f"/operation/{lead.pk}/decide", {"verdict": "case", "clause": "none", "seen": ""})
    _leave(chromium, lambda: _press(chromium, Keys.CONTROL + Keys.ENTER))
    assert "decided this while you looked" in chromium.find_element(By.ID, "main").text
    assert Decision.objects.get().person.username == "quick"
    form = chromium.find_element(By.ID, "decision")
    assert form.find_element(By.NAME, "note").get_attribute("value") == "long thought about"
    assert form.find_element(By.CSS_SELECTOR, "input[value=watch]").is_selected()
    assert form.find_element(By.CSS_SELECTOR, "[name=label_ordinary][value='4']").is_selected()
    _leave(chromium, lambda: _press(chromium, Keys.CONTROL + Keys.ENTER))
    assert Decision.objects.first().note == "long thought about"
    # Who holds the next one is told, and the other cannot decide it.
    held = Lead.objects.filter(state=State.OPEN).exclude(lock__isnull=False).order_by("rank")[0]
    other.post(f"/operation/{held.pk}/take")
    assert Lock.objects.get(lead=held).person.username == "quick"
    chromium.get(f"{live_server.url}/operation/{held.pk}/")
    assert "quick has it" in chromium.find_element(By.CSS_SELECTOR, ".column").text
    assert not chromium.find_elements(By.ID, "decision")


def test_charts_select_together_by_mouse_and_by_key(
    desk: Path, chromium: WebDriver, live_server: Any, enter: Enter
) -> None:
    enter("reviewer")
    lead = Lead.objects.filter(cities__gte=3).order_by("rank")[0]
    chromium.get(f"{live_server.url}/operation/{lead.pk}/")
    town = chromium.find_element(By.CSS_SELECTOR, ".map .town[tabindex]")
    place = str(town.get_attribute("data-tip"))

    def told() -> tuple[set[str], set[str], int]:
        """Cities of listings that stand out, picked rows of strips, picked places of the map."""
        clear = chromium.find_elements(By.CSS_SELECTOR, "#listings .sample:not(.dim)")
        rows = chromium.find_elements(By.CSS_SELECTOR, ".line.pick .plot[data-place]")
        towns = chromium.find_elements(By.CSS_SELECTOR, ".map .town.picked")
        return (
            {str(each.get_attribute("data-place")) for each in clear},
            {str(each.get_attribute("data-place")) for each in rows},
            len(towns),
        )

    everywhere = told()
    assert len(everywhere[0]) > 1 and everywhere[1:] == (set(), 0)
    chromium.execute_script("arguments[0].focus()", town)
    _press(chromium, Keys.ENTER)
    cities, rows, towns = told()
    assert cities <= {place} and rows <= {place} and towns == 1
    legs = chromium.find_elements(By.CSS_SELECTOR, ".legs li:not(.dim) b")
    assert legs and all(place in str(leg.get_attribute("textContent")) for leg in legs)
    _press(chromium, Keys.ENTER)
    assert told() == everywhere
    plot = chromium.find_element(By.CSS_SELECTOR, f'.plot[data-place="{place}"]')
    chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", plot)
    plot.click()
    assert told()[1:] == ({place}, 1)
    assert plot.get_attribute("aria-pressed") == "true"
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "#listings .only").click)
    shown = chromium.find_elements(By.CSS_SELECTOR, "#listings .sample")
    assert shown and {each.get_attribute("data-place") for each in shown} == {place}
