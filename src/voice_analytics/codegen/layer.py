"""The layer's pinned requirements, and its hash: a changed layer changes the function.

SAM's AutoPublishAlias publishes no new version when a layer alone has changed
(aws/serverless-application-model#3610), and the stream invokes the alias: without the hash in the
function's folder it would go on with the old code.
"""

import compileall
import hashlib
import py_compile
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LAYER = Path("layers/session_analytics")
LAYER_RESOURCE = (
    "SessionAnalyticsLayer"  # of the template, and its folder in what `sam build` makes
)
REQUIREMENTS = LAYER / "requirements.txt"
HASH_FILE = Path("functions/transform/layer.sha256")
LOCK = Path("requirements.lock")
# What the function imports; the rest of the project's lock stays out of the Lambda.
_IMPORTED = ("aws-lambda-powertools", "msgspec", "orjson", "pybase64", "pydantic-core", "zlib-ng")


def layer_requirements(root: Path) -> str:
    """requirements.txt of the layer.

    What it imports and what that needs, as the project's lock pins it, with hashes.
    """
    locked = _locked(root)
    needed = sorted({name for imported in _IMPORTED for name in _needed(imported)})
    return "# Made from requirements.lock by `make schemas`.\n" + "".join(
        locked[name] for name in needed
    )


def layer_hash(root: Path) -> str:
    """SHA-256 of the layer's requirements, modules and compiled contract, with their paths."""
    digest = hashlib.sha256()
    for path in sorted(
        [root / REQUIREMENTS, *(root / LAYER).rglob("*.py"), *(root / LAYER).rglob("*.json")]
    ):
        digest.update(
            path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    return digest.hexdigest() + "\n"


def compile_python(build: Path) -> None:
    """Put compiled Python beside the sources of a `sam build` folder, for a faster cold start.

    It halves the import. `sam build` makes none, and Lambda would compile all of it at each cold
    start, since neither /var/task nor /opt can be written to. The files say nothing of the sources'
    times, which SAM's archive does not keep, and nothing of the folder that they were made in. A
    Python of another version passes them over. A function's source may be edited in Lambda's
    console: there Python asks whether what is compiled still fits it.
    """
    checked, unchecked = (
        py_compile.PycInvalidationMode.CHECKED_HASH,
        py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    for folder in filter(Path.is_dir, build.iterdir()):
        mode = unchecked if folder.name == LAYER_RESOURCE else checked
        compileall.compile_dir(folder, quiet=1, stripdir=build, invalidation_mode=mode)


def _locked(root: Path) -> dict[str, str]:
    """The lock's entries by name: a line with the version and one line a hash."""
    entries: dict[str, str] = {}
    name = ""
    for line in (root / LOCK).read_text().splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            name = line.partition("==")[0]
        if name:
            entries[name] = entries.get(name, "") + line
    return entries


def _needed(name: str) -> Iterator[str]:
    yield name
    for line in requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield from _needed(canonicalize_name(requirement.name))
