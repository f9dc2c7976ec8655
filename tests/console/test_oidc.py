"""Sign-in over OpenID Connect, served as people have it, in Chromium, against a local provider."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By

from .conftest import PASSWORD
from .oidc_provider import CLIENT, SECRET, Provider
from .serving import COMMAND, Served
from .test_browser import _leave, chromium  # noqa: F401 - a fixture

pytestmark = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")),
    reason="no chromium or chromedriver on this machine",
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.shutdown()


@pytest.fixture
def served(tmp_path: Path, provider: Provider) -> Iterator[Served]:
    """A console that knows the provider."""
    home = tmp_path / "w"
    subprocess.run([*COMMAND, "init", str(home)], check=True, capture_output=True)
    (home / "console.toml").write_text(
        f'[[oidc]]\nname = "Example"\nissuer = "{provider.issuer}"\n'
        f'client_id = "{CLIENT}"\nsecret_variable = "TEST_OIDC_SECRET"\n', "utf-8",
    )  # fmt: skip
    with Served(home, TEST_OIDC_SECRET=SECRET) as made:
        yield made


def _sign_out(browser: WebDriver) -> None:
    browser.find_element(By.CSS_SELECTOR, ".menu summary").click()
    _leave(browser, browser.find_element(By.CSS_SELECTOR, ".menu form button").click)


def test_a_provider_signs_in_whom_it_was_connected_to_and_nobody_else(
    served: Served,
    provider: Provider,
    chromium: WebDriver,  # noqa: F811 - the fixture
) -> None:
    base = served.base
    chromium.get(served.invitation)
    chromium.find_element(By.NAME, "username").send_keys("ada")
    chromium.find_element(By.NAME, "password1").send_keys(PASSWORD)
    chromium.find_element(By.NAME, "password2").send_keys(PASSWORD)
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "main button").click)
    if not chromium.find_elements(By.CSS_SELECTOR, ".menu summary"):
        chromium.get(f"{base}/account/login/")
        chromium.find_element(By.NAME, "login").send_keys("ada")
        chromium.find_element(By.NAME, "password").send_keys(PASSWORD)
        _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "main button.main").click)

    # Whoever is signed in connects the account at the provider.
    chromium.get(f"{base}/account/connected/")
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, "main form[action*=oidc] button").click)
    assert urlsplit(chromium.current_url).netloc == urlsplit(base).netloc
    assert "Example" in chromium.find_element(By.TAG_NAME, "main").text
    _sign_out(chromium)

    # Then the provider's word is enough.
    chromium.get(f"{base}/account/login/")
    button = "form[action*=oidc] button"
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, button).click)
    assert chromium.find_elements(By.CSS_SELECTOR, ".menu summary"), chromium.page_source[:2000]
    _sign_out(chromium)

    # Another subject of the same provider is nobody here.
    provider.subject = "sub-2"
    chromium.get(f"{base}/account/login/")
    _leave(chromium, chromium.find_element(By.CSS_SELECTOR, button).click)
    assert not chromium.find_elements(By.CSS_SELECTOR, ".menu summary")
    chromium.get(f"{base}/queue/")
    assert urlsplit(chromium.current_url).path == "/account/login/"
    assert not provider.faults
