"""A built function under Lambda's Runtime Interface Emulator, without a container.

The runtime client is the real one; all is on loopback. The emulator knows no /opt: as in Lambda,
the function comes first on Python's path, then the layer, then the runtime's own packages, and
nothing else that this environment has.
"""

import importlib.metadata
import os
import platform
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import samcli

from tests.e2e.aws import CREDENTIALS, Aws
from tests.e2e.loopback import free_ports, wait_for
from tests.e2e.sam_build import Built
from tests.template.cloudformation import REGION, Template

ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
EMULATOR = Path(samcli.__file__).parent / f"local/rapid/aws-lambda-rie-{ARCHITECTURE}"
# Lambda's runtime has its client and the AWS SDK; these are they and all that they need.
_RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
_AWS_SDK = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
_READY_SECONDS = 10
INVOCATIONS = (
    "http://127.0.0.1:{}/2015-03-31/functions/function/invocations"  # the port of the emulator
)

type Invoke = Callable[[bytes], bytes]


@contextmanager
def served(built: Built, function: Template, scratch: Path, aws: Aws) -> Iterator[Invoke]:
    """Serve the function with the settings of its (resolved) resource.

    Gives what invokes it with an event's JSON.
    """
    emulator, api = free_ports(2)
    log_path = scratch / "emulator.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                *(EMULATOR, "--runtime-interface-emulator-address", f"127.0.0.1:{emulator}"),
                *("--runtime-api-address", f"127.0.0.1:{api}"),
                # -S: without the site-packages of the interpreter
                *(
                    Path(sys.base_prefix) / "bin/python3.13",
                    "-S",
                    "-m",
                    "awslambdaric",
                    function["Handler"],
                ),
            ],
            cwd=built.function,
            env={
                **_environment(built, function, runtime_packages(scratch)),
                **CREDENTIALS,
                "AWS_ENDPOINT_URL": aws.endpoint,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(emulator, process, log_path, _READY_SECONDS)
        yield lambda event: _invoke(emulator, event, log_path)
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the emulator, and the runtime that it started
        process.wait()


def _environment(built: Built, function: Template, runtime: Path) -> dict[str, str]:
    return {
        **function["Environment"]["Variables"],
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (built.function, built.layer / "python", runtime))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(built.function),
        "_HANDLER": function["Handler"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": "TransformFunction",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function["Timeout"]),
    }


def runtime_packages(scratch: Path) -> Path:
    """A folder with what Lambda's runtime has, linked from this environment."""
    runtime = scratch / "runtime"
    runtime.mkdir()
    for path in installed(*_RUNTIME_CLIENT, *_AWS_SDK):
        (runtime / path.name).symlink_to(path)
    return runtime


def installed(*packages: str) -> Iterator[Path]:
    """The folders and files of packages in this environment."""
    for package in packages:
        distribution = importlib.metadata.distribution(package)
        for name in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            yield Path(str(distribution.locate_file(name)))


def _invoke(port: int, event: bytes, log: Path) -> bytes:
    url = INVOCATIONS.format(port)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=event)) as answer:
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{error}: {error.read()!r}\n{log.read_text()}") from None
    return body
