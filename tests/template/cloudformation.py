"""The application's template as the tools see it: as written, with its functions resolved, and as plain CloudFormation."""

import copy
import json
from pathlib import Path
from typing import Any, cast

from boto3 import Session
from samcli.lib.intrinsic_resolver.intrinsic_property_resolver import IntrinsicResolver
from samcli.lib.intrinsic_resolver.intrinsics_symbol_table import IntrinsicsSymbolTable
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

type Template = dict[str, Any]

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
REGION = "us-west-1"
ACCOUNT = "123456789012"
_SURROUNDINGS = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT}


def load(path: Path = TEMPLATE) -> Template:
    """The template as written; each call gives a copy of its own. Short forms (`!Ref`) are read as long ones."""
    return cast("Template", yaml_parse(path.read_text()))


def resolved(template: Template, **parameters: str) -> Template:
    """The template's resources after its functions, by the SAM CLI's own resolver.

    Parameters are the defaults or those given. A `Ref` to a resource becomes its logical id.
    """
    symbols = IntrinsicsSymbolTable(template=copy.deepcopy(template), logical_id_translator={**_SURROUNDINGS, **parameters})
    resources = IntrinsicResolver(template=copy.deepcopy(template), symbol_resolver=symbols).resolve_template()["Resources"]
    # Sub's escape for a literal ${…}, which the SAM CLI leaves as it is
    return cast("Template", json.loads(json.dumps(resources).replace("${!", "${")))


def transformed(template: Template) -> Template:
    """Plain CloudFormation, as CloudFormation makes it of a packaged SAM template."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for code in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][code] = "s3://artifacts/code.zip"
    defaults = {name: parameter.get("Default") for name, parameter in packaged["Parameters"].items()}
    managed_policies: dict[str, str] = {}  # the application names none
    translator = Translator(managed_policies, Parser(), boto_session=Session(region_name=REGION))
    return cast("Template", translator.translate(packaged, {**defaults, **_SURROUNDINGS}))
