"""The real `sam deploy`, as `default` in samconfig.toml has it: a person gives no more."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.aws import CREDENTIALS
from tests.e2e.deploy.ministack import Cloud
from tests.template.cloudformation import TEMPLATE

_SAM = Path(sys.executable).with_name("sam")


def sam_deploy(template: Path, cloud: Cloud, **parameters: str) -> subprocess.CompletedProcess[str]:
    """Deploy what was built.

    `parameters` replace those of samconfig.toml: all others stay as they are deployed.
    """
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    return subprocess.run(
        [
            *(
                _SAM,
                "deploy",
                "--template-file",
                template,
                "--config-file",
                TEMPLATE.with_name("samconfig.toml"),
            ),
            *(("--parameter-overrides", *overrides) if overrides else ()),
        ],
        cwd=template.parent,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **CREDENTIALS,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "SAM_CLI_POLL_DELAY": "0.5",  # seconds between looks at the stack, and not 5
            "SAM_CLI_TELEMETRY": "0",
        },
        stdin=subprocess.DEVNULL,  # who asks gets no answer
        capture_output=True,
        text=True,
        check=False,
    )
