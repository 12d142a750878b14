"""The application as `make build` makes it.

The real `sam build`, and compiled Python beside its sources.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.template.cloudformation import TEMPLATE
from voice_analytics.codegen.layer import LAYER_RESOURCE, compile_python


class Built(NamedTuple):
    """What a deployment would upload; `layer` is what Lambda lays under /opt.

    `template` refers to both.
    """

    function: Path
    layer: Path
    template: Path


def sam_build(architecture: str, into: Path) -> Built:
    """Build function and layer from nothing, whatever an earlier build has left.

    The SAM CLI takes the runtime's interpreter from PATH and checks it; the one that runs this is a
    3.13 with pip.
    """
    programs = Path(sys.executable).parent
    build = subprocess.run(
        [
            *(programs / "sam", "build", "--no-cached", "--template-file", TEMPLATE),
            *("--build-dir", into, "--parameter-overrides", f"Architecture={architecture}"),
        ],
        cwd=into.parent,
        env={
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "SAM_CLI_TELEMETRY": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    compile_python(into)
    return Built(into / "TransformFunction", into / LAYER_RESOURCE, into / "template.yaml")
