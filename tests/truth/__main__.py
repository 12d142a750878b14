"""`make truth`: asks a real Trino and the local engine the same, and compares.

Trino 476 and Hive's parser come from Maven. Trino's answers go to tests/truth/golden and
tests/truth/cases when all is compared, so that the tests hold the local engine to them where there
is no Java. Ends with 1 where the two differ and tests/truth/differences.yaml does not say why.
"""

import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.truth import ddl, lakes, saved
from tests.truth.cases import Case, agreed, case_of, difference, read, write
from tests.truth.client import Answer, Trino
from tests.truth.draft import Draft
from tests.truth.java import CACHE, Missing
from tests.truth.known import is_known, left_out
from tests.truth.server import trino
from tests.truth.sets import ASKED, GOLDEN, SAVED, CaseSet, local_engine
from tests.truth.tables import create, stale_views

_LAKES = ("demo", "hostile", "analysts")


def main() -> int:
    """Compare all; returns the exit code."""
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Trino is ended too
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as scratch:
        files, draft = Path(scratch, "trino"), Draft(Path(scratch, "draft"))
        try:
            problems = ddl.refused_by_hive()
            _lay_lakes(Path(scratch, "made"), files, draft)
            with trino(files) as port:
                problems += _compared(port, files, draft)
        except Missing as missing:
            print(f"make truth needs {missing}, which is not here: nothing is compared.")
            print("The answers of Trino that are committed hold the local engine in make test.")
            return 0
        draft.exchange()
    print("\n".join(problems))
    print(f"{len(problems)} differences, {time.monotonic() - started:.0f} s")
    return 1 if problems else 0


def _lay_lakes(scratch: Path, files: Path, draft: Draft) -> None:
    """Make the demo's lake and the hostile one, and copy all to where Trino reads them."""
    for make in (lakes.demo, lakes.hostile):
        name = make.__name__
        shutil.copytree(make(scratch / name), draft.of(GOLDEN / name))
        shutil.copytree(scratch / name / "lake", files / name)
    shutil.copytree(GOLDEN / "analysts", files / "analysts")


def _compared(port: int, files: Path, draft: Draft) -> list[str]:
    """Make the tables and ask everything; returns the differences."""
    problems: list[str] = []
    servers = {name: Trino(port, f"voice_analytics_{name}") for name in _LAKES}
    for name, server in servers.items():
        problems += create(server, f"voice_analytics_{name}", name)
    problems += stale_views(servers["demo"])
    if problems:
        print("\n".join(problems))
        sys.exit("Trino has not all tables and views as declared: nothing is asked of it")
    for case_set in SAVED:
        problems += _of_set(
            case_set, saved.questions(files / case_set.lake), servers[case_set.lake], files, draft
        )
    for case_set in ASKED:
        problems += _of_set(
            case_set, read(case_set.file), servers[case_set.lake or "demo"], files, draft
        )
    return problems


def _of_set(
    case_set: CaseSet, questions: list[Case], server: Trino, files: Path, draft: Draft
) -> list[str]:
    """Ask both engines a set of cases, draft Trino's answers; returns the differences."""
    started = time.monotonic()
    before = {case["sql"]: case for case in read(case_set.file)}
    cases: list[Case] = []
    counts: Counter[str] = Counter()
    problems = []
    answers = server.ask_all(case["sql"] for case in questions)
    with local_engine(case_set.lake, files) as run:
        for question, answer in zip(questions, answers, strict=True):
            case = _answered(question, answer, before.get(question["sql"]))
            if case is None:
                counts["faults of Trino"] += 1
                continue
            kind, text = difference(case, run, left_out(case))
            if kind == "refused":
                case["unsupported"] = True
            elif kind and not is_known(case, kind):
                problems.append(f"{case_set.name}: {kind}: {text}")
            counts[kind or ("both refuse" if "error" in case else "same")] += 1
            cases.append(case)
    write(draft.of(case_set.file), cases)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"{case_set.name}: {listed} ({time.monotonic() - started:.0f} s)", flush=True)
    return problems


def _answered(question: Case, answer: Answer, before: Case | None) -> Case | None:
    """The case with Trino's answer, or None.

    It is the answer that Trino gave before where it fails by a fault of its own this time, or where
    the new one differs in the order of additions alone.
    """
    case = None if answer.is_fault else case_of(question, answer)
    if before and (case is None or agreed(case, before)):
        case = {
            **before,
            **{key: question[key] for key in ("source", "version") if key in question},
        }
        case.pop("unsupported", None)
    return case


if __name__ == "__main__":
    sys.exit(main())
