"""What checkov says about templates, from the one run of it that the tests make."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.template.cloudformation import TEMPLATE, Template

CHECKOV = TEMPLATE.parent / ".venv/tools/checkov/bin/checkov"


class Report(NamedTuple):
    """Checks of a template, each as `id resource`."""

    passed: set[str]
    failed: set[str]
    skipped: set[str]


def check(folder: Path, **templates: str | Template) -> dict[str, Report]:
    """Checks all templates at once, each written below the folder.

    Checkov takes longer to start than to check.
    """
    assert CHECKOV.is_file(), (
        "checkov is not there: run `make .venv/tools/.synced`, which gives it an environment of "
        "its own"
    )
    for name, template in templates.items():
        text, kind = (
            (template, "yaml") if isinstance(template, str) else (json.dumps(template), "json")
        )
        (folder / name).with_suffix(f".{kind}").write_text(text, encoding="utf-8")
    run = subprocess.run(
        [
            CHECKOV,
            "--directory",
            folder,
            "--framework",
            "cloudformation",
            "--compact",
            "--skip-download",
            "--output",
            "json",
        ],
        capture_output=True,
        text=True,
        check=False,  # 1 where a check failed, which the copies are for
    )
    results = json.loads(run.stdout)["results"]
    assert not results["parsing_errors"], run.stdout
    return {name: _report(results, name) for name in templates}


def _report(results: dict[str, list[dict[str, str]]], name: str) -> Report:
    def checks(outcome: str) -> set[str]:
        return {
            f"{result['check_id']} {result['resource']}"
            for result in results[outcome]
            if Path(result["file_path"]).stem == name
        }

    report = Report(checks("passed_checks"), checks("failed_checks"), checks("skipped_checks"))
    assert report.passed, f"checkov has not read {name}"
    return report
