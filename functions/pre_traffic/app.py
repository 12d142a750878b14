"""The hook that CodeDeploy calls before it moves the alias.

It sends samples to the new version; a wrong response stops the deployment. samples.json has the
samples and the right responses, on a day of 2099, which every ProjectionStartDate covers. Nothing
is delivered: a log line and the metrics of one invocation remain.
"""

import base64
import gzip
import json
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from clients import client

logger = logging.getLogger(__name__)
_KEEPS_ALL = "sales"  # the profile of the privacy policy that the samples' rows are of


class HookEvent(TypedDict):
    """What CodeDeploy sends to a hook."""

    DeploymentId: str
    LifecycleEventHookExecutionId: str


class Sample(TypedDict):
    """A record: a batch of CloudWatch Logs, and the right response.

    A message may be an object in place of its JSON text.
    """

    what: str
    arrived_ms: int
    batch: dict[str, Any]
    result: str
    dt: NotRequired[str]  # with rows: the partition that they go to
    rows: NotRequired[list[dict[str, Any]]]


class Entry(TypedDict):
    """The response to Firehose for one record."""

    recordId: str
    result: str
    data: NotRequired[str]
    metadata: NotRequired[dict[str, Any]]


SAMPLES: list[Sample] = json.loads(
    Path(__file__).with_name("samples.json").read_text(encoding="utf-8")
)


def lambda_handler(event: HookEvent, _context: object) -> None:
    """Invoke the new version, log what is wrong, and report to CodeDeploy."""
    version = os.environ["NEW_VERSION"]
    wrong = _ask(version)
    for finding in wrong:
        logger.error("wrong answer", extra={"version": version, "finding": finding})
    status = "Failed" if wrong else "Succeeded"
    logger.info("asked", extra={"version": version, "samples": len(SAMPLES), "status": status})
    client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )


def transformation_event(samples: Sequence[Sample]) -> dict[str, Any]:
    """The samples as Firehose sends records; the record ids are their positions."""
    return {
        "invocationId": "pre-traffic",
        # Not the name of a stream: a version that reingests records in error does not reach it.
        "deliveryStreamArn": "arn:aws:firehose:us-west-1:123456789012:deliverystream/pre-traffic",
        "region": "us-west-1",
        "records": [
            {
                "recordId": str(position),
                "approximateArrivalTimestamp": sample["arrived_ms"],
                "data": base64.b64encode(
                    gzip.compress(json.dumps(_logged(sample["batch"])).encode(), mtime=0)
                ).decode(),
            }
            for position, sample in enumerate(samples)
        ],
    }


def wrong_answers(samples: Sequence[Sample], answers: Sequence[Entry]) -> Iterator[str]:
    """A line for each answer that is not as its sample says."""
    by_record = {answer["recordId"]: answer for answer in answers}
    if len(answers) != len(samples):
        yield f"{len(answers)} records are answered and {len(samples)} were sent"
    for position, sample in enumerate(samples):
        answer = by_record.get(str(position))
        findings = _wrong(sample, answer) if answer else ["it is not answered"]
        yield from (f"{sample['what']}: {finding}" for finding in findings)


def _logged(batch: dict[str, Any]) -> dict[str, Any]:
    """The batch as CloudWatch Logs has it: its messages are texts."""
    events = [
        event
        | {
            "message": event["message"]
            if isinstance(event["message"], str)
            else json.dumps(event["message"])
        }
        for event in batch["logEvents"]
    ]
    return batch | {"logEvents": events}


def _ask(version: str) -> list[str]:
    """What is wrong with the version's response; empty where nothing is."""
    try:
        payload = json.dumps(transformation_event(SAMPLES))
        response = client("lambda").invoke(FunctionName=version, Payload=payload)
        answer = json.load(response["Payload"])
        if response.get("FunctionError"):
            return [f"it raised {answer.get('errorType')}: {answer.get('errorMessage')}"]
        return list(wrong_answers(SAMPLES, answer["records"]))
    except Exception as error:  # noqa: BLE001 - CodeDeploy would wait an hour for a report
        return [
            f"it could not be asked, or its answer not be read: {type(error).__qualname__}: {error}"
        ]


def _wrong(sample: Sample, answer: Entry) -> Iterator[str]:
    if answer["result"] != sample["result"]:
        yield f"it is {answer['result']} and not {sample['result']}"
    elif "rows" in sample:
        keys = answer.get("metadata", {}).get("partitionKeys")
        if keys != {"dt": sample["dt"]}:
            yield f"it goes to the partition {keys} and not to {sample['dt']}"
        yield from _wrong_rows(sample["rows"], base64.b64decode(answer.get("data", "")).decode())


def _wrong_rows(expected_rows: Sequence[dict[str, Any]], data: str) -> Iterator[str]:
    rows = [json.loads(line) for line in data.splitlines()]
    if len(rows) != len(expected_rows):
        yield f"it has {len(rows)} rows and not {len(expected_rows)}"
        return
    for row, right in zip(rows, expected_rows, strict=True):
        if columns := sorted(
            name for name in _compared(row, right) if row.get(name) != right.get(name)
        ):
            yield f"it has other values than meant in {', '.join(columns)}"


def _compared(row: dict[str, Any], right: dict[str, Any]) -> set[str]:
    """The columns to compare: all, or the figures where a privacy profile changes texts."""
    if os.environ.get("PRIVACY_PROFILE", _KEEPS_ALL) == _KEEPS_ALL:
        return row.keys() | right.keys()
    return {
        name for name in row.keys() & right.keys() if isinstance(right[name], (bool, int, float))
    }
