"""The report queries Athena through PyAthena; moto returns the results it is handed.

Moto runs no SQL: that the SQL means the same in Athena is not shown here.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyathena
import pytest
from botocore.exceptions import ClientError
from pyathena.error import OperationalError

from tests.moto_athena import DATABASE, REGION, WORKGROUP, Athena, moto_athena
from tests.report.conftest import LAST, Reported
from voice_analytics.catalog import saved_queries
from voice_analytics.catalog.slices import Slice
from voice_analytics.cli.report import report
from voice_analytics.cli.source import Source
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.report.athena_source import open_athena
from voice_analytics.report.conversation import CALLS, TIMELINE
from voice_analytics.report.days import Days
from voice_analytics.report.figures import queries_of, sections_for
from voice_analytics.report.lists import LISTS
from voice_analytics.report.sources import lake_source

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]  # its lakes are made once

QUERIES = (*queries_of(sections_for(None)), *LISTS)


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    with moto_athena(monkeypatch) as opened:
        yield opened


def test_a_saved_query_gives_the_page_the_same_values_as_from_a_lake(
    busy: Reported, athena: Athena
) -> None:
    days = Days.ending_on(LAST, 7)
    saved = saved_queries.queries()
    calls = Slice(days.first, days.last)
    asked = {name: calls.sql(saved[name].sql) for name in (*QUERIES, CALLS, TIMELINE)}
    with open_lake(busy.lake) as lake:
        for sql in asked.values():
            athena.will_answer(run_query(sql, lake))
    with lake_source(busy.lake) as of_lake, open_athena(WORKGROUP, DATABASE, REGION) as of_athena:
        for name, sql in asked.items():
            assert of_athena(sql) == of_lake(sql), name


def test_the_report_asks_the_workgroup_about_the_last_seven_days(
    athena: Athena, tmp_path: Path
) -> None:
    before = datetime.now(UTC).date()
    source = Source(athena=True, workgroup=WORKGROUP, region=REGION)
    report(source=source, out=tmp_path / "report.html")
    periods = [
        _last_seven(day) for day in (before, datetime.now(UTC).date())
    ]  # two days around midnight
    # the period before: its totals alone, which are empty; then the versions' first days
    assert len(athena.asked()) == len(QUERIES) + 2
    for execution in [*athena.asked()[: len(QUERIES)], athena.asked()[-1]]:
        assert execution.workgroup.name == WORKGROUP
        assert execution.context["Database"] == DATABASE
        assert any(period in execution.query for period in periods)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"Athena, workgroup {WORKGROUP}" in html
    assert "No calls in this period." in html


def _last_seven(today: date) -> str:
    return f"dt BETWEEN '{today - timedelta(days=6)}' AND '{today}'"


def told(workgroup: str = WORKGROUP, region: str | None = REGION) -> str:
    """What a person is told, in one line."""
    with pytest.raises(UserError) as error, open_athena(workgroup, DATABASE, region) as ask:
        ask("SELECT 1")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_workgroup_that_is_not_there_is_told(athena: Athena) -> None:
    assert told(workgroup="nope").endswith(": give the stack's --workgroup and --region")


def test_missing_credentials_are_told_in_one_line_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _without_configuration(monkeypatch, tmp_path)
    command = [
        sys.executable,
        "-c",
        "from voice_analytics.cli.main import main; main()",
        "report",
        "--athena",
        "--region",
        REGION,
    ]
    ended = subprocess.run(
        [*command, "--out", str(tmp_path / "report.html")],
        capture_output=True,
        text=True,
        check=False,
    )
    text = (
        "Athena did not answer (Unable to locate credentials): log in (aws sso login, aws "
        "configure) or set AWS_PROFILE"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"error: {text}\n")


def test_a_missing_region_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _without_configuration(monkeypatch, tmp_path)
    assert (
        told(region=None)
        == "Athena did not answer (You must specify a region.): give --region, that of the stack"
    )


def test_a_profile_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _without_configuration(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert told().startswith(
        "Athena did not answer (The config profile (nobody) could not be found): set AWS_PROFILE"
    )


def _without_configuration(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (
            OperationalError("TABLE_NOT_FOUND: line 12:6: Table 'a.b.c' does not exist"),
            "give the stack's --database",
        ),
        (
            OperationalError("Query exhausted resources: Bytes scanned limit was exceeded"),
            "ask for fewer --days",
        ),
        (
            ClientError({"Error": {"Code": "ExpiredTokenException"}}, "StartQueryExecution"),
            "log in again",
        ),
        (
            ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "to\nWorkGroup"}}, "S"
            ),
            "the stack's analyst policy",
        ),
        (OperationalError("something else"), "try again when that is fixed"),
    ],
)
def test_what_aws_refuses_comes_with_a_way_out(
    error: Exception, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError(*error.args) from error

    monkeypatch.setattr(pyathena.connection.Connection, "cursor", refuse)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    assert hint in told()
