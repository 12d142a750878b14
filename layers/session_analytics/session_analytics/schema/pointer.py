"""Paths into a JSON document, and JSON Pointers (RFC 6901)."""

from typing import Any, NamedTuple

type Json = dict[str, Any]
type Key = str | int
type Path = tuple[Key, ...]


class _Value(NamedTuple):
    """A value that replaces another one."""

    value: Any


type _Tree = dict[Key, _Tree | _Value]


def pointer(path: Path) -> str:
    """The path as a JSON Pointer."""
    return "".join([f"/{token(part)}" for part in path])


def token(key: Key) -> str:
    """The key as a part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1") if isinstance(key, str) else str(key)


def resolve(root: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        root = root[part]
    return root


def replace_values(root: Any, values: dict[Path, Any]) -> Any:
    """A copy of the document with these values; the original stays as it is.

    Of two paths, one below the other, the longer is left out. No path is empty.
    """
    tree: _Tree = {}
    for path in sorted(values, key=len, reverse=True):
        node = tree
        for part in path[:-1]:
            below = node.setdefault(part, {})
            assert isinstance(below, dict)
            node = below
        node[path[-1]] = _Value(values[path])
    return _copy(root, tree)


def _copy(root: Any, tree: _Tree) -> Any:
    copy = root.copy()
    for key, below in tree.items():
        copy[key] = below.value if isinstance(below, _Value) else _copy(root[key], below)
    return copy
