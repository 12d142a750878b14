"""Java and what Maven fetches for it: Trino's server, and Hive's parser."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from voice_analytics.project_files import ROOT

CACHE = ROOT / ".venv/truth"  # `make clean` empties it
_POM = Path(__file__).with_name("pom.xml")
_OLDEST_JAVA = 24  # that Trino 476 starts with
_INSTALLED = Path("/usr/lib/jvm")  # where Linux distributions put Java


class Missing(Exception):  # noqa: N818 - it is not an error: the run is left out
    """What the machine lacks."""


def java_home() -> Path:
    """The folder of a Java that is new enough. Raises Missing where there is none."""
    on_path = shutil.which("java")
    homes = [
        *([Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []),
        *([Path(on_path).resolve().parents[1]] if on_path else []),
        *sorted(_INSTALLED.glob("*")),
    ]
    for home in homes:
        if _version(home / "bin/java") >= _OLDEST_JAVA:
            return home
    raise Missing(f"Java {_OLDEST_JAVA} or newer")


def _version(java: Path) -> int:
    if not java.is_file():
        return 0
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)', output)
    return int(match[1]) if match else 0


def fetch(name: str) -> Path:
    """The folder with what an execution of the pom names, fetched once.

    Raises Missing where Maven is not installed or reaches no repository.
    """
    into = CACHE / name
    done = into / ".fetched"
    wanted = _POM.read_text(encoding="utf-8")
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return into
    if not shutil.which("mvn"):
        raise Missing("Maven")
    shutil.rmtree(into, ignore_errors=True)
    copy = (
        *("mvn", "--batch-mode", "--quiet", "--file", str(_POM), f"dependency:copy@{name}"),
        f"-DoutputDirectory={into}",
    )
    # without asking a repository first: it takes minutes to be told that nothing is newer
    for command in ((*copy, "--offline"), copy):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            done.write_text(wanted, encoding="utf-8")
            return into
    raise Missing("a Maven repository")
