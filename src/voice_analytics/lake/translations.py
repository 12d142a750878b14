"""Translations of views and queries, kept between runs.

Translating takes longer than running on a small lake. A translation is found again by the content
of all that it was made from: the query, the views, and the code that translates.
"""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from athena_duckdb.results import Column, Translation
from athena_duckdb.types import Type

_SOURCES = ("athena_duckdb", "athena_duckdb.udf", "voice_analytics.catalog", "voice_analytics.lake")
_ENDINGS = ("*.py", "*.sql", "*.columns.json")
_MOST = 1_000  # translations; of some 20 kB each


@dataclass(frozen=True)
class Translations:
    """A folder of translations, of one version of the code and the views.

    Without a folder, or where it cannot be written, nothing is kept.
    """

    folder: Path | None
    version: bytes = b""

    @classmethod
    def of(cls, schemas: Path) -> Self:
        """The user's translations for the views of a schemas folder."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        version = sha256()
        packages = [Path(str(files(name))) for name in _SOURCES]
        for folder in (*packages, schemas, schemas / "views"):
            for path in sorted(one for ending in _ENDINGS for one in folder.glob(ending)):
                version.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return cls(cache / "voice-analytics" / "translations", version.digest())

    def find(self, *key: Any) -> Translation | None:
        """The translation that was kept under this key."""
        if not self.folder:
            return None
        try:
            document = json.loads(self._path(key).read_bytes())
            columns = [Column(name, _type(plain)) for name, plain in document["columns"]]
            return Translation(document["sql"], columns)
        except (OSError, ValueError, KeyError, TypeError):  # not there, or not whole
            return None

    def keep(self, translation: Translation, *key: Any) -> None:
        """Keep a translation under a key, and forget the oldest where there are too many."""
        if not self.folder:
            return
        columns = [(name, _plain(data_type)) for name, data_type in translation.columns]
        text = json.dumps({"sql": translation.sql, "columns": columns})
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # queries may name persons
            written = self.folder / f".{os.getpid()}"
            written.write_text(text, encoding="utf-8")
            written.replace(self._path(key))
            paths = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for path in paths[:-_MOST]:
                path.unlink(missing_ok=True)
        except OSError:  # a full disk, a home that cannot be written: slower, not wrong
            return

    def _path(self, key: tuple[Any, ...]) -> Path:
        assert self.folder
        name = sha256(self.version + repr(key).encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / f"{name}.json"


NOT_KEPT = Translations(None)


def _plain(data_type: Type) -> list[Any]:
    return [
        data_type.name,
        [_plain(part) for part in data_type.parts],
        data_type.fields,
        data_type.size,
        data_type.zone,
    ]


def _type(plain: list[Any]) -> Type:
    name, parts, fields, size, zone = plain
    return Type(name, tuple(_type(part) for part in parts), tuple(fields), tuple(size), zone)
