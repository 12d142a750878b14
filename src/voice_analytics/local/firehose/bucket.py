"""A directory as the bucket that the stream writes to."""

from pathlib import Path, PurePosixPath

from voice_analytics.errors import UserError
from voice_analytics.replace_file import replace_file


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
            replace_file(path, data)
        except OSError as error:
            raise UserError(
                f"{path} cannot be written: {error.strerror}", "give another directory with --out"
            ) from None
        self.objects[key] = len(data)
