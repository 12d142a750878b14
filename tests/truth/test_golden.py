"""The local engine answers as Trino 476 did: the answers are those that `make truth` wrote.

A saved query whose text, or that of a view under it, is another by now is left out until
`make truth` has asked it again, and so is a query over a row or a table that has more fields.
"""

import re

import pytest

from tests.truth import saved
from tests.truth.cases import Case, difference, read
from tests.truth.known import differences, is_known, left_out
from tests.truth.sets import ASKED, SAVED, CaseSet, local_engine
from voice_analytics.project_files import ROOT

# of a query that gives all columns of a table, or all fields of a row
_WHOLE = re.compile(
    r"\*\s*(,|FROM|$)|typeof\(|AS json\)|\b(transcript|tool_calls)\s*(,|FROM)", re.IGNORECASE
)
_LEAST_ANSWERED = {"analysts": 0.9, "questions": 0.9, "Trino's tests": 0.75}


def _current(case_set: CaseSet) -> list[Case]:
    """The cases of a set without those of queries that have been changed since."""
    return [
        case
        for case in read(case_set.file)
        if "version" not in case or case["version"] == saved.version(case["sql"])
    ]


def _has_grown(case: Case, kind: str) -> bool:
    """Whether the result shows a table's row or columns, which may be more by now."""
    return kind in ("type", "value") and bool(_WHOLE.search(case["sql"]))


@pytest.mark.parametrize("of", [*SAVED, *ASKED], ids=lambda of: of.name)
@pytest.mark.slow
def test_the_local_engine_answers_as_trino(of: CaseSet) -> None:
    wrong, answered, refused = [], 0, 0
    with local_engine(of.lake) as run:
        for case in _current(of):
            kind, text = difference(case, run, left_out(case))
            answered += "rows" in case
            refused += kind == "refused"
            if kind == "refused" and case.get("unsupported"):
                continue
            if kind and not is_known(case, kind) and not _has_grown(case, kind):
                wrong.append(f"{kind}: {text}")
            elif not kind and case.get("unsupported"):
                wrong.append(f"is supported by now, take the mark away: {case['sql']}")
    assert not wrong, "\n".join(wrong)
    assert refused <= (1 - _LEAST_ANSWERED.get(of.name, 0)) * answered


def test_the_corpus_is_large() -> None:
    assert sum(len(read(case_set.file)) for case_set in ASKED) >= 2000


def test_the_known_differences_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    assert [known["what"] for known in differences() if known["what"] not in text] == []
