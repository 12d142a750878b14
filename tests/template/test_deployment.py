"""Whatever changes the function reaches the stream, which invokes the alias.

The layer alone, a property, a parameter.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.template.broken import break_it
from tests.template.cloudformation import TEMPLATE, Template, load, transformed
from tests.template.deployed import EVERYTHING, deployed, with_defaults
from tests.template.rules.parts import of_type
from voice_analytics.codegen.layer import HASH_FILE, LAYER, layer_hash

OTHERS = {
    "BucketName": "an-existing-bucket",
    "FilterPattern": "%another%",
    "EventLoggers": "voice_analytics_agent",
    "LogGroupName": "/another/group",
    "ProjectionStartDate": "2024-01-01",
    "Stage": "dev",
    "StreamName": "another-stream",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("functions", LAYER):
        shutil.copytree(
            TEMPLATE.parent / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return tmp_path


def ids(kind: str, checkout: Path) -> set[str]:
    """The logical ids of the resources of this kind.

    CloudFormation makes a new resource of a new id.
    """
    return {
        name
        for name, _ in of_type(transformed(load(), checkout)["Resources"], f"AWS::Lambda::{kind}")
    }


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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Timeout", 60),
        ("Runtime", "python3.14"),
        ("MemorySize", 512),
        ("LoggingConfig/LogFormat", "Text"),
        ("Handler", "app.other"),
    ],
)
def test_a_changed_property_publishes_a_new_version(path: str, value: Any) -> None:
    template = load()
    break_it(template, f"Resources/TransformFunction/Properties/{path}", value)
    assert published(template) != published(load())


@pytest.mark.parametrize("name", load()["Parameters"])
def test_a_parameter_publishes_a_new_version_where_it_changes_the_configuration_and_nowhere_else(
    name: str,
) -> None:
    """Nowhere else: Lambda publishes no version without a change, and the deployment would fail."""
    (function, version), (other_function, other_version) = (
        in_the_account(),
        in_the_account(**{name: another(name)}),
    )
    assert (version != other_version) == (function != other_function)


def test_a_parameter_that_the_version_does_not_name_would_not() -> None:
    template = load()
    break_it(
        template, "Resources/TransformFunction/Properties/VersionDescription", "always the same"
    )
    assert published(template, ProjectionStartDate="2024-01-01") == published(template)


def published(template: Template, **parameters: str) -> tuple[str, Any]:
    """The version.

    CloudFormation makes a new one of another logical id, and of another description or function.
    """
    return version_of(made(template, **parameters))


def made(template: Template, **parameters: str) -> Template:
    return deployed(transformed(with_defaults(template, **parameters)), **parameters)


def version_of(resources: Template) -> tuple[str, Any]:
    [(name, version)] = of_type(resources, "AWS::Lambda::Version")
    return name, version["Properties"]


def in_the_account(**parameters: str) -> tuple[Any, tuple[str, Any]]:
    """The function's configuration, and its version."""
    resources = made(load(), **parameters)
    return resources["TransformFunction"]["Properties"], version_of(resources)


def another(name: str) -> str:
    """A value that the parameter does not have by default."""
    parameter = load()["Parameters"][name]
    if "AllowedValues" in parameter:
        return next(
            value
            for value in map(str, parameter["AllowedValues"])
            if value != str(parameter["Default"])
        )
    if parameter["Type"] == "Number":
        return str(parameter["Default"] + 1)
    return {**EVERYTHING, **OTHERS}[name]


def test_the_hash_in_the_checkout_is_that_of_its_layer(checkout: Path) -> None:
    assert (checkout / HASH_FILE).read_text() == layer_hash(checkout)
