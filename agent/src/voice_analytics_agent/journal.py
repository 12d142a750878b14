"""A call's facts in a file, so that a call whose process dies is not lost.

One file a call, one JSON line a fact. The process that writes a journal holds a lock on it, which
the operating system releases when that process ends, however it ends: a journal that can be locked
belongs to nobody. Files are for the user alone; they hold what the event holds.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from voice_analytics_agent.facts import Fact, Facts
from voice_analytics_agent.serialise import to_json

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed, which protects it as well
    fcntl = None  # type: ignore[assignment]

FOLDER_VARIABLE = "VOICE_ANALYTICS_JOURNAL"
_SUFFIX = ".ndjson"
_NEW_SUFFIX = ".new"  # until it is locked


class Journal:
    """The journal of a call in this process. Raises OSError where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        name = uuid.uuid4().hex
        new = folder / f"{name}{_NEW_SUFFIX}"
        self.path = folder / f"{name}{_SUFFIX}"
        self._file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            _lock(self._file)
            new.rename(self.path)
        except OSError:
            os.close(self._file)
            raise

    def write(self, facts: Facts) -> None:
        """Appends the facts. What the process has written survives its death."""
        data = "".join([f"{to_json(list(fact))}\n" for fact in facts]).encode()
        while data:
            data = data[os.write(self._file, data) :]

    def remove(self) -> None:
        """Removes the file: the call's line has been written."""
        with suppress(OSError):
            self.path.unlink()
        with suppress(OSError):
            os.close(self._file)


class Orphan:
    """A journal whose process has died, locked by this one."""

    def __init__(self, path: Path, facts: Facts, file: int) -> None:
        self.path = path
        self.facts = facts
        self._file = file

    def remove(self) -> None:
        """Removes the journal: its record has been written."""
        with suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        """Releases the lock."""
        with suppress(OSError):
            os.close(self._file)


def orphans(folder: Path) -> Iterator[Orphan]:
    """The journals of processes that died, each locked until the next is asked for."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            continue  # another process was faster
        try:
            _lock(file)
            if os.stat(path).st_ino != os.fstat(file).st_ino:  # noqa: PTH116
                continue
            orphan = Orphan(path, list(_facts(_read_all(file))), file)
        except OSError:
            os.close(file)
            continue
        try:
            yield orphan
        finally:
            orphan.close()


def folder_of(setting: bool | str | os.PathLike[str]) -> Path | None:
    """The folder that `journal=` names: a path, else the environment's, else a temporary one.

    It is made where it is missing. None where no journal is wanted. Raises OSError where the folder
    belongs to somebody else: what callers said must not be left with others.
    """
    if setting is False or setting is None:
        return None
    named = os.environ.get(FOLDER_VARIABLE) if setting is True else os.fspath(setting)
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(named or Path(tempfile.gettempdir()) / f"voice-analytics-agent-{user}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.lstat()
    if not named and (owner.st_uid != user or stat.S_ISLNK(owner.st_mode)):
        raise PermissionError(f"{folder} belongs to another user: set {FOLDER_VARIABLE}")
    return folder


def _lock(file: int) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read_all(file: int) -> bytes:
    chunks = []
    while chunk := os.read(file, 1 << 20):
        chunks.append(chunk)
    return b"".join(chunks)


def _facts(data: bytes) -> Iterator[Fact]:
    """The facts that are whole; the last line may be torn."""
    for line in data.splitlines():
        try:
            kind, timestamp, content = json.loads(line)
            fact = Fact(str(kind), float(timestamp), _object(content))
        except (ValueError, TypeError, RecursionError):
            continue
        yield fact


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value
