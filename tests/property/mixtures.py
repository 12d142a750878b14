"""Arbitrary traffic.

Records of every kind with log events of every kind, and what may go wrong on their way.
"""

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson
from hypothesis import strategies as st
from session_analytics.cloudwatch import encode

from tests.property.strategies import TEXT, lines
from tests.rows import LOGGED_AT, event, log_batch

if TYPE_CHECKING:
    from session_analytics.schema.envelope import LogBatch

type Kind = Literal["valid", "invalid", "foreign"]


class Line(NamedTuple):
    """A log line, and what the function has to make of it.

    A row (or a reject, where it is too large), a reject, nothing.
    """

    kind: Kind
    text: str
    days_ago: int = 0


class Parcel(NamedTuple):
    """A record, and the log events that count as sent with it."""

    data: bytes
    events: dict[str, Line]


_DAY_MS = 24 * 60 * 60 * 1000
_WRONG: dict[str, list[Any]] = {
    "team_size": ["many", 2**31, -0.5, {}],
    "transcript": ["?", [7, {"role": "user", "content": "kept"}]],
    "tool_calls": [[None, {"tool": 1}, "x"]],
    "user_metadata": ["no object"],
    "duration_seconds": ["long", 1e300],
    "_timestamp": ["yesterday"],
    "tags": [{"a": 1}],
}
_salvageable = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in _WRONG.items()}
).map(lambda wrong: json.dumps(event(**wrong)))
_not_exact = st.sampled_from(
    [
        json.dumps(event(duration_seconds=float("nan"))),
        json.dumps(event(outcome="\ud800")),
        json.dumps(event(x_big=2**80)),
        json.dumps(event())[:-1] + ', "outcome": "a", "outcome": "b"}',
    ]
)
_large = st.integers(1, 8_000).map(lambda size: json.dumps(event(outcome="x" * size)))
_invalid = st.sampled_from(
    [
        json.dumps(event())[:40],
        json.dumps({key: value for key, value in event().items() if key != "session_id"}),
        json.dumps(event())[:-1] + ', "x": ' + "[" * 300 + "]" * 300 + "}",
        json.dumps({"message": json.dumps(event())[:-2], "level": "INFO"}),
    ]
)
_foreign = TEXT | st.sampled_from(
    ['{"_event_type": "metrics"}', '{"note": "session_analytics is named"}', "{}", "[1]"]
)
_days_ago = st.integers(0, 3)
log_lines = (
    st.builds(Line, st.just("valid"), lines | _salvageable | _not_exact | _large, _days_ago)
    | st.builds(Line, st.just("invalid"), _invalid, _days_ago)
    | st.builds(Line, st.just("foreign"), _foreign, _days_ago)
)


def parcel(number: int, contents: Sequence[Line], spelling: str = "gzip") -> Parcel:
    """A record whose event ids, and whose first bytes, no other number gives."""
    batch: LogBatch = {**log_batch(*(line.text for line in contents)), "owner": f"{number:012d}"}
    for log_event, line in zip(batch["logEvents"], contents, strict=True):
        log_event["id"] = f"{number}-{log_event['id']}"
        log_event["timestamp"] -= line.days_ago * _DAY_MS
    events = {
        log_event["id"]: line for log_event, line in zip(batch["logEvents"], contents, strict=True)
    }
    match spelling:
        case "control message":
            return Parcel(encode({**batch, "messageType": "CONTROL_MESSAGE"}), {})
        case "corrupt":
            return Parcel(encode(batch)[:-9], {})
        case "plain":
            return Parcel(orjson.dumps(batch), events)
    return Parcel(encode(batch), events)


_SPELLINGS = ("gzip", "gzip", "gzip", "gzip", "plain", "corrupt", "control message")
_contents = st.tuples(st.lists(log_lines, max_size=6), st.sampled_from(_SPELLINGS))
parcels = st.lists(_contents, min_size=1, max_size=6).map(
    lambda records: [
        parcel(number, contents, spelling) for number, (contents, spelling) in enumerate(records)
    ]
)


def firehose_event(sent: Sequence[bytes]) -> str:
    """An input of the local chain.

    The records arrive a minute after their log events, a second after each other.
    """
    first_ms = round(LOGGED_AT.timestamp() * 1000) + 60_000
    records = [
        {
            "recordId": f"r{number}",
            "approximateArrivalTimestamp": first_ms + number * 1_000,
            "data": base64.b64encode(data).decode(),
        }
        for number, data in enumerate(sent)
    ]
    return json.dumps({"records": records})
