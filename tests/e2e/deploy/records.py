"""What CloudWatch Logs sends in these tests: some calls, and all else that can come."""

import json

from session_analytics.cloudwatch import encode

from tests.rows import event, log_batch

TODAY, YESTERDAY = "2026-03-05", "2026-03-04"
CUT = '{"_event_type": "session_analytics", "session_id": "cut'


def call(name: str, day: str = TODAY, seconds: float = 90) -> str:
    return json.dumps(
        event(
            session_id=name,
            start_time=f"{day}T11:00:00",
            duration_seconds=seconds,
            user_email=f"{name}@example.com",
        )
    )


RECORDS = (
    encode(log_batch(call("a"), call("b", seconds=30))),
    encode(
        log_batch(call("c"), call("d", YESTERDAY, seconds=600), call("e"))
    ),  # straddles midnight
    encode(log_batch("a line without the word", call("f"), CUT)),
    encode(log_batch(call("a"))),  # delivered once more
    encode(
        log_batch("CWL CONTROL MESSAGE: Checking health of destination Firehose.")
        | {"messageType": "CONTROL_MESSAGE"}
    ),
    b"no batch of log events",
)
DELIVERED = [(YESTERDAY, "d"), *((TODAY, name) for name in "aabcef")]
REJECTED = encode(log_batch(CUT, call("g")))
