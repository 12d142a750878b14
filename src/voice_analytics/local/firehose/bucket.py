"""A directory as the bucket that the stream writes to."""

from pathlib import Path, PurePosixPath

from voice_analytics.errors import UserError


class Bucket:
    """Writes objects as files, and remembers their sizes in bytes by key."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.objects: dict[str, int] = {}

    def put(self, key: str, data: bytes) -> None:
        """Writes over what is there.

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
            path.write_bytes(data)
        except OSError as error:
            raise UserError(
                f"{path} cannot be written: {error.strerror}", "give another directory with --out"
            ) from None
        self.objects[key] = len(data)
