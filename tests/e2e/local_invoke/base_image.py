"""A stand-in for AWS's image of Lambda's Python runtime, made of what this machine has.

No registry is needed. It has the image's layout (the interpreter in /var/lang, its packages and
bootstrap in /var/runtime) and nothing of this project. Unlike the image it runs on the C library of
this machine, not on that of Amazon Linux.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.local_invoke.container_engine import Engine

_LANG, _RUNTIME = "var/lang", "var/runtime"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_PROGRAMS = (
    "sh",
    "mv",
    "chmod",
)  # with these the SAM CLI lays its emulator and the layer into the image
_LEFT_OUT = {"test", "idlelib", "tkinter", "site-packages", "__pycache__"}
# Beside what the interpreter needs: what a wheel for Linux may count on
# (https://peps.python.org/pep-0600/).
_SYSTEM_LIBRARIES = (
    "libdl.so.2",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
)
_FOLDERS = ("dev", "opt", "proc", "sys", "tmp", "var/rapid", "var/task")
_BOOTSTRAP = f"""#!/bin/sh
exec /{_LANG}/bin/{_PYTHON} -m awslambdaric "$_HANDLER"
"""
_ENVIRONMENT = {
    "PATH": f"/{_LANG}/bin:/bin",
    "LD_LIBRARY_PATH": f"/{_LANG}/lib:/opt/lib",
    "PYTHONPATH": f"/var/task:/opt/python:/{_RUNTIME}",  # the order in which Lambda looks
    "LAMBDA_TASK_ROOT": "/var/task",
    "LAMBDA_RUNTIME_DIR": f"/{_RUNTIME}",
    "AWS_EXECUTION_ENV": f"AWS_Lambda_{_PYTHON}",
    "TZ": ":UTC",
}


def make_base_image(engine: Engine, name: str, packages: Path, **environment: str) -> None:
    """Make the image with a folder of the runtime's own packages.

    `environment` is what every container is told.
    """
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", dereference=True) as root:
        _add_root(root, packages)
    settings = [
        f"--change=ENV {name}={value}" for name, value in {**_ENVIRONMENT, **environment}.items()
    ]
    engine.docker(
        "import", *settings, "--change=WORKDIR /var/task", "-", name, given=archive.getvalue()
    )


def _add_root(root: tarfile.TarFile, packages: Path) -> None:
    for folder in _FOLDERS:
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
        root.addfile(entry)
    prefix = Path(sys.base_prefix)
    interpreter = prefix / "bin" / _PYTHON
    programs = [Path(path) for name in _PROGRAMS if (path := shutil.which(name))]
    compiled = [*(prefix / "lib" / _PYTHON / "lib-dynload").glob("*.so"), *packages.rglob("*.so")]
    for program in programs:
        root.add(program, f"bin/{program.name}")
    root.add(interpreter, f"{_LANG}/bin/{_PYTHON}")
    root.add(prefix / "lib" / _PYTHON, f"{_LANG}/lib/{_PYTHON}", filter=_unless_left_out)
    root.add(packages, _RUNTIME, filter=_unless_left_out)
    libraries = {path for file in (interpreter, *programs, *compiled) for path in _libraries(file)}
    (c_library,) = (library for library in libraries if library.name == "libc.so.6")
    for library in sorted(libraries | {c_library.with_name(name) for name in _SYSTEM_LIBRARIES}):
        # The loader stands where each program expects it, the others where LD_LIBRARY_PATH says.
        root.add(
            library,
            str(library)[1:]
            if library.name.startswith("ld-linux")
            else f"{_LANG}/lib/{library.name}",
        )
    bootstrap = tarfile.TarInfo(f"{_RUNTIME}/bootstrap")
    bootstrap.size, bootstrap.mode = len(_BOOTSTRAP), 0o755
    root.addfile(bootstrap, io.BytesIO(_BOOTSTRAP.encode()))


def _unless_left_out(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    path = Path(entry.name)
    return None if path.suffix == ".a" or _LEFT_OUT & {*path.parts} else entry


def _libraries(file: Path) -> Iterator[Path]:
    """The shared libraries that a compiled file needs, the loader among them.

    One that is linked statically needs none.
    """
    listed = subprocess.run(["ldd", file], capture_output=True, text=True, check=False).stdout
    yield from (
        Path(path)
        for path in re.findall(rf"(?:=> |^\t)({re.escape(os.sep)}\S+)", listed, re.MULTILINE)
    )
