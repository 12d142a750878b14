"""The SAM CLI's own container.

One event by `sam local invoke`, or many by `sam local start-lambda`.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.e2e.loopback import free_ports, wait_for
from tests.template.cloudformation import REGION
from voice_analytics.errors import UserError

FUNCTION = "TransformFunction"
_SAM = Path(sys.executable).with_name("sam")
# With no credentials at hand the SAM CLI asks AWS nothing, and gives the function invented ones.
_NO_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_READY_SECONDS = 60
_ANSWER_SECONDS = 150  # more than the function's own timeout


class SamLocal(NamedTuple):
    """How the SAM CLI is told to run what it has built.

    The engine is named as in DOCKER_HOST, None is the one that the SAM CLI finds; no image means
    that of AWS, from its registry.
    """

    template: Path
    docker_host: str | None
    image: str | None
    parameters: dict[str, str]

    def invoke(self, event: Path) -> Any:
        """The answer of `sam local invoke` to the event of a file."""
        command = subprocess.run(
            [_SAM, "local", "invoke", FUNCTION, "--event", event, *self._options()],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if command.returncode:
            raise UserError(f"sam local invoke ended with {command.returncode}", command.stderr)
        return json.loads(command.stdout)

    @contextmanager
    def start_lambda(self, log_path: Path) -> Iterator[str]:
        """Serve the function in a container that is warm.

        Gives the address that takes its invocations.
        """
        (port,) = free_ports(1)
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [
                    *(_SAM, "local", "start-lambda", FUNCTION, "--port", str(port)),
                    *("--warm-containers", "EAGER", *self._options()),
                ],
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(port, process, log_path, _READY_SECONDS)
            yield f"http://127.0.0.1:{port}/2015-03-31/functions/{FUNCTION}/invocations"
        finally:
            process.send_signal(signal.SIGINT)  # as a person ends it: it removes its containers
            process.wait()

    def _options(self) -> list[str | Path]:
        overrides = [f"{name}={value}" for name, value in self.parameters.items()]
        image = ["--skip-pull-image", "--invoke-image", self.image] if self.image else []
        return [
            "--template-file",
            self.template,
            "--region",
            REGION,
            "--parameter-overrides",
            *overrides,
            *image,
        ]

    def _environment(self) -> dict[str, str]:
        engine = {"DOCKER_HOST": self.docker_host} if self.docker_host else {}
        without_aws = {
            name: value for name, value in os.environ.items() if not name.startswith("AWS_")
        }
        return {**without_aws, **_NO_ACCOUNT, **engine, "SAM_CLI_TELEMETRY": "0"}


def post(address: str, event: bytes) -> Any:
    """The function's answer to an event."""
    with urllib.request.urlopen(
        urllib.request.Request(address, data=event), timeout=_ANSWER_SECONDS
    ) as answer:
        return json.load(answer)
