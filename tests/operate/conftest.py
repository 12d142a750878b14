"""A deployed stack on moto, in this process: what the commands read, and what its stream gets."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.moto_account import CREDENTIALS, service_models
from tests.operate.account import Account, make_account

__all__ = ["service_models"]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The account with a stack that has just been deployed; nothing has been sent yet."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield make_account()
