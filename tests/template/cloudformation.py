"""The application's template as the tools see it.

As written, with its functions resolved, and as plain CloudFormation.
"""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from boto3 import Session
from samcli.lib.intrinsic_resolver.intrinsic_property_resolver import IntrinsicResolver
from samcli.lib.intrinsic_resolver.intrinsics_symbol_table import IntrinsicsSymbolTable
from samcli.lib.utils.hash import dir_checksum
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

type Template = dict[str, Any]

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
REGION = "us-west-1"
ACCOUNT = "123456789012"
_NO_VALUE = "AWS::NoValue"
_SURROUNDINGS = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT}


def load(path: Path = TEMPLATE) -> Template:
    """The template as written; each call gives a copy of its own.

    Short forms (`!Ref`) are read as long ones.
    """
    return copy.deepcopy(_parsed(path))


@cache
def _parsed(path: Path) -> Template:
    return cast("Template", yaml_parse(path.read_text()))


def resolved(template: Template, **parameters: str) -> Template:
    """The template's resources after its functions, by the SAM CLI's own resolver.

    Parameters are the defaults or those given. A `Ref` to a resource becomes its logical id.
    """
    written = cast("Template", _with_no_value_as_text(template))
    symbols = IntrinsicsSymbolTable(
        template=copy.deepcopy(written), logical_id_translator={**_SURROUNDINGS, **parameters}
    )
    resources = IntrinsicResolver(template=written, symbol_resolver=symbols).resolve_template()[
        "Resources"
    ]
    # Sub's escape for a literal ${…}, which the SAM CLI leaves as it is
    return cast(
        "Template", _without_no_value(json.loads(json.dumps(resources).replace("${!", "${")))
    )


def transformed(template: Template, root: Path = TEMPLATE.parent) -> Template:
    """Plain CloudFormation, as CloudFormation makes it of a packaged SAM template.

    As the SAM CLI's packages, those here are named for the content of their folders below the root.
    """
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for code in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            folder = root / resource["Properties"][code]
            resource["Properties"][code] = (
                f"s3://artifacts/{dir_checksum(str(folder), ignore_list=['__pycache__'])}"
            )
        if "TemplateURL" in resource["Properties"]:
            resource["Properties"]["TemplateURL"] = (
                f"https://s3.{REGION}.amazonaws.com/artifacts/nested.template"
            )
    defaults = {
        name: parameter.get("Default") for name, parameter in packaged["Parameters"].items()
    }
    managed_policies: dict[str, str] = {}  # the application names none
    translator = Translator(managed_policies, Parser(), boto_session=Session(region_name=REGION))
    return cast("Template", translator.translate(packaged, {**defaults, **_SURROUNDINGS}))


def _with_no_value_as_text(node: Any) -> Any:
    """A copy in which AWS::NoValue is a text.

    The SAM CLI's resolver takes the reference for a branch that is missing.
    """
    if isinstance(node, list):
        return [_with_no_value_as_text(item) for item in node]
    if isinstance(node, dict):
        if node == {"Ref": _NO_VALUE}:
            return _NO_VALUE
        return {key: _with_no_value_as_text(item) for key, item in node.items()}
    return node


def _without_no_value(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_no_value(item) for item in node if item != _NO_VALUE]
    if isinstance(node, dict):
        return {key: _without_no_value(item) for key, item in node.items() if item != _NO_VALUE}
    return node
