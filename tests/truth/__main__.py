"""`make truth`: asks a real Trino and the local engine the same, and compares.

Trino 476 and Hive's parser come from Maven. The answers are written to tests/truth/golden and
tests/truth/cases, so that the tests hold the local engine to them where there is no Java. Ends with
1 where the two differ and tests/truth/differences.yaml does not say why.
"""

import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.truth import ddl, lakes, saved
from tests.truth.cases import Case, case_of, difference, read, write
from tests.truth.client import Trino
from tests.truth.java import Missing
from tests.truth.known import is_known, left_out
from tests.truth.server import trino
from tests.truth.sets import ASKED, GOLDEN, SAVED, CaseSet, local_engine
from tests.truth.tables import create, stale_views

_LAKES = ("demo", "hostile", "analysts")


def main() -> int:
    """Compare all; returns the exit code."""
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Trino is ended too
    with TemporaryDirectory() as scratch:
        files = Path(scratch)
        try:
            problems = ddl.refused_by_hive()
            _lay_lakes(files)
            with trino(files) as port:
                problems += _compared(port)
        except Missing as missing:
            print(f"make truth needs {missing}, which is not here: nothing is compared.")
            print("The answers of Trino that are committed hold the local engine in make test.")
            return 0
    print("\n".join(problems))
    print(f"{len(problems)} differences, {time.monotonic() - started:.0f} s")
    return 1 if problems else 0


def _lay_lakes(files: Path) -> None:
    """Make the demo's lake and the hostile one again, and copy all to where Trino reads them."""
    for make in (lakes.demo, lakes.hostile):
        name = make.__name__
        shutil.rmtree(GOLDEN / name, ignore_errors=True)
        shutil.copytree(make(files / "made" / name), GOLDEN / name)
        write(GOLDEN / f"{name}.ndjson", saved.questions(GOLDEN / name))
    for name in _LAKES:
        shutil.copytree(GOLDEN / name, files / name)


def _compared(port: int) -> list[str]:
    problems: list[str] = []
    servers = {name: Trino(port, f"voice_analytics_{name}") for name in _LAKES}
    for name, server in servers.items():
        problems += create(server, f"voice_analytics_{name}", name)
        problems += stale_views(server)
    for of in (*SAVED, *ASKED):
        problems += _of_set(of, servers[of.lake or "demo"])
    return problems


def _of_set(of: CaseSet, server: Trino) -> list[str]:
    """Ask both engines a set of cases, write Trino's answers; returns the differences."""
    started = time.monotonic()
    questions = read(of.file)
    cases: list[Case] = []
    counts: Counter[str] = Counter()
    problems = []
    answers = server.ask_all(case["sql"] for case in questions)
    with local_engine(of.lake) as run:
        for question, answer in zip(questions, answers, strict=True):
            if answer.is_fault:
                counts["faults of Trino"] += 1
                continue
            case = case_of(question, answer)
            kind, text = difference(case, run, left_out(case))
            if kind == "refused":
                case["unsupported"] = True
            elif kind and not is_known(case, kind):
                problems.append(f"{of.name}: {kind}: {text}")
            counts[kind or ("both refuse" if "error" in case else "same")] += 1
            cases.append(case)
    write(of.file, cases)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"{of.name}: {listed} ({time.monotonic() - started:.0f} s)", flush=True)
    return problems


if __name__ == "__main__":
    sys.exit(main())
