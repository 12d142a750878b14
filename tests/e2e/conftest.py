"""The application as `sam build` makes it, built once a run, and the AWS that it talks to."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.e2e.aws import Aws, aws_on_loopback
from tests.e2e.in_process import Handler, handler_of_the_source
from tests.e2e.sam_build import Built, sam_build
from tests.template.cloudformation import Template, load, resolved


@pytest.fixture(scope="session")
def built_for(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """What `sam build` makes for an architecture."""
    return cache(
        lambda architecture: sam_build(
            architecture, tmp_path_factory.mktemp(architecture) / "build"
        )
    )


@pytest.fixture(scope="session")
def resources() -> Template:
    """The template's resources, deployed with a bucket that is there."""
    return resolved(load(), BucketName="calls")


@pytest.fixture(scope="session")
def function(resources: Template) -> Template:
    """The settings of the function."""
    properties: Template = resources["TransformFunction"]["Properties"]
    return properties


@pytest.fixture(scope="session")
def account(resources: Template, function: Template) -> Iterator[Aws]:
    """S3 and Firehose with the bucket and the stream that the template names."""
    stream = resources["DeliveryStream"]["Properties"]["DeliveryStreamName"]
    with aws_on_loopback(function["Environment"]["Variables"]["BUCKET_NAME"], stream) as account:
        yield account


@pytest.fixture
def aws(account: Aws) -> Aws:
    """The account, with nothing in it yet."""
    account.begin_anew()
    return account


@pytest.fixture
def stored() -> dict[str, list[bytes]]:
    """What the handler of the source stores: the object's versions by key."""
    return {}


@pytest.fixture
def handler(function: Template, stored: dict[str, list[bytes]]) -> Iterator[Handler]:
    """The handler of the source, in this process."""

    def put_object(**sent: Any) -> None:
        stored.setdefault(sent["Key"], []).append(sent["Body"])

    with handler_of_the_source(function, put_object) as handler:
        yield handler
