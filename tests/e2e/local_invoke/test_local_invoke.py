"""The SAM CLI runs what it has built in a container, as `sam local invoke` shows it to a person."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.aws import Aws
from tests.e2e.emulator import ARCHITECTURE, runtime_packages
from tests.e2e.in_process import Handler
from tests.e2e.local_invoke.base_image import make_base_image
from tests.e2e.local_invoke.container_engine import Engine, NoEngineError, engine
from tests.e2e.local_invoke.container_loopback import serving_inside
from tests.e2e.local_invoke.sam_local import SamLocal, post
from tests.e2e.sam_build import Built
from tests.template.cloudformation import TEMPLATE, Template

EVENTS = sorted((TEMPLATE.parent / "events").glob("*.json"))
IMAGE = "local/lambda-python"
AWS_PORT = 5000  # in the container, whose ports are all free but the emulator's 8080 and 9001

pytestmark = [pytest.mark.sam, pytest.mark.xdist_group("sam")]  # on one worker, which builds once


class Container(NamedTuple):
    """The SAM CLI's container with the function, and the address that takes invocations."""

    engine: Engine
    id: str
    address: str


@pytest.fixture(scope="module")
def containers() -> Iterator[Engine]:
    try:
        with engine() as begun:
            yield begun
    except NoEngineError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def sam_local(
    containers: Engine,
    built_for: Callable[[str], Built],
    function: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> SamLocal:
    packages = runtime_packages(tmp_path_factory.mktemp("packages"))
    make_base_image(containers, IMAGE, packages, AWS_ENDPOINT_URL=f"http://127.0.0.1:{AWS_PORT}")
    bucket = function["Environment"]["Variables"]["BUCKET_NAME"]
    parameters = {"Architecture": ARCHITECTURE, "BucketName": bucket}
    return SamLocal(built_for(ARCHITECTURE).template, containers.host, IMAGE, parameters)


@pytest.fixture(scope="module")
def container(
    sam_local: SamLocal, containers: Engine, account: Aws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Container]:
    with sam_local.start_lambda(tmp_path_factory.mktemp("start-lambda") / "log") as address:
        running = containers.docker("ps", "--quiet")
        pid = int(containers.docker("inspect", "--format", "{{.State.Pid}}", running))
        with serving_inside(pid, AWS_PORT, account.gate):
            yield Container(containers, running, address)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_the_function_in_the_container_answers_and_stores_as_the_handler_does(
    path: Path, container: Container, aws: Aws, handler: Handler, stored: dict[str, list[bytes]]
) -> None:
    event = path.read_bytes()
    assert post(container.address, event) == handler(json.loads(event))
    assert aws.stored("") == stored


def test_the_container_has_the_memory_of_the_template(
    container: Container, function: Template
) -> None:
    limit = container.engine.docker("inspect", "--format", "{{.HostConfig.Memory}}", container.id)
    assert int(limit) == function["MemorySize"] * 1024 * 1024


def test_the_layer_is_where_lambda_lays_it(container: Container) -> None:
    show = (
        "import pydantic_core, session_analytics; print(pydantic_core.__file__, "
        "session_analytics.__file__)"
    )
    files = container.engine.docker("exec", container.id, "python3.13", "-c", show).split()
    assert files == [
        "/opt/python/pydantic_core/__init__.py",
        "/opt/python/session_analytics/__init__.py",
    ]


def test_sam_local_invoke_answers_as_the_handler_does(
    sam_local: SamLocal, handler: Handler
) -> None:
    event = TEMPLATE.parent / "events/one-call.json"
    assert sam_local.invoke(event) == handler(json.loads(event.read_bytes()))
