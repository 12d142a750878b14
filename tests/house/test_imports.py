"""The contracts of imports in pyproject.toml hold, and notice an import that breaks them."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LINT = ROOT / ".venv/bin/lint-imports"


# a wrong import for each contract, by the module that makes it
WRONG = {
    "src/voice_analytics/catalog/tables.py": "voice_analytics.lake.files",
    "src/voice_analytics/catalog/hive_types.py": "voice_analytics.catalog.columns",
    "src/voice_analytics/template/prefix.py": "session_analytics.partition",
    "src/voice_analytics/report/page.py": "voice_analytics.local.chain",
    "src/voice_analytics/lake/days.py": "voice_analytics.template.reader",
    "src/voice_analytics/local/chain.py": "voice_analytics.synthetic",
    "src/voice_analytics/codegen/events.py": "voice_analytics.local.firehose.stream",
    "src/athena_duckdb/errors.py": "voice_analytics.errors",
    "layers/session_analytics/session_analytics/schema/row.py": "session_analytics.batch",
    "layers/session_analytics/session_analytics/batch.py": "functions.transform.app",
    "functions/transform/settings.py": "voice_analytics.errors",
    "agent/src/voice_analytics_agent/prices.py": "session_analytics.batch",
}


def copied(folder: Path) -> Path:
    """The code and its contracts in another place."""
    for name in ("src", "layers", "functions", "agent"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def add_import(module: Path, wrong: str) -> None:
    module.write_text(f"{module.read_text(encoding='utf-8')}\nimport {wrong}\n", encoding="utf-8")


def linted(checkout: Path) -> subprocess.CompletedProcess[str]:
    paths = [checkout / room for room in ("src", "layers/session_analytics", "agent/src")]
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=checkout,
        env={"PYTHONPATH": ":".join(map(str, paths))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    result = linted(ROOT)
    assert result.returncode == 0, result.stdout


def test_one_wrong_import_is_noticed(tmp_path: Path) -> None:
    add_import(copied(tmp_path) / "src/voice_analytics/lake/days.py", "voice_analytics.cli.run")
    result = linted(tmp_path)
    assert result.returncode == 1
    assert "voice_analytics.lake.days -> voice_analytics.cli.run" in result.stdout


def test_every_wall_notices_an_import_through_it(tmp_path: Path) -> None:
    copied(tmp_path)
    for module, wrong in WRONG.items():
        add_import(tmp_path / module, wrong)
    (tmp_path / "src/voice_analytics/cellar").mkdir()
    (tmp_path / "src/voice_analytics/cellar/__init__.py").touch()
    result = linted(tmp_path)
    assert " 0 kept" in result.stdout
    assert "cellar" in result.stdout, "a room without a place in the layers"


def test_the_recorder_needs_the_standard_library_alone() -> None:
    """boto3 is imported where the Firehose sink is asked for, and nowhere else."""
    allowed = sys.stdlib_module_names | {"voice_analytics_agent"}
    modules = list((ROOT / "agent/src").rglob("*.py"))
    assert modules
    others = {path.name: names for path in modules if (names := _imported(path) - allowed)}
    assert others == {"firehose.py": {"boto3", "botocore"}}


def _imported(module: Path) -> set[str]:
    """The packages that a module imports, also inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}
