"""A deployed stack on moto, in this process: what the commands read, and what its stream gets."""

from collections.abc import Iterator

import pytest
from botocore.loaders import create_loader
from moto import mock_aws

from tests.operate.account import Account, make_account


@pytest.fixture(autouse=True, scope="session")
def service_models() -> Iterator[None]:
    """The services' descriptions are read once, and not again for each client."""
    loader = create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_: loader)
        yield


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The account with a stack that has just been deployed; nothing has been sent yet."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield make_account()
