"""A change of the layer alone reaches the stream, which invokes the alias."""

import shutil
from pathlib import Path

import pytest

from tests.template.cloudformation import TEMPLATE, load, transformed
from tests.template.rules.parts import of_type
from voice_analytics.project.layer import HASH_FILE, LAYER, layer_hash


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("functions", LAYER):
        shutil.copytree(TEMPLATE.parent / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def ids(kind: str, checkout: Path) -> set[str]:
    """The logical ids of the resources of this kind; CloudFormation makes a new resource of a new id."""
    return {name for name, _ in of_type(transformed(load(), checkout)["Resources"], f"AWS::Lambda::{kind}")}


def change_the_layer(checkout: Path) -> None:
    with (checkout / LAYER / "session_analytics/row.py").open("a") as module:
        module.write("# another comment\n")


def test_a_change_of_the_layer_alone_publishes_a_new_version(checkout: Path) -> None:
    before = ids("Version", checkout)
    change_the_layer(checkout)
    (checkout / HASH_FILE).write_text(layer_hash(checkout))  # as `make schemas` does
    after = ids("Version", checkout)
    assert len(before) == len(after) == 1
    assert before != after


def test_without_its_hash_in_the_function_it_would_not(checkout: Path) -> None:
    layers, versions = ids("LayerVersion", checkout), ids("Version", checkout)
    change_the_layer(checkout)
    assert ids("LayerVersion", checkout) != layers
    assert ids("Version", checkout) == versions


def test_without_a_change_there_is_no_new_version(checkout: Path) -> None:
    assert ids("Version", checkout) == ids("Version", checkout)


def test_the_hash_in_the_checkout_is_that_of_its_layer(checkout: Path) -> None:
    assert (checkout / HASH_FILE).read_text() == layer_hash(checkout)
