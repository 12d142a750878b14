"""A deployed stack in the emulator is kept right by the commands alone: checked, broken, mended.

What the emulator does not do is done here: CloudWatch Logs passes no line on, so `replay log` sends
what a subscription would; a record that fails is dropped, so the object that Firehose would have
written is put under errors/; Athena knows no view, so rows are asked on this machine.
"""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from session_analytics.cloudwatch import encode

from tests.e2e.aws import CREDENTIALS, Aws
from tests.e2e.deploy.ministack import Cloud, ministack
from tests.e2e.deploy.sam_deploy import sam_deploy
from tests.e2e.deploy.stack import DATABASE, PARAMETERS, STACK, Stack, download, objects
from tests.e2e.deploy.supported import make_supported
from tests.rows import event, log_batch
from tests.template.cloudformation import REGION
from voice_analytics.lake.engine import open_lake, run_query

pytestmark = [pytest.mark.sam, pytest.mark.xdist_group("sam")]
_PROGRAM = Path(sys.executable).with_name("voice-analytics")
NOW = datetime.now(UTC)
OLD_DAY = (NOW - timedelta(days=20)).date().isoformat()
GROUP = PARAMETERS["LogGroupName"]
CUT = '{"_event_type": "session_analytics", "session_id": "cut'


class Operator(NamedTuple):
    """Somebody with the commands and access to the account."""

    cloud: Cloud
    stack: Stack

    def __call__(self, *arguments: str, code: int = 0) -> list[Any]:
        """Run a command as a person would; the objects that it prints."""
        ended = subprocess.run(
            [_PROGRAM, "operate", *arguments, "--stack", STACK, "--region", REGION, "--json"],
            env={
                **{name: value for name, value in os.environ.items() if "AWS_" not in name},
                **CREDENTIALS,
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_ENDPOINT_URL": self.cloud.endpoint,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def faults(self) -> dict[str, str]:
        """What the doctor finds wrong, by link, without what the emulator lacks."""
        (findings,) = self("doctor", code=1)
        return {
            each["link"]: each["evidence"]
            for each in findings
            if each["state"] == "fault" and each["link"] not in LACKING
        }

    def rows(self, folder: Path) -> list[tuple[str, str]]:
        """Day and session of each call, as `sessions` shows it."""
        bodies = objects(self.cloud, self.stack.resources["AnalyticsBucket"])
        delivered = {key: body for key, body in bodies.items() if key.startswith("sessions/")}
        with open_lake(download(delivered, folder)) as lake:
            sql = "SELECT dt, session_id FROM sessions ORDER BY dt, session_id"
            return [(dt, name) for dt, name in run_query(sql, lake).rows]


LACKING = {"athena"}  # the emulator's knows no views


@pytest.fixture(scope="module")
def operator(
    build: Path, reingest: Aws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    scratch = tmp_path_factory.mktemp("operated")
    copy = scratch / "build"
    shutil.copytree(build, copy)
    make_supported(copy)
    with ministack(scratch, AWS_ENDPOINT_URL_FIREHOSE=reingest.endpoint) as cloud:
        # The emulator's log knows no regular expression.
        parameters = PARAMETERS | {"FilterPattern": "session_analytics"}
        result = sam_deploy(copy / "template.yaml", cloud, **parameters)
        assert result.returncode == 0, result.stdout + result.stderr
        yield Operator(cloud, Stack(cloud, reingest, copy / "template.yaml"))


def call(name: str, day: str = f"{NOW:%Y-%m-%d}") -> str:
    return json.dumps(event(session_id=name, start_time=f"{day}T00:00:00", duration_seconds=90))


def put_lines(cloud: Cloud, *lines: str) -> None:
    cloud.logs.create_log_stream(logGroupName=GROUP, logStreamName="worker-1")
    timestamp = round(datetime.now(UTC).timestamp() * 1000)
    events = [{"timestamp": timestamp, "message": line} for line in lines]
    cloud.logs.put_log_events(logGroupName=GROUP, logStreamName="worker-1", logEvents=events)


def break_by_hand(cloud: Cloud) -> Callable[[], None]:
    """Change the filter's pattern and switch the projection off; returns what undoes both."""
    (own,) = cloud.logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    kept = {name: own[name] for name in ("logGroupName", "filterName", "destinationArn", "roleArn")}
    cloud.logs.put_subscription_filter(**kept, filterPattern='{ $._event_type = "session" }')
    table = cloud.glue.get_table(DatabaseName=DATABASE, Name="session_analytics")["Table"]
    written = {
        name: table[name]
        for name in ("Name", "Parameters", "PartitionKeys", "StorageDescriptor", "TableType")
    }
    off = written | {"Parameters": written["Parameters"] | {"projection.enabled": "false"}}
    cloud.glue.update_table(DatabaseName=DATABASE, TableInput=off)

    def mend() -> None:
        cloud.logs.put_subscription_filter(**kept, filterPattern=own["filterPattern"])
        cloud.glue.update_table(DatabaseName=DATABASE, TableInput=written)

    return mend


def failed_record(*lines: str) -> bytes:
    """An object of Firehose for lines of today whose transformation failed."""
    batch = log_batch(*lines)
    for each in batch["logEvents"]:
        each["timestamp"] = round(NOW.timestamp() * 1000)
    raw = b64encode(encode(batch)).decode()
    return json.dumps({"errorCode": "Lambda.FunctionError", "rawData": raw}).encode()


def test_a_stack_is_checked_broken_mended_and_compacted(operator: Operator, tmp_path: Path) -> None:
    today = f"{NOW:%Y-%m-%d}"
    bucket = operator.stack.resources["AnalyticsBucket"]
    assert operator.faults() == {}

    # sent
    put_lines(operator.cloud, call("a"), call("b"))
    since = (NOW - timedelta(minutes=5)).isoformat()
    until = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    skipped = ("replay", "log", "--since", since, "--until", until)
    (planned,) = operator(*skipped)
    assert (planned["events"], planned["days"]) == (2, {today: 2})
    (sent,) = operator(*skipped, "--yes")
    assert sent["events"] == 2
    assert operator.rows(tmp_path / "sent") == [(today, "a"), (today, "b")]
    shown = operator("tail", "--minutes", "30")
    assert [each["session_id"] for each in shown] == ["a", "b"]

    # broken, and found
    mend = break_by_hand(operator.cloud)
    key = f"errors/processing-failed/dt={today}/object"
    operator.cloud.s3.put_object(Bucket=bucket, Key=key, Body=failed_record(call("c"), CUT))
    faults = operator.faults()
    assert faults.keys() == {"subscription", "projection"}
    assert "its pattern is" in faults["subscription"]
    assert "session_analytics is off" in faults["projection"]

    # mended
    mend()
    (mended,) = operator("replay", "errors", "--yes", code=1)
    assert (mended["events"], mended["rejected_again"]) == (1, {"not_json": 1})
    assert operator.faults() == {}
    assert operator.rows(tmp_path / "mended") == [(today, name) for name in "abc"]
    kinds = {key.split("/dt=")[0] for key in objects(operator.cloud, bucket)}
    assert {"errors/processing-failed", "replayed/errors/processing-failed"} <= kinds

    # compacted
    history = tmp_path / "history"
    history.mkdir()
    names = [f"old{number}" for number in range(10)]
    for name in names:
        (history / name).write_text(call(name, OLD_DAY))
    (filled,) = operator(
        "backfill", "files", "--source", str(history), "--time-field", "start_time", "--yes"
    )
    assert filled["days"] == {OLD_DAY: 10}
    (merged,) = operator("compact", "--grace-minutes", "0", "--yes")
    assert (merged["files"], merged["new_files"], merged["deleted"]) == (10, 1, 10)
    assert merged["new_bytes"] < merged["bytes"]
    expected = [(OLD_DAY, name) for name in names] + [(today, name) for name in "abc"]
    assert operator.rows(tmp_path / "compacted") == expected
