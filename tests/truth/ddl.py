"""The tables' DDL as Hive's own parser reads it."""

import subprocess
from pathlib import Path

from tests.truth.java import fetch, java_home
from voice_analytics.catalog.tables import TABLES
from voice_analytics.project_files import ROOT

_PROGRAM = Path(__file__).with_name("ParseDdl.java")


def refused_by_hive() -> list[str]:
    """What Hive 2.3.9 refuses in schemas/*.sql, or reads otherwise than it is meant."""
    files = {str(ROOT / "schemas" / f"{table.name}.sql"): table for table in TABLES}
    java = java_home() / "bin/java"
    command = [str(java), "-cp", f"{fetch('hive')}/*", str(_PROGRAM), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"Hive refuses the DDL: {done.stderr[-1000:]}"]
    read = [line.split("\t") for line in done.stdout.splitlines()]
    problems = []
    for file, table in files.items():
        of_file = [line[1:] for line in read if line[0] == file]
        comments = {name: value for kind, name, value in of_file if kind == "comment"}
        problems += [
            f"{table.name}.{column.name}: Hive reads the comment {comments.get(column.name)!r}"
            for column in table.columns
            if comments.get(column.name) != column.comment
        ]
        if not any(name == "projection.enabled" for _, name, _ in of_file):
            problems.append(f"{table.name}: Hive reads no partition projection")
    print(f"DDL of {len(files)} tables: {len(read)} comments and properties read by Hive 2.3.9")
    return problems
