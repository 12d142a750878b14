"""The command asks whom it is told to ask, about the days that it is told, and writes the page."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.lake import lakes
from tests.report.conftest import Reported
from voice_analytics.cli.report import report, write_report
from voice_analytics.cli.source import Source
from voice_analytics.errors import UserError
from voice_analytics.report.days import Days

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]  # its lakes are made once


def test_the_page_covers_all_days_of_the_lake(
    busy: Reported, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    report(source=Source(lake=busy.lake), out=out, title="Acme <&> Co")
    assert "<h1>Acme &lt;&amp;&gt; Co</h1>" in out.read_text(encoding="utf-8")
    assert "November 16 to November 22, 2026 (UTC)" in out.read_text(encoding="utf-8")
    assert (
        capsys.readouterr().out
        == f"{out}: {out.stat().st_size / 1e6:.1f} MB, November 16 to November 22, 2026\n"
    )


def test_days_count_back_from_the_newest_day_of_the_lake(busy: Reported, tmp_path: Path) -> None:
    html = write_report(busy.lake, tmp_path / "report.html", days=2).read_text(encoding="utf-8")
    assert "November 21 to November 22, 2026 (UTC)" in html
    assert "dt BETWEEN &#39;2026-11-21&#39; AND &#39;2026-11-22&#39;" in html


def test_a_file_that_is_there_is_written_anew(empty: Reported, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("x" * 5_000_000)
    assert write_report(empty.lake, out) == out
    assert out.read_text(encoding="utf-8").endswith("</html>")


def test_a_long_lake_is_cut_to_a_quarter_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in ("2026-01-01", "2026-11-22"):
        lakes.write(tmp_path, day, lakes.LATER)
    html = write_report(tmp_path, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "August 23 to November 22, 2026 (UTC)" in html
    assert (
        "The lake goes back to 2026-01-01; the report shows its last 92 days"
        in capsys.readouterr().err
    )
    assert "January 1 to November 22, 2026 (UTC)" in write_report(
        tmp_path, tmp_path / "all.html", days=326
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "nothing says where the calls are: give --lake DIRECTORY"),
        ({"workgroup": "w"}, "nothing says where the calls are"),
        ({"lake": Path("lake"), "athena": True}, "--lake and --athena do not go together"),
        ({"lake": Path("lake"), "region": "us-west-1"}, "--lake and --region do not go together"),
        ({"lake": Path("lake"), "days": 0}, "--days is 0: give a number from 1 to 366"),
        ({"athena": True, "days": 367}, "--days is 367"),
        ({"lake": Path("nowhere")}, "voice-analytics local run"),
    ],
)
def test_a_wrong_option_is_told(
    options: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = Source(**{name: value for name, value in options.items() if name != "days"})
    with pytest.raises(UserError) as error:
        report(out=Path("report.html"), source=source, days=options.get("days"))
    assert message in str(error.value)
    assert not Path("report.html").exists()


@pytest.mark.parametrize(
    ("out", "why"),
    [
        (lambda folder: folder, "is a directory"),
        (lambda folder: folder / "no" / "report.html", "its folder is not there"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(
    out: Callable[[Path], Path], why: str, empty: Reported, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=why):
        write_report(empty.lake, out(tmp_path))


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ((2026, 11, 16), (2026, 11, 22), "November 16 to November 22, 2026"),
        ((2025, 12, 30), (2026, 1, 2), "December 30, 2025 to January 2, 2026"),
        ((2026, 11, 22), (2026, 11, 22), "November 22, 2026"),
    ],
)
def test_days_are_written_out(
    first: tuple[int, int, int], last: tuple[int, int, int], text: str
) -> None:
    assert str(Days(date(*first), date(*last))) == text


def test_days_have_both_ends() -> None:
    days = Days.ending_on(date(2026, 3, 1), 3)
    assert days.dates() == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert days.count == 3
