"""A real browser draws the page.

On a screen and on a phone, by day, by night and on paper, and asks the network for nothing.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.report.conftest import MARKUP, Reported
from voice_analytics.report.figures import SECTIONS

type Scheme = Literal["light", "dark"]

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="no chromium on PATH: apt-get install --no-install-recommends chromium",
    ),
    pytest.mark.xdist_group("report"),
]
FIGURES = [figure for figures in SECTIONS.values() for figure in figures]
LEAST_CONTRAST = 4.5  # of text: WCAG 2.2, success criterion 1.4.3 (AA)
SCREEN, PHONE = 1280, 390  # pixels
# A plot's marks that have a size, without the labels; and its texts that leave its place.
LOOK = """figure => {
    const plot = figure.querySelector(".plot");
    if (!plot) return null;
    const place = plot.getBoundingClientRect();
    const visible = mark => {
        const box = mark.getBoundingClientRect();
        return box.width + box.height > 1;
    };
    const outside = text => {
        const box = text.getBoundingClientRect();
        return box.left < place.left - 1 || box.right > place.right + 1;
    };
    const marks = [...plot.querySelectorAll(".role-mark:not(.mark-text) > :not(g)")];
    const cut = [...plot.querySelectorAll("text")].filter(outside);
    return {drawn: marks.filter(visible).length, cut: cut.map(text => text.textContent)};
}"""
TEXTS = ".figure text, .figure p, .figure summary, .headlines dd, .headlines dt"  # on a card
TEXT_COLOURS = """texts => [...document.querySelectorAll(texts)].map(text => [
    text.textContent,
    getComputedStyle(text)[text.tagName == "text" ? "fill" : "color"],
    getComputedStyle(document.querySelector(".figure")).backgroundColor])"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def troubles() -> list[str]:
    """What the page said on the console, and what it asked the network for."""
    return []


def shown(
    browser: Browser,
    reported: Reported,
    troubles: list[str],
    width: int = SCREEN,
    scheme: Scheme = "light",
) -> Page:
    """The page with all its plots drawn, without a network."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.set_default_timeout(120_000)  # a busy machine draws slowly
    address = reported.page.as_uri()
    page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request", lambda request: None if request.url == address else troubles.append(request.url)
    )
    page.goto(address)
    page.wait_for_function(
        "[...document.querySelectorAll('.plot')].every(plot => plot.dataset.drawn || "
        "plot.textContent)"
    )
    return page


@pytest.mark.parametrize("width", [SCREEN, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_plot_is_drawn_and_nothing_else_happens(
    width: int, scheme: Scheme, busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, busy, troubles, width, scheme)
    seen = [figure.evaluate(LOOK) for figure in page.locator(".figure:not(.list)").all()]
    assert len(seen) == len(FIGURES)
    assert all(look["drawn"] for look in seen)
    assert [look["cut"] for look in seen if look["cut"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("window.hacked") is None
    assert troubles == []


@pytest.mark.parametrize("width", [SCREEN, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_calls_every_figure_says_so(
    width: int, scheme: Scheme, empty: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, empty, troubles, width, scheme)
    assert page.locator(".figure:not(.list) .empty:visible").count() == len(FIGURES)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(
    scheme: Scheme, busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    colours = shown(browser, busy, troubles, scheme=scheme).evaluate(TEXT_COLOURS, TEXTS)
    assert len(colours) > 10 * len(FIGURES)
    assert [text for text, colour, card in colours if contrast(colour, card) < LEAST_CONTRAST] == []


def contrast(colour: str, background: str) -> float:
    """As WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(colour), luminance(background)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_tooltip_shows_markup_as_text(
    busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, busy, troubles)
    page.locator(".figure", has_text="Searches without a result").locator(
        "svg .mark-text text"
    ).first.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    assert MARKUP.lower() in tooltip.inner_text()
    assert tooltip.locator("img, script").count() == 0
    assert troubles == []


def test_on_paper_the_page_is_light_and_shows_the_numbers_but_not_the_sql(
    busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, busy, troubles, scheme="dark")
    screen = style(page)
    page.emulate_media(media="print", color_scheme="dark")
    assert style(page) == "rgb(255, 255, 255)" != screen
    assert page.locator(".numbers td:visible").count() > 10 * len(FIGURES)
    assert page.locator(".sql:visible").count() == 0


def test_a_week_is_four_pages_of_paper(
    busy: Reported, browser: Browser, troubles: list[str], tmp_path: Path
) -> None:
    shown(browser, busy, troubles).pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes())
    assert len(pages) <= 4


@pytest.mark.parametrize("width", [SCREEN, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    width: int, scheme: Scheme, reported: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, reported, troubles, width, scheme)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    if page.locator(".call").count():
        page.locator("#follow_up_list .open").first.press("Enter")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_no_axis_writes_a_tick_twice(busy: Reported, browser: Browser, troubles: list[str]) -> None:
    page = shown(browser, busy, troubles)
    axes = page.evaluate(
        """[...document.querySelectorAll('.role-axis-label')].map(
            axis => [...axis.querySelectorAll('text')].map(text => text.textContent))"""
    )
    assert len(axes) > len(FIGURES) / 2
    assert [ticks for ticks in axes if len(set(ticks)) < len(ticks)] == []


def test_a_figures_numbers_are_downloaded_as_csv(
    busy: Reported, browser: Browser, troubles: list[str], tmp_path: Path
) -> None:
    page = shown(browser, busy, troubles)
    page.locator("#calls-by-day summary").first.click()
    with page.expect_download() as downloading:
        page.locator("#calls-by-day a[download]").click()
    downloading.value.save_as(tmp_path / "calls.csv")
    lines = (tmp_path / "calls.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('"dt","calls","minutes"')
    assert len(lines) == 1 + 7
    assert downloading.value.suggested_filename == "calls-by-day.csv"


def style(page: Page) -> Any:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("width", [SCREEN, PHONE])
def test_the_first_row_opens_the_call_by_keyboard_and_closes_it(
    width: int, busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, busy, troubles, width)
    assert page.locator(".call:visible").count() == 0
    page.locator("#follow_up_list .open").first.press("Enter")
    call = page.locator(".call:visible")
    assert call.locator(".step").count() > 0
    assert "#call-" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") == width
    call.locator(".open").press("Enter")
    assert page.locator(".call:visible").count() == 0
    assert troubles == []


def test_the_sql_and_the_numbers_open(
    busy: Reported, browser: Browser, troubles: list[str]
) -> None:
    page = shown(browser, busy, troubles, PHONE)
    for summary in page.locator("summary").all():
        summary.click()
    assert (
        page.locator("pre:visible").count() == page.locator("table:visible").count() == len(FIGURES)
    )
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
