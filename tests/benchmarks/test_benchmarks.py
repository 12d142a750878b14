"""The benchmark runs, its contenders answer correctly, and the page's table has its rows."""

import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.table import Table

from benchmarks import hostile, instructions, query_bytes, scale
from benchmarks.__main__ import Effort, Figures, Part, measure
from benchmarks.contenders import FLATTEN, FLOOR, PROJECT, TEXTBOOK, UNPACK, contenders
from benchmarks.contenders.floor import Floor
from benchmarks.data_sets import FLAWED, DataSet, data_sets
from benchmarks.growth import Growth, short_calls
from benchmarks.growth_plot import draw
from benchmarks.lake import Lake, fill_lake
from benchmarks.parquet import compacted, delivered, one_a_day
from benchmarks.race import Contender, Times, race
from benchmarks.report import BLOCK, FIGURES, MAKE, Figure, machine, table, write_to_page
from benchmarks.traffic import ROOT, Invocation, application
from tests.fuzz.hostile import COSTLY
from voice_analytics.catalog.saved_queries import queries
from voice_analytics.errors import UserError
from voice_analytics.operate.cost_model import Traffic

CALLS, EVENTS = 300, 40


@pytest.fixture(scope="module")
def sets() -> dict[str, DataSet]:
    return {data_set.name: data_set for data_set in data_sets(CALLS, EVENTS)}


@pytest.fixture(scope="module")
def runners(sets: dict[str, DataSet]) -> Iterator[dict[str, Contender]]:
    with contenders(Floor(sets["typical week"].invocations[0])) as ready:
        yield ready


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fill_lake(CALLS, tmp_path_factory.mktemp("lake"))


def results(contender: Contender, data_set: DataSet) -> Counter[str]:
    return Counter(
        record["result"] for event in data_set.invocations for record in contender(event)["records"]
    )


def lines(contender: Contender, invocation: Invocation) -> list[bytes]:
    return [
        line
        for record in contender(invocation)["records"]
        for line in b64decode(record.get("data", "")).splitlines()
    ]


@pytest.mark.parametrize("name", [FLOOR, UNPACK, FLATTEN, TEXTBOOK, PROJECT])
def test_a_contender_answers_every_record_of_every_kind_of_traffic(
    name: str, runners: dict[str, Contender], sets: dict[str, DataSet]
) -> None:
    for data_set in sets.values():
        for invocation in data_set.invocations:
            answered = [record["recordId"] for record in runners[name](invocation)["records"]]
            assert answered == [record["recordId"] for record in invocation["records"]]


@pytest.mark.parametrize("name", [FLOOR, UNPACK, FLATTEN, TEXTBOOK])
def test_no_contender_wins_by_leaving_calls_out(
    name: str, runners: dict[str, Contender], sets: dict[str, DataSet]
) -> None:
    for invocation in sets["one event a record"].invocations:
        assert (
            len(lines(runners[name], invocation))
            >= 0.9 * len(lines(runners[PROJECT], invocation))
            > 0
        )


def test_the_data_sets_are_what_their_names_say(
    runners: dict[str, Contender], sets: dict[str, DataSet]
) -> None:
    assert sets["one event a record"].records == sets["one event a record"].events
    assert sets["500 events a record"].events > sets["500 events a record"].records
    assert sets["long transcripts"].bytes / sets["long transcripts"].events > 30_000
    assert set(results(runners[PROJECT], sets["rejects alone"])) == {"Dropped"}
    wrong = [
        b"contract_violations" in line
        for invocation in sets["10 % with a wrong value"].invocations
        for line in lines(runners[PROJECT], invocation)
    ]
    assert 0 < sum(wrong) / len(wrong) < 3 * FLAWED


def test_contenders_take_turns_and_each_is_timed_as_often() -> None:
    asked: list[str] = []
    timed: dict[str, Callable[[Invocation], object]] = {
        "a": lambda _: asked.append("a"),
        "b": lambda _: asked.append("b"),
    }
    times = race(timed, [{}, {}], range(4))
    assert Counter(asked) == {"a": 8, "b": 8}  # a round to warm up, and three that count
    assert [len(rounds) for rounds in times.rounds.values()] == [3, 3]


def test_a_ratio_is_that_of_the_same_round() -> None:
    times = Times({"slow": [[2.0], [20.0], [200.0]], "fast": [[1.0], [10.0], [100.0]]})
    assert times.ratio("slow", "fast").median == 2
    assert times.ratio("slow", "fast").percent == 0
    assert times.by_invocation("fast") == [10.0]


@pytest.mark.parametrize("power", [1.0, 1.5])
def test_the_exponent_is_that_of_the_power_law(power: float) -> None:
    growth = Growth(
        {
            "it": {
                size: 3e-6 * size**power if size >= 100 else 1.0 for size in (1, 100, 1_000, 10_000)
            }
        }
    )
    assert growth.exponent("it") == pytest.approx(power)


def test_an_invocation_of_short_calls_fits_into_one_response(runners: dict[str, Contender]) -> None:
    assert {record["result"] for record in runners[PROJECT](short_calls(1_000))["records"]} == {
        "Ok"
    }


def test_the_plot_has_both_colour_schemes(tmp_path: Path) -> None:
    draw(
        Growth({name: {100: 1.0, 1_000: 10.0} for name in (PROJECT, UNPACK)}),
        tmp_path / "growth.svg",
    )
    svg = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in svg
    assert svg.count(">exponent 1.00<") == 2


def test_a_saved_query_is_charged_the_columns_of_its_plan(lake: Lake) -> None:
    layouts = (delivered(lake), one_a_day(lake), compacted(lake))
    charges = {charge.query: charge for charge in query_bytes.query_bytes(lake, *layouts)}
    assert charges.keys() == queries().keys()
    assert (
        charges["duplicate_calls"].daily < charges["latency_by_stage"].daily
    )  # it does not read transcripts
    assert (
        charges["session_transcript"].daily > charges["latency_by_stage"].daily
    )  # it ranks copies twice
    assert not charges["reject_reasons"].columns
    assert charges["reject_reasons"].delivered == charges["reject_reasons"].delivered_json > 0


def test_compacting_makes_rows_smaller(lake: Lake) -> None:
    before, after = (
        sum(file.bytes for files in layout.files.values() for file in files)
        for layout in (delivered(lake), compacted(lake))
    )
    assert after < before


def test_the_files_of_the_week_hold_all_its_rows(lake: Lake) -> None:
    rows = sum(map(len, lake.lines.values()))
    for layout in (delivered(lake), one_a_day(lake), compacted(lake)):
        assert sum(file.rows for files in layout.files.values() for file in files) == rows
        assert all(
            sum(file.columns.values()) < file.bytes
            for files in layout.files.values()
            for file in files
        )


def run(part: Part, plot: Path | None = None) -> tuple[dict[str, Table], Figures]:
    """The tables by title, and the figures, of a small run."""
    effort = Effort(
        calls=CALLS,
        events=EVENTS,
        counted_events=1,
        rounds=1,
        starts=1,
        sizes=(1, 100, 300),
        line_bytes=2_000,
        record_bytes=3_000,
        seconds=4,
    )
    figures: Figures = {}
    tables = {str(each.title): each for each in measure((part,), effort, plot, figures)}
    return tables, figures


def cells(shown: Table, column: int) -> list[str]:
    return [str(cell) for cell in shown.columns[column].cells]


@pytest.mark.slow
def test_a_small_run_of_hostile_lines_shows_the_costliest(monkeypatch: pytest.MonkeyPatch) -> None:
    some = dict(list(COSTLY.items())[:2])
    monkeypatch.setattr(hostile, "COSTLY", some)
    tables, figures = run("hostile")
    assert figures.keys() == {"hostile_seconds", "hostile_mib", "record_seconds", "record_mib"}
    assert set(cells(tables["Costliest lines of 2,000 bytes"], 0)) == some.keys()
    assert cells(tables["Records of some 3,000 bytes of costly lines"], 1)[:3] == ["2", "2", "1"]


def test_instructions_are_those_of_one_round_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def collected(_: str, name: str, rounds: int) -> int:
        return 500_000 + rounds * (4_000 if name == PROJECT else 2_000)

    monkeypatch.setattr(instructions, "_collected", collected)
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/valgrind")
    tables, figures = run("instructions")
    assert figures == {"instructions_flatten": 2, "instructions_textbook": 2}
    assert cells(tables["Instructions, typical week"], 2) == ["2.00", "2.00", "2.00", "1.00"]


def test_without_valgrind_instructions_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    tables, figures = run("instructions")
    assert not figures
    assert str(tables["Instructions, typical week"].caption) == "Not counted: install valgrind."


def test_a_small_run_of_speed_compares_all_contenders() -> None:
    tables, figures = run("speed")
    assert figures.keys() == {"microseconds", "unpack", "flatten", "textbook", "floor"}
    assert set(cells(tables["Speed"], 5)) == {FLOOR, UNPACK, FLATTEN, TEXTBOOK, PROJECT}


def test_a_small_run_of_privacy_compares_the_profiles() -> None:
    tables, figures = run("privacy")
    assert figures.keys() == {"sales", "analytics"}
    assert cells(tables["Privacy"], 0) == ["no policy", "sales", "analytics"]


def test_a_small_run_of_growth_gives_an_exponent_and_a_plot(tmp_path: Path) -> None:
    tables, figures = run("growth", tmp_path / "growth.svg")
    assert figures.keys() == {"exponent"}
    assert cells(tables["Growth with the events of an invocation"], 0) == ["1", "100", "300"]
    assert (tmp_path / "growth.svg").is_file()


@pytest.mark.sam
@pytest.mark.xdist_group("sam")
@pytest.mark.skipif(
    sys.platform != "linux", reason="the emulator in the SAM CLI is a Linux program"
)
def test_a_small_run_of_the_built_function_starts_it_and_weighs_it() -> None:
    tables, figures = run("built")
    assert figures.keys() == {"cold_start", "layer"}
    assert cells(tables["Cold start"], 0) == [
        "imports nothing",
        "imports pydantic alone",
        "this project",
    ]
    assert cells(tables["Size"], 0) == ["layer", "function"]


@pytest.mark.slow
def test_a_small_run_of_scale_names_what_saturates_first() -> None:
    tables, figures = run("scale")
    assert figures.keys() == {"stream_share"}
    shown = tables["Each rate, simulated"]
    assert cells(shown, 0) == ["1", "10", "100", "1,000"]
    assert set(cells(shown, len(shown.columns) - 1)) == {"the stream's 1 MiB/s"}


def test_a_share_of_the_stream_agrees_with_the_cost_model() -> None:
    hour = scale.simulate(100, 20, 2_000)
    share = hour.shares["the stream's 1 MiB/s"]
    model = Traffic(calls_per_day=100 * 86_400).stream_bytes_per_second / scale.STREAM_BYTES
    assert share == pytest.approx(model, rel=0.1)


def test_hours_are_gathered_by_the_interval_of_the_buffer() -> None:
    hour = scale.simulate(1, 200, CALLS)
    processor = application().stream.destination.processor
    assert processor
    assert hour.invocations == -(-200 // processor.buffer_interval_in_seconds)
    assert sum(hour.file_rows) == hour.rows > 0


def test_a_target_is_met_up_to_its_limit() -> None:
    figure = Figure("a", "what", "{:.1f}", limit=2, aim=1)
    assert figure.row(2.0) == ["what", "2.0", "≤ 2.0, aim 1.0", "met"]
    assert figure.row(2.1)[3] == "not met"
    assert figure.row(None)[1] == "not measured"


def test_the_page_has_the_rows_of_the_benchmark_whatever_their_numbers() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    block = text.partition(f"<!-- {BLOCK}: made by `{MAKE}` -->")[2].partition(
        f"<!-- end of {BLOCK} -->"
    )[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in block.splitlines()
        if line.startswith("|")
    ][2:]
    expected = [figure.row(None) for figure in FIGURES]
    assert [(row[0], row[2]) for row in rows] == [(row[0], row[2]) for row in expected]
    assert all(row[1] for row in rows)
    (measured,) = [line for line in block.splitlines() if line.startswith("Measured on ")]
    assert date.fromisoformat(measured.split()[2])


def test_the_block_is_renewed_only_by_a_whole_run(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(
        f"before\n<!-- {BLOCK}: made by `{MAKE}` -->\n\nlast week\n<!-- end of {BLOCK} "
        f"-->\nafter\n",
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="exponent"):
        write_to_page(page, {"unpack": 1.0})
    write_to_page(page, {figure.key: 1.0 for figure in FIGURES})
    text = page.read_text(encoding="utf-8")
    assert "last week" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| layer, unzipped | 1.0 MB | ≤ 25.0 MB | met |" in text
    assert machine().rpartition(" load ")[0] in text


def test_a_cell_is_written_in_its_columns_format() -> None:
    shown = table("title", {"what": "", "figure": ".1f"}, [("a", 1.23456), ("b", None)])
    assert cells(shown, 1) == ["1.2", ""]
