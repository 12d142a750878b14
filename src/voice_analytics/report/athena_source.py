"""Records from Athena, on a deployed stack, through PyAthena."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyathena
from botocore.exceptions import BotoCoreError
from pyathena.error import Error as AthenaError

from voice_analytics.catalog.slices import Slice
from voice_analytics.errors import UserError
from voice_analytics.report.sources import Ask, Record, apart, record

# hints by a word of the error or its type; the first match wins
_HINTS = {
    "NoCredentialsError": "log in (aws sso login, aws configure) or set AWS_PROFILE",
    "NoRegionError": "give --region, that of the stack",
    "ProfileNotFound": "set AWS_PROFILE to one that aws configure list-profiles names",
    "EndpointConnectionError": "check the network and --region",
    "ExpiredToken": "log in again",
    "UnrecognizedClient": "log in again, or check AWS_PROFILE",
    "AccessDenied": "ask for the stack's analyst policy",
    "WorkGroup": "give the stack's --workgroup and --region",
    "NOT_FOUND": "give the stack's --database, or deploy it again",
    "scanned limit": "ask for fewer --days, or raise AthenaScanLimitMegabytes of the stack",
}
_DEFAULT_HINT = "try again when that is fixed"

# It logs the traceback of errors that we print in one line.
logging.getLogger("pyathena").addHandler(logging.NullHandler())


@contextmanager
def open_athena(workgroup: str, database: str, region: str | None) -> Iterator[Ask]:
    """Connects to a workgroup, which also says where results are stored.

    Raises UserError for what AWS refuses.
    """
    try:
        connection = pyathena.connect(
            work_group=workgroup, schema_name=database, region_name=region
        )
    except (AthenaError, BotoCoreError) as error:
        raise _user_error(error) from error
    with connection:

        def ask(sql: str, calls: Slice | None = None, /) -> list[Record]:
            return _records(connection, calls.sql(sql) if calls else sql)

        yield ask


def _records(connection: Any, sql: str) -> list[Record]:
    try:
        cursor = connection.cursor().execute(sql)
        columns = apart([name for name, *_ in cursor.description])
        return [record(columns, row) for row in cursor.fetchall()]
    except (AthenaError, BotoCoreError) as error:
        raise _user_error(error) from error


def _user_error(error: Exception) -> UserError:
    """The error in one line; PyAthena wraps what botocore raises."""
    cause = error.__cause__ or error
    text = " ".join(str(cause).split())
    known = f"{type(cause).__name__} {text}"
    hint = next((hint for word, hint in _HINTS.items() if word in known), _DEFAULT_HINT)
    return UserError(f"Athena did not answer ({text})", hint)
