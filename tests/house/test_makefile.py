"""`make` on machines with and without Python 3.13, uv, or any Python: what it asks uv for.

PATH holds stand-ins and the few programs that the recipe needs, and nothing else.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = ("bash", "cat", "chmod", "ln", "mkdir", "rm", "sed", "touch")
CALLS = "calls.txt"
# Writes down what it is asked for; `uv venv` makes .venv or, where FAILS stands, does not.
UV = f"""#!/bin/bash
echo "uv $*" >> {CALLS}
if [ "$1" = venv ]; then
    if [ -e fails ]; then exit 2; fi
    mkdir -p .venv/bin
fi
"""
# An old Python with pip, which installs the stand-in for uv.
PYTHON = f"""#!/bin/bash
echo "python $*" >> {CALLS}
if [ "$2" = pip ]; then
    mkdir -p .uv/bin; cat uv > .uv/bin/uv; chmod +x .uv/bin/uv
fi
"""


class Machine(NamedTuple):
    """A checkout, and the only folder on PATH."""

    checkout: Path
    programs: Path

    def install(self, name: str, script: str) -> None:
        _executable(self.programs / name, script)

    def make(self) -> subprocess.CompletedProcess[str]:
        make = shutil.which("make")
        assert make
        return subprocess.run(
            [make, ".venv/.synced"],
            cwd=self.checkout,
            env={"PATH": f"{self.programs}", "HOME": f"{self.checkout}", "PYENV_ROOT": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        return (self.checkout / CALLS).read_text(encoding="utf-8").splitlines()


def _executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    checkout, programs = tmp_path / "checkout", tmp_path / "bin"
    checkout.mkdir()
    programs.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, checkout)
    (checkout / "uv").write_text(UV, encoding="utf-8")
    for name in PROGRAMS:
        program = shutil.which(name, path=os.defpath)
        assert program, name
        (programs / name).symlink_to(program)
    return Machine(checkout, programs)


def test_without_python_3_13_uv_is_asked_to_bring_one(machine: Machine) -> None:
    machine.install("uv", UV)
    result = machine.make()
    assert result.returncode == 0, result.stderr
    assert machine.calls()[0] == "uv venv --quiet --python 3.13 .venv"


def test_uv_itself_comes_from_an_older_python(machine: Machine) -> None:
    machine.install("python3", PYTHON)
    result = machine.make()
    assert result.returncode == 0, result.stderr
    (installed,) = [call for call in machine.calls() if call.startswith("python -m pip")]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert f"\n{installed.rsplit(' ', 1)[1]} " in lock
    assert "uv venv --quiet --python 3.13 .venv" in machine.calls()


def test_a_python_3_13_of_pyenv_is_taken(machine: Machine) -> None:
    machine.install("uv", UV)
    python = machine.checkout / ".pyenv/versions/3.13.0/bin/python3.13"
    _executable(python, "#!/bin/bash\n")
    assert machine.make().returncode == 0
    assert machine.calls()[0] == f"uv venv --quiet --python {python} .venv"


def test_where_uv_cannot_bring_one_make_says_the_two_ways_out(machine: Machine) -> None:
    machine.install("uv", UV)
    (machine.checkout / "fails").touch()
    _refused(machine.make())
    assert not (machine.checkout / ".venv").exists()


def test_without_uv_and_any_python_make_says_the_two_ways_out(machine: Machine) -> None:
    _refused(machine.make())


def _refused(result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode != 0
    assert "error: Python 3.13 is not installed" in result.stderr
    assert "Install it" in result.stderr
    assert "or install uv" in result.stderr
