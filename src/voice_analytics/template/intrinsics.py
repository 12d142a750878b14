"""CloudFormation's intrinsic functions, resolved without AWS.

References to resources become the names and ARNs that a deployment in account 123456789012,
us-west-1 would have. CloudFormation Template Reference, "Intrinsic functions" and "Pseudo
parameters".
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from voice_analytics.errors import UserError

ACCOUNT = "123456789012"
REGION = "us-west-1"
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "voice-analytics",
    "AWS::URLSuffix": "amazonaws.com",
}
# What `Ref` gives is the property that names the resource, or its logical id where the template
# leaves the name to AWS.
_NAME_PROPERTY = {
    "AWS::Glue::Database": ("DatabaseInput", "Name"),
    "AWS::Glue::Table": ("TableInput", "Name"),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::Serverless::Function": ("FunctionName",),
}
_ARNS = {
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::KinesisFirehose::DeliveryStream": (
        f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{{}}"
    ),
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::Serverless::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
}
_NOTHING = object()  # AWS::NoValue: the property is left out


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags, read as their long forms (`!Sub x` as `{"Fn::Sub".

    "x"}`).
    """


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.MappingNode):
        value: Any = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = node.value
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def parse(text: str) -> Any:
    """The template as plain data, with every intrinsic function in its long form.

    Raises yaml.YAMLError.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


class Resolver:
    """Resolves the intrinsic functions of one template, only where it is asked to."""

    def __init__(self, template: Mapping[str, Any], overrides: Mapping[str, str]) -> None:
        self._conditions = template.get("Conditions", {})
        self._resources = template.get("Resources", {})
        self._parameters = _parameters(template.get("Parameters", {}), overrides)

    def resolve(self, node: Any) -> Any:
        """The node without intrinsic functions.

        Raises UserError for one that is unknown or refers to nothing.
        """
        if isinstance(node, list):
            return [value for item in node if (value := self.resolve(item)) is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
                return self._call(name, argument)
        return {
            key: value
            for key, item in node.items()
            if (value := self.resolve(item)) is not _NOTHING
        }

    def _call(self, name: str, argument: Any) -> Any:  # noqa: C901, PLR0911 - a table: one case a function
        match name, argument:
            case "Ref", "AWS::NoValue":
                return _NOTHING
            case "Ref", str():
                return self._ref(argument)
            case "Condition", str():
                return self._condition(argument)
            case "Fn::GetAtt", [str(resource), str(attribute)]:
                return self._attribute(resource, attribute)
            case "Fn::Sub", str():
                return self._sub(argument, {})
            case "Fn::Sub", [str(text), dict(variables)]:
                return self._sub(text, self.resolve(variables))
            case "Fn::If", [str(condition), then, otherwise]:
                return self.resolve(then if self._condition(condition) else otherwise)
            case "Fn::Equals", [left, right]:
                return str(self.resolve(left)) == str(self.resolve(right))
            case "Fn::Not", [condition]:
                return not self.resolve(condition)
            case "Fn::And", list():
                return all(self.resolve(condition) for condition in argument)
            case "Fn::Or", list():
                return any(self.resolve(condition) for condition in argument)
            case "Fn::Join", [str(delimiter), list(items)]:
                return delimiter.join(str(item) for item in self.resolve(items))
        raise UserError(
            f"{name} is used in a way that the local chain cannot resolve",
            "write it as a plain value, !Ref, !Sub, !GetAtt, !If or !Join",
        )

    def _condition(self, name: str) -> bool:
        if name not in self._conditions:
            raise UserError(
                f"the condition {name} is not defined",
                "add it under Conditions or correct the name",
            )
        return bool(self.resolve(self._conditions[name]))

    def _sub(self, text: str, variables: Mapping[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):  # `${!dt}` stays as `${dt}`
                return f"${{{name[1:]}}}"
            if name in variables:
                return str(variables[name])
            resource, _, attribute = name.partition(".")
            return str(self._attribute(resource, attribute) if attribute else self._ref(name))

        return re.sub(r"\$\{([^}]*)\}", value, text)

    def _ref(self, name: str) -> str:
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        function, _, attribute = name.partition(".")
        if attribute == "Alias":  # SAM: `!Ref Function.Alias` is the alias' ARN
            alias = self.resolve(
                self._resource(function).get("Properties", {}).get("AutoPublishAlias")
            )
            if not alias:
                raise UserError(
                    f"!Ref {name}: {function} publishes no alias",
                    "give the function an AutoPublishAlias",
                )
            return f"{self._attribute(function, 'Arn')}:{alias}"
        resource = self._resource(name)
        value: Any = resource.get("Properties", {})
        for key in _NAME_PROPERTY.get(resource["Type"], ("",)):
            value = value.get(key) if isinstance(value, dict) else None
        return str(self.resolve(value)) if value is not None else name

    def _attribute(self, name: str, attribute: str) -> str:
        kind = self._resource(name)["Type"]
        if attribute == "Arn" and kind in _ARNS:
            return _ARNS[kind].format(self._ref(name))
        raise UserError(
            f"the local chain does not know {attribute} of a {kind}",
            f"look at !GetAtt {name}.{attribute}",
        )

    def _resource(self, name: str) -> dict[str, Any]:
        if not isinstance(self._resources.get(name), dict):
            raise UserError(
                f"{name} is neither a parameter nor a resource of the template", "correct the name"
            )
        resource: dict[str, Any] = self._resources[name]
        return resource


def _parameters(declared: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, str]:
    """The value of each parameter. Raises UserError for what CloudFormation would refuse."""
    if unknown := overrides.keys() - declared.keys():
        raise UserError(
            f"the template has no parameter {', '.join(sorted(unknown))}",
            f"it has {', '.join(declared)}",
        )
    return {
        name: _parameter(name, spec, overrides.get(name, spec.get("Default")))
        for name, spec in declared.items()
    }


def _parameter(name: str, spec: Mapping[str, Any], value: Any) -> str:
    if value is None:
        raise UserError(
            f"the parameter {name} has no default", f"give it with --parameter {name}=…"
        )
    if "AllowedPattern" in spec and not re.fullmatch(spec["AllowedPattern"], str(value)):
        raise UserError(
            f"{value} is not a value for the parameter {name}",
            f"it must match {spec['AllowedPattern']}",
        )
    if "AllowedValues" in spec and str(value) not in map(str, spec["AllowedValues"]):
        raise UserError(
            f"{value} is not a value for the parameter {name}",
            f"it may be {', '.join(map(str, spec['AllowedValues']))}",
        )
    return str(value)
