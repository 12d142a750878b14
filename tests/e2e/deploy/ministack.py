"""ministack, an emulator of AWS.

An account on loopback, in a process and an environment of its own.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from boto3 import Session

from tests.e2e.loopback import free_ports, wait_for
from tests.template.cloudformation import ACCOUNT, REGION, TEMPLATE

_PROGRAM = TEMPLATE.parent / ".venv/tools/ministack/bin/ministack"
_READY_SECONDS = 10


class Cloud(NamedTuple):
    """An account and the clients of its services."""

    endpoint: str
    cloudformation: Any
    cloudwatch: Any
    firehose: Any
    glue: Any
    awslambda: Any
    logs: Any
    s3: Any


@contextmanager
def ministack(scratch: Path, **environment: str) -> Iterator[Cloud]:
    """Serve an account with nothing in it.

    Functions run in the emulator's Python; `environment` is for them, and for it.
    """
    assert _PROGRAM.is_file(), (
        "ministack is not there: run `make .venv/tools/.synced`, which gives it an environment of "
        "its own"
    )
    (port,) = free_ports(1)
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # else it listens on another port, and for everybody
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
        "TMPDIR": str(scratch),
    }
    log_path = scratch / "ministack.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [_PROGRAM],
            cwd=scratch,
            env={"PATH": os.environ["PATH"], "HOME": str(scratch), **settings, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(port, process, log_path, _READY_SECONDS)
        with _clients(f"http://127.0.0.1:{port}") as cloud:
            yield cloud
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the emulator, and the functions that it started
        process.wait()


@contextmanager
def _clients(endpoint: str) -> Iterator[Cloud]:
    session: Any = Session(ACCOUNT, "unchecked", region_name=REGION)
    with ExitStack() as clients:

        def client(service: str) -> Any:
            return clients.enter_context(closing(session.client(service, endpoint_url=endpoint)))

        services = ("cloudformation", "cloudwatch", "firehose", "glue", "lambda", "logs", "s3")
        yield Cloud(endpoint, *(client(service) for service in services))
