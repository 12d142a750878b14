"""Unpack only: what AWS's blueprint does, with the standard library.

The blueprint is kinesis-firehose-cloudwatch-logs-processor: decode, gunzip, parse the envelope,
join the messages with newlines, encode; one answer a record. No message is looked into, so there
are no columns, nothing is checked, and all lands in one partition. (What the blueprint does beyond
that, where a response is too large, is left out.)
"""

import gzip
import json
from base64 import b64decode, b64encode
from typing import Any

from benchmarks.traffic import Invocation


def unpack_only(event: Invocation) -> dict[str, Any]:
    return {"records": [_answer(record) for record in event["records"]]}


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    batch = json.loads(gzip.decompress(b64decode(record["data"])))
    if batch["messageType"] == "CONTROL_MESSAGE":
        return {"recordId": record["recordId"], "result": "Dropped"}
    if batch["messageType"] != "DATA_MESSAGE":
        return {"recordId": record["recordId"], "result": "ProcessingFailed"}
    joined = "".join(log_event["message"] + "\n" for log_event in batch["logEvents"])
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        "data": b64encode(joined.encode()).decode(),
    }
