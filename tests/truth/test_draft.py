"""What make truth makes takes the place of what is committed at the end, and not before."""

from pathlib import Path

import pytest

from tests.truth import draft, lakes
from tests.truth.draft import Draft, content


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a file and a folder of answers."""
    checkout = tmp_path / "checkout"
    (checkout / "golden/demo/dt=1").mkdir(parents=True)
    (checkout / "golden/demo/dt=1/a.parquet").write_text("before")
    (checkout / "golden/demo.ndjson").write_text("before")
    monkeypatch.setattr(draft, "ROOT", checkout)
    return checkout


def test_nothing_changes_until_the_exchange(root: Path, tmp_path: Path) -> None:
    before = content(root)
    made = Draft(tmp_path / "draft")
    made.of(root / "golden/demo.ndjson").write_text("after")
    folder = made.of(root / "golden/demo")
    (folder / "dt=2").mkdir(parents=True)
    (folder / "dt=2/b.parquet").write_text("after")
    assert content(root) == before
    made.exchange()
    files = ("golden/demo.ndjson", "golden/demo/dt=2/b.parquet")
    assert content(root) == {Path(file): b"after" for file in files}


def test_what_is_the_same_is_not_touched(root: Path, tmp_path: Path) -> None:
    committed = root / "golden/demo/dt=1/a.parquet"
    before = committed.stat()
    made = Draft(tmp_path / "draft")
    folder = made.of(root / "golden/demo")
    (folder / "dt=1").mkdir(parents=True)
    (folder / "dt=1/a.parquet").write_text("before")
    made.exchange()
    assert committed.stat() == before


def test_what_is_not_made_is_an_error_and_changes_nothing(root: Path, tmp_path: Path) -> None:
    before = content(root)
    made = Draft(tmp_path / "draft")
    made.of(root / "golden/demo.ndjson")
    with pytest.raises(FileNotFoundError):
        made.exchange()
    assert content(root) == before


@pytest.mark.slow
def test_the_demos_lake_is_the_same_every_time(tmp_path: Path) -> None:
    one, other = (lakes.demo(tmp_path / name) for name in ("one", "other"))
    assert content(one) == content(other)
