"""Checks a document's commands of the AWS CLI against botocore's service models.

The CLI is made of these models. A word for an operation or an option is the model's name in kebab
case; the rest is here what "AWS CLI Command Reference" says.
"""

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import jmespath  # type: ignore[import-untyped]  # it has no stubs in the lock
from botocore import xform_name
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.session import Session
from botocore.utils import ArgumentGenerator
from botocore.validate import ParamValidator

from tests.template.rules.parts import Findings

_SERVICES = {"deploy": "codedeploy", "s3api": "s3"}  # what the CLI calls otherwise
_OPTIONS_OF_ALL = {"cli-binary-format", "no-paginate", "output", "query", "region"}
_OPTIONS_OF_PAGES = {"max-items", "page-size", "starting-token"}
_OF_THE_CLI_ALONE = {  # no operations of a service
    "s3 cp": {"recursive", "sse", "sse-kms-key-id"},
    "s3 ls": {"human-readable", "recursive"},
}
_OUTPUTS = {"json", "table", "text", "yaml"}
_ENDS_A_COMMAND = "();<>|&\n"
_EXPANSION = re.compile(r"\$\{?[\w@:]+\}?|\$\(.*\)")


def commands(shell: str, program: str) -> Iterator[list[str]]:
    """The words of each command of a program in a piece of shell, without its name.

    Expansions stay as they are written.
    """
    for match in re.finditer(rf"(?<![\w/.:-]){program} (?=[a-z])", shell):
        lexer = shlex.shlex(
            shell[match.end() :].replace("\\\n", " "), posix=True, punctuation_chars=_ENDS_A_COMMAND
        )
        lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
        words = []
        for word in lexer:
            if set(word) <= set(_ENDS_A_COMMAND) or word in "}#":
                break
            words.append(word)
        yield words


def faults(words: list[str]) -> Findings:
    """What the AWS CLI would refuse, or answer with nothing, in `aws` with these words."""
    command = " ".join(words[:2])
    options = dict(_options(words))
    if command in _OF_THE_CLI_ALONE:
        yield from (
            f"{command} has no option {option}"
            for option in options.keys() - _OF_THE_CLI_ALONE[command]
        )
        return
    operation = _operation(*words[:2])
    if operation is None:
        yield f"there is no {command}"
        return
    members: dict[str, Shape] = operation.input_shape.members if operation.input_shape else {}
    shapes = {xform_name(name, "-"): shape for name, shape in members.items()}
    shapes |= {
        f"no-{option}": shape for option, shape in shapes.items() if shape.type_name == "boolean"
    }
    pages = _OPTIONS_OF_PAGES if _can_be_paged(*words[:2]) else set[str]()
    yield from (
        f"{command} has no option {option}"
        for option in options.keys() - shapes.keys() - _OPTIONS_OF_ALL - pages
    )
    yield from (
        f"{command} has no place for {word}" for word in words[2:3] if not word.startswith("--")
    )
    needed = operation.input_shape.required_members if operation.input_shape else []
    yield from (
        f"{command} needs {name}"
        for name in needed
        if not {xform_name(name, "-"), f"no-{xform_name(name, '-')}"} & options.keys()
    )
    for option in shapes.keys() & options.keys():
        yield from (
            f"{command} --{option}: {fault}"
            for fault in _wrong_values(shapes[option], options[option])
        )
    if not _OUTPUTS.issuperset(options.get("output", [])):
        yield f"{command} cannot answer in {options['output']}"
    for query in options.get("query", []):
        yield from (
            f"{command}: {query} finds nothing" for _ in _missing(query, operation.output_shape)
        )


def _options(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option with its values."""
    positions = [position for position, word in enumerate(words) if word.startswith("--")]
    for start, end in pairwise([*positions, len(words)]):
        yield words[start].removeprefix("--"), words[start + 1 : end]


@cache
def _session() -> Session:
    session = Session()
    session.set_credentials("nobody", "nothing")
    return session


@cache
def _client(service: str) -> Any:
    return _session().create_client(_SERVICES.get(service, service), region_name="us-west-1")


def _operation(service: str, operation: str) -> OperationModel | None:
    if service not in {*_session().get_available_services(), *_SERVICES} - {*_SERVICES.values()}:
        return None
    model = _client(service).meta.service_model
    names = {xform_name(name, "-"): name for name in model.operation_names}
    operation_model: OperationModel | None = (
        model.operation_model(names[operation]) if operation in names else None
    )
    return operation_model


def _can_be_paged(service: str, operation: str) -> bool:
    return bool(_client(service).can_paginate(operation.replace("-", "_")))


def _wrong_values(shape: Shape, values: list[str]) -> Findings:
    if shape.type_name == "boolean":
        yield from (f"{value} is too much" for value in values)
        return
    if not values or (len(values) > 1 and not isinstance(shape, ListShape)):
        yield f"it wants one value, and not {values}"
    for value in values:
        yield from _wrong_value(shape, value)


def _wrong_value(shape: Shape, value: str) -> Findings:
    value_shape = shape.member if isinstance(shape, ListShape) else shape
    if value.startswith("file://") or _EXPANSION.fullmatch(value):
        return
    if value.startswith("{"):
        yield from (
            ParamValidator().validate(json.loads(value), value_shape).generate_report().splitlines()
        )
    elif isinstance(
        value_shape, StructureShape
    ):  # the CLI's shorthand: Name=value,Other={Inner=value}
        yield from _unknown_names(value_shape, value)
    elif (allowed := getattr(value_shape, "enum", [])) and value not in allowed:
        yield f"{value} is none of {allowed}"
    elif value_shape.type_name in ("integer", "long") and not re.fullmatch(r"\d+|[A-Z]+", value):
        yield f"{value} is neither a number nor a word that stands for one"


def _unknown_names(shape: Shape, shorthand: str) -> Findings:
    for name, value in re.findall(r"(\w+)=(\{(?:[^{}]|\{[^{}]*\})*\}|[^,{]*)", shorthand):
        if not isinstance(shape, StructureShape) or name not in shape.members:
            yield f"there is no {name} in it"
        elif value.startswith("{"):
            yield from _unknown_names(shape.members[name], value[1:-1])


def _missing(query: str, answer: Shape | None) -> Findings:
    """A line where a query finds less than all that it names in an answer that has everything."""
    full = ArgumentGenerator(use_member_names=True).generate_skeleton(answer) if answer else {}
    plain = _EXPANSION.sub("Sum", query)
    jmespath.compile(plain)
    everything = re.sub(r"\[\?[^\]]*\]", "[]", plain)  # no filter lets the invented answer pass
    result = jmespath.search(everything, json.loads(json.dumps(full, default=str)))
    if not result or "null" in json.dumps(result):
        yield query
