"""Two days as Hive's Parquet writer wrote them answer as the same days of the local chain do.

written/by-hive is what Firehose writes: lists are `bag.array_element`, and texts have no statistics
(hive-exec 2.3.9 with parquet-mr 1.8.1, fed by OpenX's JSON SerDe 1.3.8).
"""

from pathlib import Path

import pytest

from tests.athena_duckdb.answers import local_rows, same
from voice_analytics.catalog.saved_queries import views
from voice_analytics.lake.engine import open_lake, run_query

pytestmark = pytest.mark.slow

_WRITTEN = Path(__file__).with_name("written")
_TABLE = "session_analytics"


@pytest.mark.parametrize("name", [_TABLE, *(view for view in views() if view != "data_quality")])
def test_table_and_views_answer_alike(name: str) -> None:
    answers = []
    for folder in ("by-hive", "by-us"):
        with open_lake(_WRITTEN / folder) as lake:
            rows = local_rows(run_query(f"SELECT * FROM {name}", lake))
            answers.append(sorted(rows, key=repr))
    assert same(answers[0], answers[1])  # sums of doubles differ in their last digit


def test_there_are_rows_to_compare() -> None:
    with open_lake(_WRITTEN / "by-hive") as lake:
        assert run_query(f"SELECT * FROM {_TABLE}", lake).rows
