"""Posts an event to a webhook, signed by HMAC: an API destination cannot sign a body.

Signed as https://www.standardwebhooks.com has it: the receiver computes the HMAC-SHA256 of
`webhook-id.webhook-timestamp.body` and compares; `webhook-id` is the same for repeated deliveries.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from functools import cache
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3

_TIMEOUT_SECONDS = 10


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Post the event of each message of the queue.

    Raises RuntimeError unless the receiver answers with 2xx: the message comes again.
    """
    secret = _secret()
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        try:
            _post(secret["url"], *signed(detail, secret["key"], int(time.time())))
        except RuntimeError:
            _secret.cache_clear()  # it may have been exchanged since
            raise


def signed(detail: dict[str, Any], key: str, timestamp: int) -> tuple[bytes, dict[str, str]]:
    """The body and the headers; the key is base64, with or without `whsec_` before it."""
    body = json.dumps(detail, sort_keys=True).encode()
    content = f"{detail['id']}.{timestamp}.".encode() + body
    secret = base64.b64decode(key.removeprefix("whsec_"))
    digest = hmac.new(secret, content, hashlib.sha256).digest()
    return body, {
        "Content-Type": "application/json",
        "User-Agent": "voice-analytics",
        "webhook-id": detail["id"],
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Follows no redirect: it would take the lead to another address."""
    where = urlsplit(url)
    if where.scheme != "https" or not where.hostname:
        raise RuntimeError("the secret's url must begin with https://")
    path = urlunsplit(("", "", where.path or "/", where.query, ""))
    connection = HTTPSConnection(where.hostname, where.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:  # their texts may hold the url
        raise RuntimeError(f"the webhook was not reached: {type(error).__name__}") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise RuntimeError(f"the webhook answered {status}")


@cache
def _secret() -> dict[str, str]:
    """`url` and `key`, read once an execution environment."""
    found = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])
    secret: dict[str, str] = json.loads(found["SecretString"])
    return secret
