"""A deployed stack on moto, in this process: what the commands read, and what its stream gets."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.operate.account import Account, make_account


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
