"""Where in the bucket an object goes."""

from datetime import UTC, datetime

import pytest

from voice_analytics.errors import UserError
from voice_analytics.template.prefix import (
    MissingPartitionKey,
    at,
    destination_prefix,
    error_prefix,
)

OLDEST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("data/", "data/2026/01/02/03/"),
        ("", "2026/01/02/03/"),
        ("dt=!{timestamp:yyyy-MM-dd}/", "dt=2026-01-02/"),
        ("!{timestamp:'y'yyyy/'m'MM/HH.mm.ss}-", "y2026/m01/03.04.05-"),
        ("p%=!{partitionKeyFromLambda:a}/!{timestamp:yyyy}/", "p%=x/2026/"),
        ("!{partitionKeyFromLambda:a}/", "x/"),
    ],
)
def test_a_destination_prefix_is_evaluated_as_firehose_does(prefix: str, path: str) -> None:
    assert destination_prefix(prefix).evaluate(OLDEST, {"a": "x"}) == path


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("e/!{firehose:error-output-type}/!{timestamp:yyyy}/", "e/processing-failed/2026/"),
        ("myPrefix", "myPrefixprocessing-failed/2026/01/02/03/"),
    ],
)
def test_an_error_prefix_is_evaluated_as_firehose_does(prefix: str, path: str) -> None:
    assert error_prefix(prefix).evaluate(OLDEST, {}, "processing-failed") == path


@pytest.mark.parametrize("keys", [{}, {"a": ""}])
def test_a_key_without_a_value_is_missing(keys: dict[str, str]) -> None:
    with pytest.raises(MissingPartitionKey, match="a"):
        destination_prefix("!{partitionKeyFromLambda:a}/").partition(keys)


@pytest.mark.parametrize(
    "prefix",
    [
        "!{firehose:random-string}/",
        "!{firehose:error-output-type}/",
        "!{x:y}/",
        "!{x",
        "!{timestamp:YYYY}/",
    ],
)
def test_an_expression_that_is_not_understood_is_refused(prefix: str) -> None:
    with pytest.raises(UserError):
        destination_prefix(prefix)


def test_firehoses_times_are_epoch_milliseconds() -> None:
    assert at(1_767_323_045_000) == OLDEST
