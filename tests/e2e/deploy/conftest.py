"""The life of one stack in the emulator.

Each fixture is a stage of it, and stands on the one before.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.aws import Aws, aws_on_loopback
from tests.e2e.deploy.ministack import Cloud, ministack
from tests.e2e.deploy.records import RECORDS
from tests.e2e.deploy.sam_deploy import sam_deploy
from tests.e2e.deploy.stack import COLUMN, LAYER_HASH, OPTIONS, STACK, STREAM, Snapshot, Stack
from tests.e2e.deploy.supported import make_supported
from tests.e2e.emulator import ARCHITECTURE
from tests.e2e.sam_build import Built


@pytest.fixture(scope="session")
def reingest() -> Iterator[Aws]:
    """Takes what the function puts back.

    The emulator's stream delivers while it is put into, and would wait for itself.
    """
    with aws_on_loopback("reingest", STREAM) as account:
        account.begin_anew()
        yield account


@pytest.fixture(scope="session")
def cloud(reingest: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with ministack(
        tmp_path_factory.mktemp("ministack"), AWS_ENDPOINT_URL_FIREHOSE=reingest.endpoint
    ) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def build(built_for: Callable[[str], Built]) -> Path:
    """What `sam build` has made, as it is."""
    return built_for(ARCHITECTURE).template.parent


@pytest.fixture(scope="session")
def deployed(
    build: Path, cloud: Cloud, reingest: Aws, tmp_path_factory: pytest.TempPathFactory
) -> Stack:
    """The stack, just created."""
    copy = tmp_path_factory.mktemp("deploy") / "build"
    shutil.copytree(build, copy)
    make_supported(copy)
    output = sam_deploy(copy / "template.yaml", cloud)
    assert output.returncode == 0, output.stdout + output.stderr
    return Stack(cloud, reingest, copy / "template.yaml")


@pytest.fixture(scope="session")
def delivered(deployed: Stack) -> Stack:
    """The stack, with calls in its bucket."""
    deployed.deliver(*RECORDS)
    return deployed


@pytest.fixture(scope="session")
def before(delivered: Stack) -> Snapshot:
    """What there was before the update."""
    return delivered.snapshot()


@pytest.fixture(scope="session")
def updated(before: Snapshot, delivered: Stack) -> Stack:
    """The stack after an update: another layer, another column, and all that is optional."""
    build = delivered.template.parent
    (build / "SessionAnalyticsLayer/python/session_analytics/added.py").touch()
    (build / "TransformFunction/layer.sha256").write_text(LAYER_HASH)
    template = delivered.written
    template["Resources"]["SessionAnalyticsTable"]["Properties"]["TableInput"]["StorageDescriptor"][
        "Columns"
    ].append(COLUMN)
    delivered.template.write_text(json.dumps(template))
    output = sam_deploy(delivered.template, delivered.cloud, **OPTIONS)
    assert output.returncode == 0, output.stdout + output.stderr
    return delivered


@pytest.fixture(scope="session")
def deleted(updated: Stack) -> Snapshot:
    """What there was before the stack was deleted.

    By CloudFormation itself: before it does so, `sam delete` removes what it has uploaded, and
    finds a nested template only under an address that begins with https://s3.
    """
    last = updated.snapshot()
    updated.cloud.cloudformation.delete_stack(StackName=STACK)
    updated.cloud.cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1}
    )
    return last
