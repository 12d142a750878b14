"""Sends events/ through `sam build` and `sam local invoke`; compares with the source's handler.

There is no AWS in the container, and the credentials that it gets are invented: nothing of a real
account is touched, and a record of which something would have to be stored is answered with
ProcessingFailed.
"""

import io
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cyclopts
from cyclopts.types import ExistingFile

from tests.e2e.emulator import ARCHITECTURE, runtime_packages
from tests.e2e.in_process import handler_of_the_source
from tests.e2e.local_invoke.base_image import make_base_image
from tests.e2e.local_invoke.container_engine import NoEngineError, engine
from tests.e2e.local_invoke.sam_local import FUNCTION, SamLocal
from tests.e2e.sam_build import sam_build
from tests.template.cloudformation import TEMPLATE, load, resolved
from voice_analytics.errors import UserError

RESULTS = ("Ok", "Dropped", "ProcessingFailed")
HOME_MADE = "local/lambda-python"


def main(*events: ExistingFile, image: str | None = None) -> None:
    """Invoke the function with the events given, else with all.

    Exits with 1 where an answer is not the handler's.

    Parameters
    ----------
    events
        Files like those of events/.
    image
        Base image in place of AWS's. Where no container engine runs, one is begun (Linux, as root),
        with an image made of this machine's Python if none is named.

    """
    with TemporaryDirectory() as folder:
        scratch = Path(folder).resolve()
        _say(f"sam build for {ARCHITECTURE} ...")
        built = sam_build(ARCHITECTURE, scratch / "build")
        with _engine_and_image(image, scratch) as (host, chosen):
            sam_local = SamLocal(built.template, host, chosen, {"Architecture": ARCHITECTURE})
            chosen_events = events or sorted((TEMPLATE.parent / "events").glob("*.json"))
            others = _invoke_each(sam_local, chosen_events)
    if others:
        raise UserError(
            f"not the handler's answer: {', '.join(others)}",
            "see what `sam local invoke` logs for it",
        )


def _invoke_each(sam_local: SamLocal, events: tuple[Path, ...] | list[Path]) -> list[str]:
    """Print a line for each event; the names of those whose answer was not the handler's."""
    others = []
    print(f"{'event':28}", *(f"{result:>16}" for result in RESULTS), f"{'seconds':>8}", flush=True)
    for path in events:
        started = time.monotonic()
        answer = sam_local.invoke(path)
        results = (
            Counter(record["result"] for record in answer["records"])
            if "records" in answer
            else Counter()
        )
        seconds = time.monotonic() - started
        print(
            f"{path.stem:28}",
            *(f"{results[result]:16}" for result in RESULTS),
            f"{seconds:8.1f}",
            flush=True,
        )
        if answer != _answer_of_the_source(json.loads(path.read_bytes())):
            others.append(path.stem)
    return others


def _answer_of_the_source(event: Any) -> Any:
    function = resolved(load())[FUNCTION]["Properties"]
    with (
        redirect_stdout(io.StringIO()),
        handler_of_the_source(function, put_object=None) as handler,
    ):
        return handler(event)


@contextmanager
def _engine_and_image(image: str | None, scratch: Path) -> Iterator[tuple[str | None, str | None]]:
    """The engine that runs, and the image; None for what the SAM CLI finds by itself."""
    if _engine_runs():
        _say(f"sam local invoke in {image or 'the image of AWS'} ...")
        yield None, image
        return
    try:
        with engine() as begun:
            if not image:
                (scratch / "packages").mkdir()
                make_base_image(begun, HOME_MADE, runtime_packages(scratch / "packages"))
            _say(
                f"sam local invoke in {image or 'an image of this Python'}, by a container engine "
                f"begun for it ..."
            )
            yield begun.host, image or HOME_MADE
    except NoEngineError as error:
        raise UserError(
            "No container engine runs, and none can be begun here", f"start Docker ({error})"
        ) from None


def _engine_runs() -> bool:
    try:
        return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        cyclopts.run(main)
    except UserError as error:
        sys.exit(str(error))
