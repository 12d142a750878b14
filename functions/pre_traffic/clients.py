"""The clients of AWS that the hook calls."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# Longer than the Timeout of the transformation in template.yaml. One attempt: a second one would
# hide the answer to the first.
_CONFIG = Config(read_timeout=130, retries={"total_max_attempts": 1})


@cache
def client(service: str) -> Any:
    """The client of a service (`lambda`, `codedeploy`)."""
    client: Any = boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]
    return client
