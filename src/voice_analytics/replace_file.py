"""A file is written beside its place and renamed: a kill or a full disk leaves no half of it."""

from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write a file, or put it in the place of another, in one step.

    The name beside begins with a dot, which hides it from the lake as it does from Athena. Raises
    OSError where it cannot be written; nothing is left beside then.
    """
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
