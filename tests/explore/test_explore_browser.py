"""Explore in a real browser: keyboard, screen and phone, hostile words, and axe-core."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.explore.conftest import MARKUP, Explored

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="no chromium on PATH: apt-get install --no-install-recommends chromium",
    ),
    pytest.mark.xdist_group("explore"),
]
SCREEN, PHONE = 1280, 390  # pixels
HOSTILE_CALL = "/call?" + urlencode({"session_id": f"{MARKUP}&?#"})
PAGES = ["/", HOSTILE_CALL, "/sql?name=call_list", "/sql?sql=nonsense", "/call?session_id=nobody"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def shown(
    browser: Browser, explored: Explored, path: str, width: int = SCREEN, *, dark: bool = False
) -> tuple[Page, list[str]]:
    """A page, and what it complained of or asked of others than its own server."""
    troubles: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    page.set_default_timeout(300_000)
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(explored.address) else troubles.append(request.url)
        ),
    )
    page.goto(f"{explored.address}{path}")
    return page, troubles


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(SCREEN, False), (PHONE, True)])
def test_every_page_is_accessible_and_hostile_words_are_text(
    path: str, width: int, dark: bool, browser: Browser, explored: Explored
) -> None:
    page, troubles = shown(browser, explored, path, width, dark=dark)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [trouble for trouble in troubles if "400 (Bad Request)" not in trouble] == []
    page.close()


def test_a_call_is_found_by_its_words_with_the_keyboard(
    browser: Browser, explored: Explored
) -> None:
    page, troubles = shown(browser, explored, "/")
    page.get_by_label("Said in the call").press_sequentially("invoice")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=invoice**")
    assert page.locator("tbody tr").count() == 1
    page.locator("tbody a").press("Enter")
    page.wait_for_url("**/call?**")
    assert "invoice by Friday" in page.locator(".step.caller").inner_text()
    page.get_by_role("link", name="All calls").press("Enter")
    page.wait_for_url("**text=invoice**")
    assert troubles == []
    page.close()


def test_the_figures_of_the_chosen_calls_are_drawn(browser: Browser, explored: Explored) -> None:
    page, troubles = shown(browser, explored, "/figures?agent_version=1.0")
    page.wait_for_function(
        "[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn)"
    )
    assert page.locator(".headlines dd").first.inner_text() == "3"
    assert page.locator(".plot svg").count() > 5
    page.locator("#follow_up_list, #slow_calls").first.wait_for()
    page.locator("#slow_calls .open").first.press("Enter")
    page.wait_for_url("**/call?**")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert troubles == []
    page.close()
