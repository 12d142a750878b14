"""A directory as the bucket that the stream writes to."""

from pathlib import Path, PurePosixPath

from voice_analytics.errors import UserError


class Bucket:
    """Writes objects as files, and remembers their sizes in bytes by key."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.objects: dict[str, int] = {}

    def put(self, key: str, data: bytes) -> None:
        """Replaces what is there, whole or not at all.

        Raises UserError where the file cannot be written, or the key leads out of the directory.
        """
        if ".." in PurePosixPath(key).parts or key.startswith("/"):
            raise UserError(
                f"the object key {key} leads out of {self._root}",
                "correct the prefix or the partition key",
            )
        path = self._root / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, data)
        except OSError as error:
            raise UserError(
                f"{path} cannot be written: {error.strerror}", "give another directory with --out"
            ) from None
        self.objects[key] = len(data)


def _replace(path: Path, data: bytes) -> None:
    """Writes beside the file and renames: a full disk or a kill never leaves half a file.

    The name beside begins with a dot, which hides it from the lake as it does from Athena.
    """
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
