"""The saved queries asked of Athena, on a deployed stack, through PyAthena."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyathena
from botocore.exceptions import BotoCoreError
from pyathena.error import Error as AthenaError

from voice_analytics.errors import UserError
from voice_analytics.report.sources import Ask, Record, record

# what to do about what happens to people, by a word of the error or its type; the first that fits
_HINTS = {
    "NoCredentialsError": "log in (aws sso login, aws configure) or set AWS_PROFILE",
    "NoRegionError": "give --region, that of the stack",
    "ProfileNotFound": "set AWS_PROFILE to one that aws configure list-profiles names",
    "EndpointConnectionError": "look at the network, and at --region",
    "ExpiredToken": "log in again",
    "UnrecognizedClient": "log in again, or look at AWS_PROFILE",
    "AccessDenied": "ask for the stack's analyst policy",
    "WorkGroup": "give the stack's --workgroup and --region",
    "NOT_FOUND": "give the stack's --database, or deploy it again",
    "scanned limit": "ask for fewer --days, or raise AthenaScanLimitMegabytes of the stack",
}
_OTHERWISE = "try again when that is mended"

logging.getLogger("pyathena").addHandler(
    logging.NullHandler()
)  # it logs the traceback of what we tell in one line


@contextmanager
def asking_athena(workgroup: str, database: str, region: str | None) -> Iterator[Ask]:
    """A workgroup, which also says where its results go. Raises UserError for what AWS refuses."""
    try:
        connection = pyathena.connect(
            work_group=workgroup, schema_name=database, region_name=region
        )
    except (AthenaError, BotoCoreError) as error:
        raise _explained(error) from error
    with connection:
        yield lambda sql: _records(connection, sql)


def _records(connection: Any, sql: str) -> list[Record]:
    try:
        cursor = connection.cursor().execute(sql)
        columns = [name for name, *_ in cursor.description]
        return [record(columns, row) for row in cursor.fetchall()]
    except (AthenaError, BotoCoreError) as error:
        raise _explained(error) from error


def _explained(error: Exception) -> UserError:
    """In one line; PyAthena wraps what botocore raises."""
    cause = error.__cause__ or error
    text = " ".join(str(cause).split())
    known = f"{type(cause).__name__} {text}"
    hint = next((hint for word, hint in _HINTS.items() if word in known), _OTHERWISE)
    return UserError(f"Athena did not answer ({text})", hint)
