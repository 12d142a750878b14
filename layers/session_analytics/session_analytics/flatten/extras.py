"""What is noticed about an event besides its row: wrong values, and values that have no column.

Nothing an agent logged is lost: both are kept in `extras`, under their JSON Pointers (RFC 6901).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_json

from session_analytics.logline import Json, NotFinite, Path

if TYPE_CHECKING:
    from session_analytics.flatten.columns import Columns, Fields
    from session_analytics.schema.row import ViolationStruct

MAX_VIOLATIONS = 100  # a row; the last one says how many more there were
# values kept one by one below a container; with more it is kept whole, so that a row stays in
# proportion to its line
MAX_KEPT = 100
MAX_GOT_CHARACTERS = 80

type Key = str | int
type Tree = dict[Key, Tree]
type Kept = tuple[Path, list[Key]]  # a container, and which of its keys


class NotExactError(ValueError):
    """A value is infinite because the fast parser read it: the line must be read exactly."""


class Findings:
    """Collects paths while an event is made into a row.

    The values are looked up in the event as it came.
    """

    __slots__ = ("_kept", "_root", "_violations")

    def __init__(self, root: Json) -> None:
        self._root = root
        self._kept: list[Kept] = []
        self._violations: list[tuple[Path, str]] = []

    def keep(self, *path: Key) -> None:
        """The value has no column."""
        self.keep_keys(path[:-1], [path[-1]])

    def keep_keys(self, path: Path, keys: list[Key]) -> None:
        """These keys of the container at the path have no column."""
        self._kept.append((path, keys))

    def take(self, container: Any, fields: Fields, *path: Key) -> Columns:
        """The columns of a container in the event.

        Its keys that the contract does not name have none. What is empty is NULL.
        """
        columns: Columns = {}
        unknown: list[Key] = []
        for key, value in container.items():
            if key not in fields:
                unknown.append(key)
            elif (value or value == 0) and (field := fields[key]):
                column, convert = field
                if convert is None:
                    columns[column] = value
                elif (converted := convert(value)) is not None:
                    columns[column] = converted
        if unknown:
            self.keep_keys(path, unknown)
        return columns

    def keep_unknown(self, container: Any, known: frozenset[str], *path: Key) -> None:
        """The keys of the container that the contract does not name have no column."""
        if not container.keys() <= known:
            self._kept.append((path, [key for key in container if key not in known]))

    def wrong(self, path: Path, expected: str) -> None:
        """The value is not as the contract says and costs itself alone."""
        self.doubtful(path, expected)
        self.keep(*path)

    def doubtful(self, path: Path, expected: str) -> None:
        """The value is noted as not as expected; it stands in its column all the same."""
        self._violations.append((path, expected))

    def violations(self) -> list[ViolationStruct] | None:
        """The column `contract_violations`."""
        if not self._violations:
            return None
        rows: list[ViolationStruct] = [
            {"path": pointer(path), "expected": expected, "got": _cut(resolve(self._root, path))}
            for path, expected in self._violations[:MAX_VIOLATIONS]
        ]
        more = len(self._violations) - len(rows)
        if more:
            rows[-1] = {"path": "", "expected": "", "got": f"{more + 1} more violations"}
        return rows

    def extras(self) -> str | None:
        """The column `extras`. Raises NotExactError."""
        if not self._kept:
            return None
        kept = self._kept if _number(self._kept) <= MAX_KEPT else _merged(self._kept)
        extras: dict[str, Any] = {}
        for path, keys in kept:
            container, place = resolve(self._root, path), pointer(path)
            for key in keys:
                extras[f"{place}/{_token(key)}"] = container[key]
        return json_text(extras)


def json_text(value: Any) -> str:
    """The value as JSON text. Raises NotExactError where it holds a number that is none."""
    try:
        text = to_json(value, inf_nan_mode="constants").decode()
    except (
        PydanticSerializationError
    ):  # lone surrogates: as escapes they are kept, and are valid text
        return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", _json(value))
    return _json(value) if "Infinity" in text else text


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise NotExactError from None


def pointer(path: Path) -> str:
    """The path as a JSON Pointer."""
    return "".join([f"/{_token(part)}" for part in path])


def _token(key: Key) -> str:
    return key.replace("~", "~0").replace("/", "~1") if isinstance(key, str) else str(key)


def resolve(root: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        root = root[part]
    return root


def nulled(root: Any, paths: list[Path]) -> Any:
    """The document with null at each of the paths; the original stays as it is."""
    return _nulled(root, _tree(paths))


def _nulled(value: Any, tree: Tree) -> Any:
    if not tree:
        return None
    copy = value.copy()
    for part, below in tree.items():
        copy[part] = _nulled(value[part], below)
    return copy


def _tree(paths: list[Path]) -> Tree:
    """The paths as a tree whose leaves are their ends.

    A path below another one's end is left out.
    """
    root: Tree = {}
    for path in sorted(paths, key=len, reverse=True):
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node.clear()
    return root


def _merged(kept: list[Kept], depth: int = 0) -> list[Kept]:
    """The same, with each container below this depth that has too many below it kept whole.

    The event itself is never taken whole: a pointer to one of its own keys is no longer than the
    key.
    """
    merged = [(path, keys) for path, keys in kept if len(path) == depth]
    whole = {key for _, keys in merged for key in keys}
    below: dict[Key, list[Kept]] = {}
    for path, keys in kept:
        if len(path) > depth and path[depth] not in whole:
            below.setdefault(path[depth], []).append((path, keys))
    for part, inside in below.items():
        fewer = _merged(inside, depth + 1) if _number(inside) > MAX_KEPT else inside
        merged += fewer if _number(fewer) <= MAX_KEPT else [(inside[0][0][:depth], [part])]
    return merged


def _number(kept: list[Kept]) -> int:
    return sum(len(keys) for _, keys in kept)


def _cut(value: Any) -> str:
    text = value if isinstance(value, NotFinite) else json_text(value)
    return text[:MAX_GOT_CHARACTERS]
