"""Logs a canary: the event that the schedule in template.yaml sends, as a line of the agent's log.

It travels as a call does: filter, stream, roles and function are proven each time. It is tagged
`canary`, so that it is counted apart and is not in the view `sessions`.
"""

import json
import os
import time
from contextlib import suppress
from typing import Any

import boto3


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Write the event as one line, into a log stream of the day."""
    logs: Any = boto3.client("logs")
    group, stream = os.environ["LOG_GROUP_NAME"], f"canary/{event['start_time'][:10]}"
    with suppress(logs.exceptions.ResourceAlreadyExistsException):  # of an earlier canary
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    line = {"timestamp": int(time.time() * 1000), "message": json.dumps(event)}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[line])
