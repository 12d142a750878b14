"""Compacting: at every moment, and after a crash at any step, each call is there."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.operate.account import Account, Killed
from voice_analytics.operate.compact import (
    OLDER_THAN,
    Compaction,
    MismatchError,
    Result,
    plan_compaction,
    run_compaction,
    to_file,
)
from voice_analytics.operate.ledger import Ledger

DAY = (datetime.now(UTC).date() - timedelta(days=OLDER_THAN)).isoformat()
FAR = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a naive column
NO_GRACE = timedelta(0)
NAMES = "abcdefghij"


def parquet(*ids: str, **more: str) -> bytes:
    """A file as Firehose writes it: INT96 times, snappy."""
    columns = {
        "event_id": list(ids),
        "started_at": pa.array([FAR] * len(ids), pa.timestamp("us")),
        "transcript": [[{"role": "user", "content": each}] for each in ids],
        **{name: [value] * len(ids) for name, value in more.items()},
    }
    file = BytesIO()
    pq.write_table(pa.table(columns), file, use_deprecated_int96_timestamps=True)
    return file.getvalue()


def fill(account: Account, day: str = DAY) -> None:
    for name in NAMES:
        account.put(f"sessions/dt={day}/{name}.parquet", parquet(name))


def rows(account: Account) -> list[str]:
    """The event ids in the table, with repeats."""
    event_ids: list[str] = []
    for body in account.objects("sessions/").values():
        table = pq.read_table(BytesIO(body), coerce_int96_timestamp_unit="us")
        assert set(table["started_at"].to_pylist()) <= {FAR}
        event_ids += table["event_id"].to_pylist()
    return sorted(event_ids)


def compact(
    account: Account, grace: timedelta = NO_GRACE, run: str | None = None, last: date | None = None
) -> Result:
    ledger = Ledger(account.aws, account.stack.bucket, "compact", run)
    wanted = Compaction(last=last, grace=grace)
    return run_compaction(account.stack, wanted, ledger, lambda _: None)


def test_a_plan_changes_nothing(account: Account) -> None:
    fill(account)
    before = account.objects()
    assert plan_compaction(account.stack, Compaction()).files == len(NAMES)
    assert account.objects() == before


def test_a_closed_day_becomes_one_smaller_file(account: Account) -> None:
    fill(account)
    result = compact(account)
    assert (result.rows, result.new_files, result.deleted) == (10, 1, 10)
    assert result.new_bytes < result.bytes
    (key,) = account.objects("sessions/")
    assert rows(account) == list(NAMES)
    file = pq.ParquetFile(BytesIO(account.objects("sessions/")[key]))
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert str(file.schema.column(1).physical_type) == "INT96"


def test_a_dictionary_is_only_of_what_repeats() -> None:
    table = pa.table(
        {
            "event_id": ["a", "b"],
            "started_at": pa.array([FAR, FAR], pa.timestamp("us")),
            "agent_name": ["x", "x"],
            "costs": [[{"unit": "tokens", "cost_usd": 0.5, "requests": 7}], []],
            "tags": [["x"], ["x", "y"]],
        }
    )
    group = pq.ParquetFile(BytesIO(to_file(table))).metadata.row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    assert {each.path_in_schema for each in columns if each.has_dictionary_page} == {
        *("agent_name", "costs.list.element.unit", "tags.list.element")
    }


def test_sources_stay_for_the_grace_and_go_in_a_later_run(account: Account) -> None:
    fill(account)
    first = compact(account, timedelta(hours=1))
    assert (first.new_files, first.waiting, first.deleted) == (1, 1, 0)
    assert rows(account) == sorted(NAMES * 2)
    second = compact(account, timedelta(hours=1))
    assert (second.new_files, second.waiting) == (0, 1)
    assert compact(account).deleted == 10
    assert rows(account) == list(NAMES)
    assert compact(account).days == 0


def test_a_late_file_is_not_merged_with_what_waits(account: Account) -> None:
    fill(account)
    compact(account, timedelta(hours=1))
    account.put(f"sessions/dt={DAY}/late.parquet", parquet("late"))
    compact(account)
    assert rows(account) == sorted([*NAMES, "late"])
    compact(account)
    assert rows(account) == sorted([*NAMES, "late"])
    assert len(account.objects("sessions/")) == 1


def test_open_days_are_left_alone(account: Account) -> None:
    fill(account, datetime.now(UTC).date().isoformat())
    assert compact(account).days == 0


def test_files_of_two_schemas_become_two(account: Account) -> None:
    for name in NAMES:
        account.put(f"sessions/dt={DAY}/{name}", parquet(name))
        account.put(f"sessions/dt={DAY}/new-{name}", parquet(f"new-{name}", added="x"))
    assert compact(account).new_files == 2
    assert rows(account) == sorted([*NAMES, *(f"new-{name}" for name in NAMES)])


def test_a_file_that_is_not_parquet_is_named_and_left_alone(account: Account) -> None:
    fill(account)
    key = f"sessions/dt={DAY}/notes.txt"
    account.put(key, b"not Parquet")
    assert compact(account).not_parquet == [key]
    assert account.objects(key) == {key: b"not Parquet"}
    account.s3.delete_object(Bucket=account.stack.bucket, Key=key)
    assert rows(account) == list(NAMES)


def test_large_days_become_files_of_bounded_size(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(account)
    size = len(parquet("a"))
    monkeypatch.setattr("voice_analytics.operate.compact.MAX_SOURCE_BYTES", 4 * size)
    monkeypatch.setattr("voice_analytics.operate.compact.LARGE_BYTES", size + 1)
    assert compact(account).new_files == 3
    assert rows(account) == list(NAMES)
    assert compact(account).days == 0


STEPS = [("PutObject", nth) for nth in range(1, 8)] + [("DeleteObject", nth) for nth in (1, 2, 10)]


@pytest.mark.parametrize(("operation", "nth"), STEPS)
def test_a_run_that_is_killed_at_any_step_loses_no_row(
    account: Account, operation: str, nth: int
) -> None:
    fill(account)
    ledger = Ledger(account.aws, account.stack.bucket, "compact")
    account.kill_at("s3", operation, nth)
    with pytest.raises(Killed):
        run_compaction(account.stack, Compaction(grace=NO_GRACE), ledger, lambda _: None)
    assert set(rows(account)) == set(NAMES)
    other = account.again()
    compact(other, run=ledger.run)
    compact(other)
    assert rows(account) == list(NAMES)


def test_two_operators_at_once_write_one_file(account: Account) -> None:
    fill(account)
    other = account.again()
    results: list[Result] = []

    def meanwhile(**_: object) -> None:
        if not results:
            results.append(Result())
            results.append(compact(other))

    account.aws.client("s3").meta.events.register_first("before-call.s3.GetObject", meanwhile)
    results.append(compact(account))
    assert results[-1].changed_meanwhile == [DAY]
    compact(other)
    assert rows(account) == list(NAMES)


def test_a_new_file_that_differs_is_taken_back(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(account)
    monkeypatch.setattr("voice_analytics.operate.compact._same", lambda *_: False)
    with pytest.raises(MismatchError):
        compact(account)
    assert rows(account) == list(NAMES)
