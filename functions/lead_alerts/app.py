"""Tells of hot leads, each once.

`find_leads` runs on a schedule: it asks the saved query `hot_leads` and writes each lead that the
table does not hold yet. That one conditional write decides that a lead is told: it succeeds once,
however often runs are repeated, overlap or fail. `send_leads` is called with what was written, in
its order, and puts an event a lead on the bus; Lambda repeats it until the bus has taken the event.
Neither logs anything of a lead.
"""

import hashlib
import json
import os
import re
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

WITHIN_HOURS = 24  # a replay of older days tells nobody
_KEPT_SECONDS = 7 * 86_400  # in the table: longer than a call is asked for, with days to spare
# Copies of a call, whose starts differ by milliseconds, are one lead; the same session id ten
# minutes later is another.
_SAME_CALL_SECONDS = 600
_POLL_SECONDS = 1
_LEFT_MS = 10_000  # of the function's time, for what comes after the query
# Throttling is waited for: a call is tried for about a minute.
_PATIENT = Config(retries={"mode": "adaptive", "total_max_attempts": 8})

# Input transformers put texts into JSON, and Slack reads < > & as markup.
_UNSAFE = re.compile(r"""["\\<>&`\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]""")
_MAX_TEXT = 80  # characters: what Salesforce takes as a last name; Slack's header takes 150
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)  # else the CRM refuses the lead


def find_leads(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Write the hot leads that are not told yet; how many were found, and how many are new.

    Raises what Athena or DynamoDB answer when they cannot be asked: the next run finds the same
    leads again.
    """
    rows = _answer(_client("athena"), context)
    with_contact = os.environ["LEAD_ALERT_FIELDS"] == "contact"
    new = sum(_write(_client("dynamodb"), lead_of(row, with_contact=with_contact)) for row in rows)
    return {"found": len(rows), "new": new}


def send_leads(event: dict[str, Any], _context: object) -> None:
    """Put an event on the bus for each new item of the table's stream.

    Raises RuntimeError where the bus refuses one: Lambda calls again with the same items.
    """
    for record in event["Records"]:
        entry = {
            "EventBusName": os.environ["EVENT_BUS_NAME"],
            "Source": "voice-analytics",
            "DetailType": "HotLead",
            "Detail": record["dynamodb"]["NewImage"]["detail"]["S"],
        }
        answer = _client("events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"the bus refused an event: {answer['Entries'][0]['ErrorCode']}")


def lead_of(row: dict[str, str | None], *, with_contact: bool) -> dict[str, Any]:
    """The detail of a lead's event, from a row of `hot_leads`.

    Every field is always there, as an input transformer needs it; `contact` fields are empty
    without contact data. Texts hold nothing that JSON or a chat would read as markup.
    """
    text = {name: _plain(value) for name, value in row.items()}
    email = text["user_email"] if with_contact else ""
    return {
        "id": lead_id(row["session_id"] or "", row["started_at"] or ""),
        "session_id": text["session_id"],
        "started_at": _iso(row["started_at"]),
        "ended_at": _iso(row["ended_at"]),
        "date": (row["started_at"] or "")[:10],
        "score": int(row["score"] or 0),
        "company": text["company"] or "unknown company",
        "summary": _summary(text),
        "name": (text["user_name"] if with_contact else "") or "Caller",
        "email": email if _ADDRESS.fullmatch(email) else "",
        "url": os.environ.get("CONSOLE_URL", ""),
    }


def lead_id(session_id: str, started_at: str) -> str:
    """The lead's name in the table and for its receivers: the same for copies of a call."""
    start = datetime.fromisoformat(started_at).replace(tzinfo=UTC).timestamp()
    key = f"{session_id}|{int(start // _SAME_CALL_SECONDS)}"
    return hashlib.sha256(key.encode()).hexdigest()


@cache
def _client(service: str) -> Any:
    client: Any = boto3.client(service, config=_PATIENT)  # type: ignore[call-overload]
    return client


def _answer(athena: Any, context: Any) -> list[dict[str, str | None]]:
    """The rows of the saved query, values as texts."""
    query = athena.start_query_execution(
        QueryString=f"EXECUTE hot_leads USING {WITHIN_HOURS}",
        WorkGroup=os.environ["WORKGROUP_NAME"],
        QueryExecutionContext={"Database": os.environ["DATABASE_NAME"]},
    )["QueryExecutionId"]
    while (state := _state(athena, query)) in {"QUEUED", "RUNNING"}:
        if context.get_remaining_time_in_millis() < _LEFT_MS:
            raise TimeoutError(f"query {query} is still {state}")
        time.sleep(_POLL_SECONDS)
    if state != "SUCCEEDED":
        raise RuntimeError(f"query {query} has {state}: see it in the workgroup's history")
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
    header, *lines = (
        [cell.get("VarCharValue") for cell in row["Data"]]
        for page in pages
        for row in page["ResultSet"]["Rows"]
    )
    return [dict(zip(header, line, strict=True)) for line in lines]


def _state(athena: Any, query: str) -> str:
    found = athena.get_query_execution(QueryExecutionId=query)
    state: str = found["QueryExecution"]["Status"]["State"]
    return state


def _write(dynamodb: Any, lead: dict[str, Any]) -> bool:
    """Write a lead unless it is there; whether it is new.

    A write whose answer is lost is repeated and finds itself: the lead is in the stream, once.
    """
    try:
        dynamodb.put_item(
            TableName=os.environ["TABLE_NAME"],
            Item={
                "lead_id": {"S": lead["id"]},
                "detail": {"S": json.dumps(lead)},
                "expires": {"N": str(int(time.time()) + _KEPT_SECONDS)},
            },
            ConditionExpression="attribute_not_exists(lead_id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _summary(text: dict[str, str]) -> str:
    """What is known of a lead in one line, without a name or address."""
    parts = (
        ("team of {}", text["team_size"]),
        ("{} documents a month", text["monthly_volume"]),
        ("wants {}", text["integrations"]),
        ("timeline {}", text["timeline"]),
        ("{}", text["authority"]),
        ("qualified by {}", text["qualified_because"]),
    )
    return "; ".join(words.format(value) for words, value in parts if value).replace("_", " ")


def _plain(value: str | None) -> str:
    return _UNSAFE.sub("", value or "").strip()[:_MAX_TEXT]


def _iso(value: str | None) -> str:
    """A timestamp of Athena, which is in UTC, as ISO 8601 to the second."""
    return f"{(value or '')[:19].replace(' ', 'T')}Z"
