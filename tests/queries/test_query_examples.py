"""Each saved query has an example, and answers it: one file to add beside a new query's SQL."""

from pathlib import Path

import pytest

from tests.queries.examples import FOLDER, answer, read_example
from voice_analytics.catalog.saved_queries import queries

QUERIES = queries()


def test_each_saved_query_has_an_example() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.slow
def test_the_example_is_answered(name: str, tmp_path: Path) -> None:
    example = read_example(name)
    shown = answer(QUERIES[name].sql, example, tmp_path)
    assert shown == example.rows
    assert [list(row) for row in shown] == [list(row) for row in example.rows], "columns' order"
    assert shown
