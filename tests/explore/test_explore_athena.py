"""`explore --athena`: the pages are those of a lake, and Athena is asked what they show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from tests.moto_athena import REGION, WORKGROUP, Athena, moto_athena
from voice_analytics.catalog.slices import Slice
from voice_analytics.cli import explore as command
from voice_analytics.cli.source import Source
from voice_analytics.explore.pages import Pages, Settings
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.report.days import Days
from voice_analytics.report.sources import Record, lake_source

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("explore")]  # its lake is asked once
OF_ATHENA = Source(athena=True, workgroup=WORKGROUP, region=REGION)


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    with moto_athena(monkeypatch) as opened:
        yield opened


def shown(of: Pages) -> list[str]:
    return [
        of.calls({"text": "invoice"}),
        of.call({"session_id": "call-1"}),
        of.sql({"sql": "SELECT session_id, team_size FROM sessions ORDER BY 1"}),
    ]


def test_a_page_is_the_same_over_athena(small_lake: Path, athena: Athena) -> None:
    settings = Settings("a source", Days(*days_of(small_lake)), None, people=False, call_url="")
    asked: list[str] = []
    with open_lake(small_lake) as lake, lake_source(small_lake) as of_lake:

        def ask(sql: str, calls: Slice | None = None, /) -> list[Record]:
            asked.append(calls.sql(sql) if calls else sql)
            athena.will_answer(run_query(asked[-1], lake))
            return of_lake(sql, calls)

        expected = shown(Pages(ask, settings))
    with OF_ATHENA.open() as of_athena:
        assert shown(Pages(of_athena, settings)) == expected
    assert [execution.query for execution in athena.asked()] == asked
    assert {execution.workgroup.name for execution in athena.asked()} == {WORKGROUP}
    assert "I need an invoice by Friday" not in expected[1]
    assert "call-0" in expected[0]


def test_the_command_serves_athena_and_says_so(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Pages] = []

    def application(of: Pages) -> Starlette:
        served.append(of)
        return Starlette()

    def serve(_application: Starlette, _listening: object) -> None:
        assert f"Athena, workgroup {WORKGROUP}" in served[0].calls({})

    monkeypatch.setattr(command, "application", application)
    monkeypatch.setattr(command, "serve", serve)
    command.explore(source=OF_ATHENA, port=0)
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")
    assert len(athena.asked()) == 2, "the list of calls, and what they can be chosen by"
