"""Copies of the template with one thing broken."""

from typing import Any, NamedTuple

from tests.template.cloudformation import Template

GONE: Any = object()


class Replaced(NamedTuple):
    """A text in which each `old` has become `new`."""

    old: str
    new: str


def break_it(template: Template, path: str, value: Any) -> None:
    """Sets what stands at the path to the value.

    GONE removes it, Replaced changes the text that is there.
    """
    node: Any = template
    *parents, last = path.split("/")
    for step in parents:
        node = node[int(step) if isinstance(node, list) else step]
    key = int(last) if isinstance(node, list) else last
    if value is GONE:
        del node[key]
    elif isinstance(value, Replaced):
        changed = node[key].replace(*value)
        assert changed != node[key], f"{path} has no {value.old}"
        node[key] = changed
    else:
        node[key] = value
