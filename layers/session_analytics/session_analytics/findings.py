"""What is noticed about an event besides its row: wrong values, and values that have no column.

Nothing an agent logged is lost: both are kept in `extras`, under their JSON Pointers (RFC 6901).
"""

import json
import re
from typing import Any

from session_analytics.logline import Json, NotFinite, Path
from session_analytics.row import ViolationStruct

MAX_VIOLATIONS = 100  # a row; the last one says how many more there were
MAX_KEPT = (
    100  # values kept one by one below a container; with more it is kept whole, so that a row stays in proportion to its line
)
MAX_GOT_CHARACTERS = 80

type Trie = dict[str | int, "Trie"]


class NotExactError(ValueError):
    """A value is infinite because the fast parser read it: the line must be read exactly."""


class Findings:
    """Collects paths while an event is made into a row; the values are looked up in the event as it came."""

    __slots__ = ("_kept", "_root", "_violations")

    def __init__(self, root: Json) -> None:
        self._root = root
        self._kept: list[Path] = []
        self._violations: list[tuple[Path, str]] = []

    def keep(self, *path: str | int) -> None:
        """The value has no column."""
        self._kept.append(path)

    def keep_unknown(self, container: Any, known: frozenset[str], *path: str | int) -> None:
        """The keys of the container that the contract does not name have no column."""
        if not container.keys() <= known:
            self._kept.extend((*path, key) for key in container if key not in known)

    def wrong(self, path: Path, expected: str) -> None:
        """The value is not as the contract says and costs itself alone."""
        self.doubtful(path, expected)
        self._kept.append(path)

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
        paths = self._kept if len(self._kept) <= MAX_KEPT else _merged(self._kept)
        return json_text({pointer(path): resolve(self._root, path) for path in paths})


def json_text(value: Any) -> str:
    """The value as JSON text. Raises NotExactError where it holds a number that is none."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except UnicodeEncodeError:  # lone surrogates: as escapes they are kept, and are valid text
        return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
    except ValueError:
        raise NotExactError from None
    return text


def pointer(path: Path) -> str:
    """The path as a JSON Pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def resolve(root: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        root = root[part]
    return root


def nulled(root: Any, paths: list[Path]) -> Any:
    """The document with null at each of the paths; the original stays as it is."""
    return _nulled(root, _trie(paths))


def _nulled(value: Any, trie: Trie) -> Any:
    if not trie:
        return None
    copy = value.copy()
    for part, below in trie.items():
        copy[part] = _nulled(value[part], below)
    return copy


def _trie(paths: list[Path]) -> Trie:
    """The paths as a tree whose leaves are their ends; a path below another one's end is left out."""
    root: Trie = {}
    for path in sorted(paths, key=len, reverse=True):
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node.clear()
    return root


def _merged(paths: list[Path]) -> list[Path]:
    """The paths, with one path for each container that has too many below it.

    The event itself is never taken whole: a pointer to one of its own keys is no longer than the key.
    """

    def visit(node: Trie, path: Path) -> list[Path]:
        if not node:
            return [path]
        below = [end for part, child in node.items() for end in visit(child, (*path, part))]
        return [path] if path and len(below) > MAX_KEPT else below

    return visit(_trie(paths), ())


def _cut(value: Any) -> str:
    text = value if isinstance(value, NotFinite) else json_text(value)
    return text[:MAX_GOT_CHARACTERS]
