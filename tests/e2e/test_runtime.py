"""What `sam build` makes runs in Lambda's runtime and does what the source does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.e2e.aws import Aws
from tests.e2e.emulator import ARCHITECTURE, Invoke, served
from tests.e2e.in_process import Handler
from tests.e2e.sam_build import Built
from tests.template.cloudformation import TEMPLATE, Template

EVENTS = sorted((TEMPLATE.parent / "events").glob("*.json"))
ELF_MACHINES = {
    "x86_64": 62,
    "arm64": 183,
}  # e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
# Powertools imports the bare package botocore, in 2 ms; the session and what it loads is what takes
# time.
CALL = """
import json, sys, types, app
context = types.SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 120_000)
app.lambda_handler(json.load(sys.stdin), context)
print(*{"boto3", "botocore.session", "pydantic"} & sys.modules.keys(), file=sys.stderr)
"""

pytestmark = [pytest.mark.sam, pytest.mark.xdist_group("sam")]  # on one worker, which builds once


@pytest.fixture(scope="module")
def invoke(
    built_for: Callable[[str], Built],
    function: Template,
    account: Aws,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Invoke]:
    with served(
        built_for(ARCHITECTURE), function, tmp_path_factory.mktemp("emulator"), account
    ) as invoke:
        yield invoke


@pytest.mark.skipif(
    sys.platform != "linux", reason="the emulator in the SAM CLI is a Linux program"
)
@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_the_built_function_answers_and_stores_as_the_handler_does(
    path: Path, invoke: Invoke, aws: Aws, handler: Handler, stored: dict[str, list[bytes]]
) -> None:
    event = path.read_bytes()
    assert json.loads(invoke(event)) == handler(json.loads(event))
    assert aws.stored("") == stored


def test_the_layer_leaves_the_aws_sdk_to_the_runtime(built_for: Callable[[str], Built]) -> None:
    assert not list((built_for(ARCHITECTURE).layer / "python").glob("boto*"))


def test_neither_the_aws_sdk_nor_pydantic_is_imported_for_a_batch_that_needs_no_call(
    built_for: Callable[[str], Built], function: Template
) -> None:
    built = built_for(ARCHITECTURE)
    path = os.pathsep.join(map(str, (built.function, built.layer / "python")))
    call = subprocess.run(
        [sys.executable, "-c", CALL],
        input=EVENTS[0].read_bytes(),
        env={
            **function["Environment"]["Variables"],
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        check=True,
    )
    assert call.stderr.split() == []


@pytest.mark.parametrize("architecture", ELF_MACHINES)
def test_compiled_code_is_for_the_architecture_asked_for(
    architecture: str, built_for: Callable[[str], Built]
) -> None:
    libraries = list(built_for(architecture).layer.rglob("*.so"))
    assert libraries
    assert {_machine(library) for library in libraries} == {ELF_MACHINES[architecture]}


def test_every_module_is_there_compiled(built_for: Callable[[str], Built]) -> None:
    built = built_for(ARCHITECTURE)
    modules = [*built.function.rglob("*.py"), *built.layer.rglob("*.py")]
    assert modules
    assert [
        module for module in modules if not Path(cache_from_source(str(module))).is_file()
    ] == []


def test_an_edit_of_the_function_in_the_console_counts(built_for: Callable[[str], Built]) -> None:
    built = built_for(ARCHITECTURE)
    assert {_flags(compiled) for compiled in built.function.rglob("*.pyc")} == {
        0b11
    }  # PEP 552: of a hash, which is checked
    assert {_flags(compiled) for compiled in built.layer.rglob("*.pyc")} == {
        0b01
    }  # of a hash, which is not


def _flags(compiled: Path) -> int:
    return int.from_bytes(compiled.read_bytes()[4:8], "little")


def _machine(library: Path) -> int:
    return int.from_bytes(library.read_bytes()[18:20], "little")
