"""The clients of AWS that the function calls.

boto3 is imported only when a client is needed: it is the dearest import. The local chain gives
clients of its own with `provide`.
"""

from typing import Any

# A call is one attempt: `stores` decides by the time that is left whether to try again.
CONNECT_SECONDS, READ_SECONDS = 1, 5

_clients: dict[str, Any] = {}


def client(service: str) -> Any:
    """The client of a service (`s3`, `firehose`), made at its first use."""
    if service not in _clients:
        _clients[service] = _boto3_client(service)
    return _clients[service]


def provide(service: str, client: object) -> None:
    """Use this client of a service in place of boto3's."""
    _clients[service] = client


def _boto3_client(service: str) -> Any:
    import boto3  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
