"""Values that have no column, and values that are not as the contract says.

Nothing that an agent logged is lost: both are kept in `extras`, under their JSON Pointers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from session_analytics.schema.json_text import NonFinite, json_text
from session_analytics.schema.pointer import Json, Key, Path, pointer, resolve, token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from session_analytics.flatten.columns import ColumnMap, Columns
    from session_analytics.schema.row import ViolationStruct

MAX_VIOLATIONS = 100  # a row; the last one says how many more there were
# Values kept one by one below a container. With more it is kept whole, so that a row stays in
# proportion to its line.
MAX_KEPT = 100
MAX_GOT_CHARACTERS = 80
_DEEPEST_FIELD = 8  # keys to a value that has a column: nobody asks below

# Keys of LiveKit's report that say nothing when their value is empty.
_NOISE = frozenset(
    {"extra", "group_id", "thought_signature", "user_turns", "error", "item_id", "speaker_id"}
)

type Unmapped = tuple[Path, list[Key]]  # a container, and those of its keys that have no column


class Extras:
    """Collects the paths of unmapped and invalid values while a row is made.

    The values are looked up in the event as it came.
    """

    __slots__ = ("_invalid", "_root", "_unmapped", "_violations", "_within")

    def __init__(self, root: Json) -> None:
        self._root = root
        self._unmapped: list[Unmapped] = []
        self._violations: list[tuple[Path, str]] = []
        self._invalid: set[Path] = set()  # invalid values
        self._within: set[Path] = set()  # the containers around them

    def keep(self, *path: Key) -> None:
        """Keep a value that has no column."""
        self.keep_keys(path[:-1], [path[-1]])

    def keep_keys(self, path: Path, keys: list[Key]) -> None:
        """Keep these keys of a container."""
        self._unmapped.append((path, keys))

    def keep_unknown(self, container: Any, known: frozenset[str], *path: Key) -> None:
        """Keep the keys of a container that the contract does not name."""
        if not container.keys() <= known:
            unknown = (key for key in container if key not in known)
            self._keep_unknown(container, unknown, path)

    def map_columns(self, container: Any, mapping: ColumnMap, *path: Key) -> Columns:
        """Map a container of the event to columns; keep its unknown keys. What is empty is NULL."""
        columns: Columns = {}
        unknown: list[Key] = []
        for key, value in container.items():
            if key not in mapping:
                unknown.append(key)
            elif (field := mapping[key]) and (value or value == 0):
                column, convert = field
                if convert is None:
                    columns[column] = value
                elif (converted := convert(value)) is not None:
                    columns[column] = converted
        if unknown:
            self._keep_unknown(container, unknown, path)
        return columns

    def _keep_unknown(self, container: Any, unknown: Iterable[Key], path: Path) -> None:
        if keys := [key for key in unknown if container[key] or key not in _NOISE]:
            self.keep_keys(path, keys)

    def invalid(self, path: Path, expected: str) -> None:
        """Note and keep a value that is not as the contract says; its column is NULL."""
        self.suspicious(path, expected)
        self.keep(*path)
        self._invalid.add(path)
        depth = min(len(path), _DEEPEST_FIELD)
        self._within.update(path[:length] for length in range(1, depth))

    @property
    def has_invalid(self) -> bool:
        """Whether any value was invalid."""
        return bool(self._invalid)

    def is_invalid(self, *path: Key) -> bool:
        """Whether the value was invalid, or one of those in it."""
        return path in self._invalid or path in self._within

    def has_invalid_items(self, *path: Key) -> bool:
        """Whether an element of the list was invalid as a whole."""
        return path in self._within and any(invalid[:-1] == path for invalid in self._invalid)

    def suspicious(self, path: Path, expected: str) -> None:
        """Note a value that is not as expected; its column has it all the same."""
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

    def column(self) -> str | None:
        """The column `extras`. Raises TooDeepError."""
        if not self._unmapped:
            return None
        unmapped = self._unmapped if _count(self._unmapped) <= MAX_KEPT else _merged(self._unmapped)
        extras: dict[str, Any] = {}
        for path, keys in unmapped:
            container, place = resolve(self._root, path), pointer(path)
            for key in keys:
                extras[f"{place}/{token(key)}"] = container[key]
        return json_text(extras)


def _merged(unmapped: list[Unmapped], depth: int = 0) -> list[Unmapped]:
    """The same, with each container below this depth that has too many below it kept whole.

    The event itself is never kept whole: a pointer to a key of it is as short as the key.
    """
    merged = [(path, keys) for path, keys in unmapped if len(path) == depth]
    whole = {key for _, keys in merged for key in keys}
    below: dict[Key, list[Unmapped]] = {}
    for path, keys in unmapped:
        if len(path) > depth and path[depth] not in whole:
            below.setdefault(path[depth], []).append((path, keys))
    for part, inside in below.items():
        fewer = _merged(inside, depth + 1) if _count(inside) > MAX_KEPT else inside
        merged += fewer if _count(fewer) <= MAX_KEPT else [(inside[0][0][:depth], [part])]
    return merged


def _count(unmapped: list[Unmapped]) -> int:
    return sum(len(keys) for _, keys in unmapped)


def _cut(value: Any) -> str:
    text = value if isinstance(value, NonFinite) else json_text(value)
    return text[:MAX_GOT_CHARACTERS]
