"""Values in a document are replaced by their paths; the original stays as it is."""

import pytest
from session_analytics.schema.pointer import Path, replace_values


@pytest.mark.parametrize("paths", [[("a",), ("a", "b", 0)], [("a", "b", 0), ("a",)]])
def test_of_two_paths_one_below_the_other_the_shorter_is_replaced(paths: list[Path]) -> None:
    document = {"a": {"b": [1, 2]}, "c": [3]}
    assert replace_values(document, dict.fromkeys(paths)) == {"a": None, "c": [3]}
    assert document == {"a": {"b": [1, 2]}, "c": [3]}
