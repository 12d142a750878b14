"""One row costs no query: every view, saved query and the report over rows at every limit."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lake import lakes
from voice_analytics.catalog.columns import typed_columns
from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.cli.report import ReportOptions, write_report
from voice_analytics.lake.engine import Lake, open_lake, run_query
from voice_analytics.printable import printable
from voice_analytics.report.figures import SECTIONS

TEXTS = (
    "\x00\x1b[31m",
    "'; DROP TABLE x --",
    "=1+1",
    "\u202e",
    "[" * 1_000,
    "x" * 2_000,
    "\U0001f600",
)
NUMBERS: dict[str, tuple[Any, ...]] = {
    "int": (2**31 - 1, 1, 0),
    "bigint": (2**63 - 1, 1, 0),
    "double": (1.7e308, 5e-324, 0.0),
    "boolean": (True, False),
}
ELEMENTS = (0, 1, 40)
COPIES = 3  # so that sums pass the limits too
QUERIES = queries()
NOW = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)


def value(of: HiveType, number: int) -> Any:
    """The value of a type in the row of this number: another limit in each."""
    match of:
        case Primitive("string"):
            return TEXTS[number % len(TEXTS)]
        case Primitive("timestamp"):
            return (datetime(1970, 1, 1), NOW, datetime(2262, 4, 10))[number % 3]  # noqa: DTZ001
        case Primitive(name):
            return NUMBERS[name][number % len(NUMBERS[name])]
        case Array(element):
            return [value(element, number)] * ELEMENTS[number % 3]
        case Struct(fields):
            return {name: value(part, number) for name, part in fields}


def rows() -> list[dict[str, Any]]:
    made = []
    for number in range(len(TEXTS) * COPIES):
        row = {name: value(hive_type, number) for name, hive_type in typed_columns()}
        row |= {"event_id": f"{number}", "session_id": f"s{number}", "tags": ["x"]}
        row |= dict.fromkeys(("extras", "user_metadata", "session_options"), '{"/x": 1}')
        row |= {"started_at": NOW - timedelta(minutes=number), "logged_at": NOW}
        made.append(row)
    nothing = {"event_id": "none", "session_id": "none", "started_at": NOW, "logged_at": NOW}
    return [*made, {name: nothing.get(name) for name, _ in typed_columns()}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("limits")
    by_day: dict[str, list[dict[str, Any]]] = {}
    for row in rows():
        by_day.setdefault(row["started_at"].date().isoformat(), []).append(row)
    for dt, of_a_day in by_day.items():
        lakes.write(folder, dt, of_a_day, lakes.FULL_SCHEMA)
    return folder


@pytest.fixture(scope="module")
def lake(folder: Path) -> Iterator[Lake]:
    with open_lake(folder) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("name", views())
def test_a_view_shows_rows_at_every_limit(name: str, lake: Lake) -> None:
    assert run_query(f"SELECT * FROM {name}", lake).columns


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_answers_over_rows_at_every_limit(name: str, lake: Lake) -> None:
    query = QUERIES[name]
    values: list[int | str] = [
        1 if parameter.type == "bigint" else "s1" for parameter in query.parameters
    ]
    assert run_query(query.sql, lake, values).columns


@pytest.mark.slow
@pytest.mark.parametrize("people", [False, True])
def test_the_report_shows_rows_at_every_limit(people: bool, folder: Path, tmp_path: Path) -> None:
    page = write_report(folder, tmp_path / "r.html", asked=ReportOptions(people=people)).read_text()
    figures = [figure for figures in SECTIONS.values() for figure in figures]
    assert all(figure.title in page for figure in figures)
    assert page.count('<div class="plot"') > len(figures) / 2
    assert page == printable(page, lines=True)
    for spec in re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL):
        json.loads(spec, parse_constant=pytest.fail)


@pytest.mark.slow
def test_sums_beyond_a_bigint_are_null_and_not_wrong(lake: Lake) -> None:
    shown = run_query("SELECT llm_input_tokens, llm_errors FROM daily_summary", lake)
    assert all(tokens is None or abs(tokens) < 2**63 for tokens, _ in shown.rows)
    limit = "SELECT sum(CAST(llm_input_tokens AS decimal(38, 0))) FROM sessions WHERE dt = '{}'"
    total = run_query(limit.format(NOW.date().isoformat()), lake).rows[0][0]
    assert total is None or abs(total) > 0
