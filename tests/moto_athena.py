"""Moto's Athena, for the tests of what asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws
from moto.athena.models import AthenaBackend, QueryResults, athena_backends

from athena_duckdb import Result
from athena_duckdb.value_text import as_text

ACCOUNT = "123456789012"  # of whoever asks moto
REGION, WORKGROUP, DATABASE = "us-west-1", "voice-analytics-dev", "voice_analytics_dev"


class Athena(NamedTuple):
    """Moto's Athena: what was asked of it, and what it is to answer."""

    client: Any
    backend: AthenaBackend

    def will_answer(self, result: Result) -> None:
        nothing = {"Precision": 0, "Scale": 0, "Nullable": "UNKNOWN"}
        columns: Any = [{"Name": name, "Type": of.name, **nothing} for name, of in result.columns]
        head: Any = {"Data": [{"VarCharValue": name} for name, _ in result.columns]}
        self.backend.query_results_queue.append(
            QueryResults([head, *(_row(row, result) for row in result.rows)], columns)
        )

    def asked(self) -> list[Any]:
        return list(self.backend.executions.values())


def _row(row: tuple[Any, ...], result: Result) -> Any:
    values = zip(row, result.columns, strict=True)
    return {
        "Data": [
            {} if value is None else {"VarCharValue": as_text(value, column.type)}
            for value, column in values
        ]
    }


@contextmanager
def moto_athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    """Athena with the workgroup of a stack, asked with credentials that nobody checks."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        client = boto3.client("athena", REGION)
        client.create_work_group(
            Name=WORKGROUP,
            Configuration={"ResultConfiguration": {"OutputLocation": "s3://results/"}},
        )
        yield Athena(client, athena_backends[ACCOUNT][REGION])
