"""The types of a subscription record: a batch of log events of one log stream.

CloudWatch Logs User Guide, "Subscription filters with Amazon Data Firehose".
"""

from typing import Annotated, Literal, TypedDict

from pydantic import ConfigDict, Field, with_config

from session_analytics.schema.values import EARLIEST, LATEST

_LATEST_MS = (LATEST - EARLIEST) // (LATEST.resolution * 1000)


class LogEvent(TypedDict):
    """One line of a log: CloudWatch's id, its time in epoch milliseconds, its text."""

    id: str
    timestamp: Annotated[int, Field(ge=0, le=_LATEST_MS)]
    message: str


@with_config(ConfigDict(strict=True))
class LogBatch(TypedDict):
    """The envelope of a subscription record. `owner` is the AWS account of the log group.

    ROWS is this application's own: each message is a row as JSON that comes back.
    """

    messageType: Literal["DATA_MESSAGE", "CONTROL_MESSAGE", "ROWS"]
    owner: str
    logGroup: str
    logStream: str
    subscriptionFilters: list[str]
    logEvents: list[LogEvent]
