"""Log lines become the records that CloudWatch Logs sends."""

import gzip
import json
import random
import string
from typing import Any

import pytest

from tests.local.streams import application
from voice_analytics.errors import UserError
from voice_analytics.local.logs.subscription import MAX_EVENT_BYTES, log_events, records

WRITTEN = 1_700_000_000_000


def times(*lines: str) -> list[int]:
    return [event["timestamp"] for event in log_events("s", lines, WRITTEN)]


def batches(*lines: str) -> list[dict[str, Any]]:
    sent = records(log_events("agent.log", lines, WRITTEN), "agent.log", application().subscription)
    return [json.loads(gzip.decompress(record.data)) for record in sent]


def at(seconds: float, **more: Any) -> str:
    return json.dumps({"_timestamp": 1_761_887_896 + seconds, **more})


def test_a_record_is_the_envelope_that_cloudwatch_logs_sends() -> None:
    (batch,) = batches(at(0.95))
    ((event,),) = [batch.pop("logEvents")]
    assert batch == {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/livekit/pd-voice-trialist-4",
        "logStream": "agent.log",
        "subscriptionFilters": ["session-analytics"],
    }
    assert event["message"] == at(0.95)
    assert event["timestamp"] == 1_761_887_896_950
    assert len(event["id"]) == 56
    assert event["id"].isdigit()


@pytest.mark.parametrize(
    ("line", "time_ms"),
    [
        ('{"_timestamp": 1761887896.95}', 1_761_887_896_950),
        (
            '{"analytics_data": {"_timestamp": 1761887896.95}, "timestamp": "2020-01-01T00:00:00"}',
            1_761_887_896_950,
        ),
        ('{"analytics_data": {}, "timestamp": "2025-10-31T05:18:16.953+00:00"}', 1_761_887_896_953),
        ('{"message": "", "timestamp": "2025-10-31T05:18:16.953621"}', 1_761_887_896_953),
        (
            '{"message": "{\\"_timestamp\\": 1761887896}", "timestamp": "2020-01-01T00:00:00Z"}',
            1_761_887_896_000,
        ),
        ('{"x": NaN, "_timestamp": 1761887896}', 1_761_887_896_000),
        ('{"timestamp": 1761887896.5}', 1_761_887_896_500),
        ('{"_timestamp": true}', WRITTEN),
        ('{"_timestamp": "soon"}', WRITTEN),
        ('{"_timestamp": 1e300}', WRITTEN),
        ("plain text", WRITTEN),
        ("{" * 10_000, WRITTEN),
    ],
)
def test_the_time_of_a_line_is_what_it_says_itself(line: str, time_ms: int) -> None:
    assert times(line) == [time_ms]


def test_a_line_without_a_time_takes_that_of_the_line_before_or_the_first_time() -> None:
    assert times("a", at(0), "b", at(7), "c") == [1_761_887_896_000] * 3 + [1_761_887_903_000] * 2


def test_empty_lines_are_not_log_events() -> None:
    assert len(times("", "a", "  ", "b", "")) == 2


def test_the_same_lines_give_the_same_records_and_every_event_an_id_of_its_own() -> None:
    lines = [at(0), at(0), "text", "text"]
    assert batches(*lines) == batches(*lines)
    ids = [event["id"] for batch in batches(*lines) for event in batch["logEvents"]]
    assert len(set(ids)) == 4


def test_a_batch_spans_five_seconds_at_most() -> None:
    assert [len(batch["logEvents"]) for batch in batches(at(0), at(5), at(6), at(6), at(0))] == [
        2,
        2,
        1,
    ]


def test_a_batch_has_ten_thousand_events_at_most() -> None:
    assert [len(batch["logEvents"]) for batch in batches(*["x"] * 10_001)] == [10_000, 1]


def test_a_batch_has_a_mebibyte_at_most_with_26_bytes_for_every_event() -> None:
    half = "x" * (524_288 - 26)
    assert [len(batch["logEvents"]) for batch in batches(half, half, half)] == [2, 1]
    assert [len(batch["logEvents"]) for batch in batches(half, half + "x")] == [1, 1]


def noise(characters: range, length: int) -> str:
    return "".join(map(chr, random.Random(length).choices(characters, k=length)))


def test_a_batch_that_compresses_badly_is_sent_in_records_of_a_thousand_kibibytes() -> None:
    text = noise(range(0x21, 0x7F), 780_000)
    lines = [text[start : start + 78] for start in range(0, len(text), 78)]
    sent = list(records(log_events("s", lines, WRITTEN), "s", application().subscription))
    assert [len(record.event_ids) for record in sent] == [5_000, 5_000]
    assert max(len(record.data) for record in sent) <= 1_024_000


def test_a_line_that_is_nothing_but_noise_is_refused() -> None:
    with pytest.raises(UserError, match="when compressed"):
        batches(noise(range(0x80), MAX_EVENT_BYTES))


def test_a_line_of_more_than_a_megabyte_is_refused_by_its_number() -> None:
    assert len(times("x" * MAX_EVENT_BYTES)) == 1
    assert len(times(string.ascii_letters, "x" * (MAX_EVENT_BYTES + 1), "y")) == 2
