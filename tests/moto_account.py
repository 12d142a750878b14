"""Moto's AWS in this process: credentials of nobody, and the services' descriptions read once."""

from collections.abc import Iterator

import pytest
from botocore.loaders import create_loader

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "anyone",
    "AWS_SECRET_ACCESS_KEY": "unchecked",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@pytest.fixture(autouse=True, scope="session")
def service_models() -> Iterator[None]:
    """The services' descriptions are read once, and not again for each client."""
    loader = create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_: loader)
        yield
