"""Comments of the template: what is wider than it could be has its reason beside it.

Read from the text, as comments must be.
"""

import re
from collections.abc import Iterator

import yaml

# Objects below a folder of the bucket: which they are is nobody's to name.
_OBJECTS = re.compile(r"arn:\$\{AWS::Partition\}:s3:::\$\{Bucket\}/[a-z-]+/\*")
_COMMENT = re.compile(r"(^|\s)# ?\w")
_MIN_WORDS = 8


def asterisks_without_a_reason(text: str) -> Iterator[str]:
    """Those that a policy allows, without a comment in their line, above it, or above their key."""
    lines = text.splitlines()
    for key, scalar in _allowed(yaml.compose(text, Loader=yaml.SafeLoader)):
        if "*" in scalar.value and not _OBJECTS.fullmatch(scalar.value):
            end = scalar.end_mark
            explained = _COMMENT.search(lines[end.line][end.column :]) or any(
                lines[line - 1].lstrip().startswith("#")
                for line in (key.start_mark.line, scalar.start_mark.line)
            )
            if not explained:
                yield f"line {scalar.start_mark.line + 1}: {scalar.value} without a reason"


def skips_without_a_reason(text: str) -> Iterator[str]:
    """Checks of checkov that are switched off in the resources' metadata."""
    for name, resource in _items(_under(yaml.compose(text, Loader=yaml.SafeLoader), "Resources")):
        for skip in getattr(_under(resource, "Metadata", "checkov", "skip"), "value", ()):
            comment = _under(skip, "comment")
            if not isinstance(comment, yaml.ScalarNode) or len(comment.value.split()) < _MIN_WORDS:
                yield f"{name.value} skips {_under(skip, 'id')} without a reason"


def _allowed(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.ScalarNode]]:
    """Actions, resources and principals of the statements that allow, each with its key."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _allowed(item)
    elif isinstance(node, yaml.MappingNode):
        effect = _under(node, "Effect")
        allows = isinstance(effect, yaml.ScalarNode) and effect.value == "Allow"
        for key, value in _items(node):
            if allows and key.value in {
                "Action",
                "NotAction",
                "NotPrincipal",
                "NotResource",
                "Principal",
                "Resource",
            }:
                yield from ((key, scalar) for scalar in _scalars(value))
            else:
                yield from _allowed(value)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    else:
        for _, value in _items(node):
            yield from _scalars(value)


def _under(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    for wanted in keys:
        node = next((value for key, value in _items(node) if key.value == wanted), None)
    return node


def _items(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []
