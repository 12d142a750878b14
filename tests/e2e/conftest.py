"""The application as `sam build` makes it, built once a run."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.e2e.sam_build import Built, sam_build


@pytest.fixture(scope="session")
def built_for(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """What `sam build` makes for an architecture."""
    return cache(lambda architecture: sam_build(architecture, tmp_path_factory.mktemp(architecture) / "build"))
