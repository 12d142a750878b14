"""Each environment in samconfig.toml is deployable as it stands."""

import tomllib
from typing import Any

import pytest
from samcli.cli.types import CfnParameterOverridesType

from tests.template.cloudformation import TEMPLATE, load

CONFIG: dict[str, Any] = tomllib.loads(TEMPLATE.with_name("samconfig.toml").read_text())
ENVIRONMENTS = ["default", "staging", "prod"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_deployment_asks_nothing(environment: str) -> None:
    deploy = CONFIG[environment]["deploy"]["parameters"]
    assert {
        "confirm_changeset": False,
        "fail_on_empty_changeset": False,
        "resolve_s3": True,
    }.items() <= deploy.items()
    assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
    assert CONFIG[environment]["global"]["parameters"]["region"] == "us-west-1"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_deployment_sets_parameters_that_the_template_has(environment: str) -> None:
    assert _parameters(environment).keys() <= load()["Parameters"].keys()


def test_environments_differ_in_stack_stage_and_log_group() -> None:
    default = load()["Parameters"]["LogGroupName"]["Default"]
    stacks = {
        CONFIG[environment]["global"]["parameters"]["stack_name"] for environment in ENVIRONMENTS
    }
    stages = {_parameters(environment)["Stage"] for environment in ENVIRONMENTS}
    log_groups = {
        _parameters(environment).get("LogGroupName", default) for environment in ENVIRONMENTS
    }
    assert len(stacks) == len(stages) == len(log_groups) == len(ENVIRONMENTS)


def _parameters(environment: str) -> dict[str, str]:
    overrides = tuple(CONFIG[environment]["deploy"]["parameters"]["parameter_overrides"])
    parameters: dict[str, str] = CfnParameterOverridesType().convert(overrides, None, None)
    return parameters
