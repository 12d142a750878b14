"""A bounded run of the fuzzer, from the seed corpus.

Tests/fuzz/targets.py says how to run it longer.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.chain import check_chain

HERE = Path(__file__).parent
RUNS = {"records": 20_000, "lines": 5_000}  # some five seconds each


@pytest.mark.skipif(sys.platform != "linux", reason="atheris comes for Linux alone")
@pytest.mark.parametrize("target", RUNS)
def test_the_fuzzer_finds_nothing(target: str, tmp_path: Path) -> None:
    corpora = [
        str(tmp_path),
        str(HERE / "corpus" / target),
    ]  # what is found anew goes into the first
    command = [
        sys.executable,
        str(HERE / "targets.py"),
        target,
        f"-runs={RUNS[target]}",
        "-seed=1",
        *corpora,
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    done = re.search(r"Done (\d+) runs", run.stdout + run.stderr)
    assert done is not None
    assert int(done[1]) >= RUNS[target]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_hostile_lines_cost_no_event_and_no_query(seed: int) -> None:
    check_chain(seed)
