"""Judge mutants by tests: `score.py FOLDER PYTEST_ARGUMENTS…`; FOLDER is from make_mutants.py.

The tests are collected once. Each mutant is judged in a fork of that process by the tests that call
its function, until one fails. A mutant of a function that runs at import is judged by a process of
its own.
"""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import _lru_cache_wrapper
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutation import trampoline

PROCESSES = 2
LONGEST_TEST_SECONDS = 3.0  # a longer one judges no mutant
_MEMORY_BYTES = 4 << 30
_PATIENCE = 10  # a mutant may compute so many times longer than the tests do without it
_ALIVE = ("survived", "no tests")
_ROOT = Path(__file__).parents[2]


class Mutant:
    """A mutant; `name` is that of its function in the module, numbered."""

    def __init__(self, module: str, name: str, change: list[str]) -> None:
        self.module = module
        self.name = name
        self.change = change
        self.function = f"{module}.{name.rpartition('_')[0]}"


class MutatedModules(MetaPathFinder):
    """Imports modules with their mutants in them."""

    def __init__(self, contents: list[dict[str, Any]]) -> None:
        self.codes = {content["module"]: content["code"] for content in contents}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or spec.origin not in self.codes:
            return None
        loader = _Loader(name, spec.origin)
        loader.code = self.codes[spec.origin]
        spec.loader = loader
        return spec


class _Loader(SourceFileLoader):
    code: str

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader is of one module
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(self.code, self.path, "exec", dont_inherit=True)


def pytest_configure() -> None:
    """Property tests try the same examples for each mutant, and make none smaller."""
    from hypothesis import Phase, settings  # noqa: PLC0415 - behind pytest, which rewrites it

    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("mutation", derandomize=True, database=None, phases=phases)
    settings.load_profile("mutation")


class Judge:
    """A plugin of pytest that judges mutants in place of running the tests once."""

    def __init__(self, contents: list[dict[str, Any]]) -> None:
        self.contents = contents
        self.verdicts: dict[Mutant, str] = {}
        self.kills: Counter[tuple[str, int]] = Counter()
        self.running: dict[int, tuple[Mutant, int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        at_import = set(trampoline.called)
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        tests, seconds, failed = json.loads(_in_fork(lambda: _run_all(session)))
        if failed:
            raise pytest.UsageError(f"fails without a mutant: {' '.join(failed)}")
        totals: Counter[str] = Counter()
        for content in self.contents:
            module = _module_name(Path(content["module"]))
            mutants = [Mutant(module, *mutant) for mutant in content["mutants"].items()]
            for mutant in mutants:
                chosen = [
                    number
                    for number in tests.get(mutant.function, ())
                    if seconds[number] <= LONGEST_TEST_SECONDS
                ]
                self._judge(session, mutant, chosen, seconds)
            while self.running:
                self._wait()
            for mutant in mutants:
                is_called_at_import = mutant.function in at_import
                if self.verdicts[mutant] in _ALIVE and is_called_at_import and _fails(mutant):
                    self.verdicts[mutant] = "killed"
                    print(f"killed at import: {mutant.module}.{mutant.name}", flush=True)
            counts = Counter(self.verdicts[mutant] for mutant in mutants)
            print(_score(Path(content["module"]).name, counts), flush=True)
            totals += counts
        print(_score("all", totals))
        return True

    def _judge(
        self, session: pytest.Session, mutant: Mutant, chosen: list[int], seconds: list[float]
    ) -> None:
        """Judge a mutant in a fork, by those tests first that have killed others like it."""
        if not chosen:
            self._note(mutant, "no tests")
            return
        chosen.sort(
            key=lambda number: (
                -self.kills[mutant.function, number],
                -self.kills[mutant.module, number],
                seconds[number],
            )
        )
        if len(self.running) == PROCESSES:
            self._wait()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _run_until_failure(session, mutant, chosen, seconds, writer)
        os.close(writer)
        self.running[pid] = mutant, reader

    def _wait(self) -> None:
        pid, status = os.waitpid(-1, 0)
        mutant, reader = self.running.pop(pid)
        with os.fdopen(reader) as stream:
            killer = stream.read()
        if os.WIFSIGNALED(status):
            self._note(mutant, "timeout")
        elif killer:
            self._note(mutant, "killed")
            self.kills[mutant.function, int(killer)] += 1
            self.kills[mutant.module, int(killer)] += 1
        else:
            self._note(mutant, "survived")

    def _note(self, mutant: Mutant, verdict: str) -> None:
        """Note the verdict, and print who survived."""
        self.verdicts[mutant] = verdict
        if verdict in _ALIVE:
            title = f"{verdict}: {mutant.module}.{mutant.name}"
            print(title, *mutant.change, sep="\n    ", flush=True)


def _module_name(path: Path) -> str:
    package = path.parent
    while (package / "__init__.py").exists():
        package = package.parent
    return ".".join(path.relative_to(package).with_suffix("").parts)


def _score(name: str, counts: Counter[str]) -> str:
    killed = counts["killed"] + counts["timeout"]
    columns = (f"{verdict} {counts[verdict]:>4}" for verdict in ("killed", "timeout", *_ALIVE))
    share = killed / (counts.total() or 1)
    return f"{name:<20} mutants {counts.total():>4}  {'  '.join(columns)}  score {share:6.1%}"


def _fails(mutant: Mutant) -> bool:
    """Whether a test fails in a process of its own, in which the mutant is there from the start."""
    name = f"{mutant.module}.{mutant.name}"
    command = [sys.executable, "-m", "tests.mutation.score", "--only", name, *sys.argv[1:]]
    return bool(subprocess.run(command, cwd=_ROOT, capture_output=True, check=False).returncode)


def _in_fork(function: Callable[[], str]) -> str:
    """What a function returns that runs in a fork: nothing that it caches stays."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        _silence()
        with os.fdopen(writer, "w") as stream:
            stream.write(function())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.wait()
    return text


def _run_all(session: pytest.Session) -> str:
    """The numbers of the tests that call each function, their seconds, and which have failed."""
    tests: dict[str, list[int]] = defaultdict(list)
    seconds, failed = [], []
    caches = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]
    for number, item in enumerate(session.items):
        for cache in caches:
            if cache.__module__.startswith("session_analytics"):
                cache.cache_clear()
        trampoline.called.clear()
        before = time.process_time()
        if not _passes(session, item):
            failed.append(item.nodeid)
        seconds.append(time.process_time() - before)
        for function in trampoline.called:
            tests[function].append(number)
    return json.dumps([tests, seconds, failed])


def _run_until_failure(
    session: pytest.Session, mutant: Mutant, chosen: list[int], seconds: list[float], writer: int
) -> None:
    """Write the number of the first test that fails. Ends the process."""
    _silence()
    trampoline.active = f"{mutant.module}.{mutant.name}"
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES,) * 2)
    try:
        for number in chosen:
            _limit(2 + _PATIENCE * seconds[number])
            if not _passes(session, session.items[number]):
                os.write(writer, str(number).encode())
                break
    finally:
        os._exit(0)


def _limit(seconds: float) -> None:
    """End the process that computes longer, or waits for much longer."""
    end = int(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
    signal.alarm(int(10 * seconds))


def _silence() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _passes(session: pytest.Session, item: pytest.Item) -> bool:
    before = session.testsfailed
    session.shouldfail = False
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return session.testsfailed == before


def main(arguments: list[str]) -> int:
    only = ""
    if arguments[0] == "--only":
        only, arguments = arguments[1], arguments[2:]
    contents = [json.loads(path.read_text()) for path in sorted(Path(arguments[0]).glob("*.json"))]
    sys.meta_path.insert(0, MutatedModules(contents))
    options = ["-qq", "-m", "not slow", "-p", "no:cacheprovider", "--capture=sys", "-p", "no:xdist"]
    options += ["--no-header", "--no-summary", *arguments[1:]]
    if only:
        trampoline.active = only
        return int(pytest.main([*options, "-x"], plugins=[sys.modules[__name__]]))
    plugins = [sys.modules[__name__], Judge(contents)]
    return int(pytest.main(options, plugins=plugins))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
