"""The corner cases as a lake, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.queries import corner_lake
from voice_analytics.lake.engine import Lake, open_lake


@pytest.fixture(scope="session")
def corner_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corner_lake.write(tmp_path_factory.mktemp("corners"))


@pytest.fixture(scope="session")
def corners(corner_folder: Path) -> Iterator[Lake]:
    with open_lake(corner_folder) as opened:
        yield opened
