"""The function as `sam build` makes it, in the surroundings that Lambda gives it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.traffic import transform_function
from tests.e2e.emulator import ARCHITECTURE, runtime_packages
from tests.e2e.sam_build import Built, sam_build
from voice_analytics.local.function.runtime import environment
from voice_analytics.template.application import TransformFunction


class Deployed(NamedTuple):
    """The built function and layer, what Lambda's runtime has besides, and a folder to work in."""

    built: Built
    runtime: Path
    scratch: Path
    function: TransformFunction

    @property
    def python(self) -> tuple[Path, str]:
        """The interpreter, without the packages of this project's environment."""
        return Path(sys.base_prefix) / "bin/python3.13", "-S"

    def environment(self, code: Path | None = None) -> dict[str, str]:
        """As Lambda sets it; `code` is another function's folder.

        Neither code nor layer can be written to there.
        """
        path = (code or self.built.function, self.built.layer / "python", self.runtime)
        return {
            **environment(self.function),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.function.timeout_seconds),
        }


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Build it for this machine's architecture, in a folder that is gone afterwards."""
    function = transform_function()
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        yield Deployed(
            sam_build(ARCHITECTURE, scratch / "build"), runtime_packages(scratch), scratch, function
        )
