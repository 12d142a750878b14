"""The page holds what the saved queries return; nothing in it fetches, runs or names a caller."""

import csv
import re
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.lake import lakes
from tests.report.conftest import CALLS, MARKUP, Reported
from voice_analytics.cli.report import write_report
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.report.figures import SECTIONS
from voice_analytics.report.lists import LISTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]  # its lakes are made once

FIGURES = [figure for figures in SECTIONS.values() for figure in figures]


class Reader(HTMLParser):
    """What a browser would make of the page.

    Its elements with their attributes, and the text in each kind of them.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "img"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((self._open[-1], data))

    def inside(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def test_every_figure_of_a_busy_week_has_a_plot_its_numbers_and_its_query(busy: Reported) -> None:
    assert busy.html.count('<div class="plot"') == len(FIGURES)
    assert busy.html.count("<summary>Numbers</summary>") == len(FIGURES)
    for figure in FIGURES:
        assert f'id="{figure.anchor}-title">{figure.title}</h3>' in busy.html
        assert f"<summary>SQL: <code>{figure.query}</code></summary>" in busy.html


def test_without_calls_every_figure_says_so(empty: Reported) -> None:
    assert '<div class="plot"' not in empty.html
    assert empty.html.count('<p class="empty">') == len(FIGURES) + len(LISTS)
    assert "No calls in this period." in empty.html


def test_the_headlines_are_those_of_the_week(busy: Reported) -> None:
    values = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", busy.html.partition("<nav")[0]))
    assert values["Calls"] == str(CALLS + 1)  # and the hostile one
    assert float(values["Cost"].removeprefix("$")) > 99.5
    assert values["Total latency, p95"].endswith(" ms")


def test_without_calls_the_headlines_are_noughts_and_dashes(empty: Reported) -> None:
    assert re.findall(r"<dd>(.*?)</dd>", empty.html) == ["0", "–", "0", "0", "–", "–", "–"]  # noqa: RUF001 - as shown


def test_the_sql_beside_a_plot_is_what_was_asked_and_answers_again(busy: Reported) -> None:
    shown = Reader(busy.html).inside("pre")
    assert len(shown) == len(FIGURES)
    with open_lake(busy.lake) as lake:
        for sql in shown:
            assert "dt BETWEEN '2026-11-16' AND '2026-11-22'" in sql
            assert "current_date" not in sql
            assert run_query(sql, lake).rows


def test_markup_in_a_callers_words_stays_text(busy: Reported) -> None:
    page = Reader(busy.html)
    assert MARKUP in page.inside("th")
    assert not [name for name, _ in page.elements if name == "img"]
    scripts = [attributes.get("type") for name, attributes in page.elements if name == "script"]
    assert scripts == ["application/json"] * len(FIGURES) + [None, None]


def test_the_page_refers_to_nothing_outside_itself(reported: Reported) -> None:
    page = Reader(reported.html)
    links = [attributes.get("href") or "#" for _, attributes in page.elements]
    assert not [link for link in links if not link.startswith(("#", "data:text/csv;"))]
    assert not {"src", "srcset", "action", "data"} & {
        name for _, attributes in page.elements for name in attributes
    }
    assert not {"link", "iframe", "object", "base"} & {name for name, _ in page.elements}
    assert not [text for text in page.inside("style") if "url(" in text or "@import" in text]


def test_the_policy_lets_our_two_scripts_run_and_nothing_else(busy: Reported) -> None:
    policies = [
        each["content"] or ""
        for _, each in Reader(busy.html).elements
        if each.get("http-equiv") == "Content-Security-Policy"
    ]
    (policy,) = policies
    assert policy.startswith("default-src 'none';")
    assert len(re.findall("'sha256-[A-Za-z0-9+/=]+'", policy)) == 2
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy


@pytest.mark.parametrize("column", ["user_email", "user_name", "participant_id"])
def test_no_caller_is_named(column: str, busy: Reported) -> None:
    with open_lake(busy.lake) as lake:
        names = [
            name
            for (name,) in run_query(
                f"SELECT DISTINCT {column} FROM sessions WHERE {column} IS NOT NULL", lake
            ).rows
        ]
    assert len(names) > CALLS / 2
    assert not [name for name in names if name in busy.html]


def test_what_a_figure_leaves_out_is_said(tmp_path: Path) -> None:
    for number in range(1, 41):
        day = f"2026-{9 + (number - 1) // 30:02}-{(number - 1) % 30 + 1:02}"
        lakes.write(
            tmp_path,
            day,
            [
                {
                    "session_id": day,
                    "started_at": lakes.MORNING,
                    "integration_needs": [f"crm {number}"],
                }
            ],
        )
    html = write_report(tmp_path, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "worth a talk with its makers. The first 10 of 40.</p>" in html
    assert "<p>The first 31 of 40. <a " in html
    assert "<p>The last 31 of 40. <a " in html
    assert '<th scope="row" class="day">2026-10-10</th>' in html


def numbers(html: str, anchor: str) -> list[dict[str, str]]:
    """The rows of a figure's table by their headings."""
    table = html.partition(f'id="{anchor}"')[2].partition("</table>")[0]
    heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
    rows = re.findall(r"<tr>(<th scope=\"row\".*?)</tr>", table)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [dict(zip(heads, each, strict=True)) for each in cells]


def downloaded(html: str, anchor: str) -> list[dict[str, str]]:
    """All rows of a figure, as its CSV has them."""
    url = re.search(rf'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="{anchor}', html)
    assert url
    return list(csv.DictReader(b64decode(url[1]).decode().splitlines()))


def added(html: str, anchor: str, column: str) -> int:
    return sum(int(row[column]) for row in downloaded(html, anchor))


def test_what_appears_twice_is_equal(busy: Reported) -> None:
    html = busy.html
    top = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html.partition("<nav")[0]))
    funnel = {row["stage"]: row["calls"] for row in numbers(html, "from-call-to-booked-meeting")}
    endings = {row["outcome"]: row["calls"] for row in numbers(html, "how-calls-end")}
    stages = {row["stage"]: row["p95 (ms)"] for row in numbers(html, "latency-by-stage")}
    for anchor in ("calls-by-day", "calls-by-weekday-and-hour", "how-calls-end"):
        assert added(html, anchor, "calls") == int(top["Calls"]), anchor
    assert added(html, "versions-of-the-agent", "calls") == int(top["Calls"])
    assert top["Calls"] == funnel["calls"]
    assert top["Qualified"] == funnel["qualified"]
    assert int(top["Qualified"]) == added(html, "calls-by-day", "qualified_calls")
    assert top["Meetings booked"] == funnel["meeting booked"] == endings["meeting booked"]
    assert int(top["Meetings booked"]) == added(html, "calls-by-day", "booked_calls")
    assert top["Total latency, p95"] == f"{stages['total']} ms"


def test_every_id_is_there_once_and_every_link_leads_to_one(reported: Reported) -> None:
    elements = Reader(reported.html).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [attributes.get("href") or "" for name, attributes in elements if name == "a"]
    assert {link for link in inside if link.startswith("#")} <= {f"#{anchor}" for anchor in ids}


def test_plots_say_their_result_and_tables_their_headings(busy: Reported) -> None:
    elements = Reader(busy.html).elements
    plots = [each for _, each in elements if each.get("class") == "plot"]
    assert all(
        each["role"] == "img" and re.search(r"\d", each["aria-label"] or "") for each in plots
    )
    assert [name for name, _ in elements].count("caption") == len(FIGURES)
    assert [name for name, _ in elements].count("table") == len(FIGURES)


def test_a_page_of_many_calls_is_small(busy: Reported) -> None:
    assert len(busy.html) < 5_000_000
