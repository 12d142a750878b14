"""What bash, zsh and fish complete, asked of the shells themselves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

pytestmark = pytest.mark.slow  # processes and terminals

_COMMAND = Path(sys.executable).parent / "voice-analytics"


def _script(shell: str, folder: Path) -> Path:
    """The completion script of a shell, in a folder; skips where there is no such shell."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    path = folder / "_cyclopts_voice-analytics"  # the name that zsh looks for
    printed = subprocess.run(
        [_COMMAND, "completion", shell], check=True, capture_output=True, text=True
    )
    path.write_text(printed.stdout, encoding="utf-8")
    return path


def _asked(shell: list[str], asks: str) -> str:
    environment = os.environ | {
        "PATH": f"{_COMMAND.parent}:{os.environ['PATH']}",
        "TERM": "dumb",
    }
    answered = subprocess.run(
        [*shell, asks], capture_output=True, text=True, timeout=600, env=environment, check=False
    )
    return answered.stdout + answered.stderr


def _bash(script: Path, line: str) -> str:
    words = line.split(" ")
    given = " ".join(f"'{word}'" for word in words)
    asks = f"""
        source {script}
        COMP_WORDS=({given}); COMP_CWORD={len(words) - 1}
        COMP_LINE='{line}'; COMP_POINT={len(line)}
        _voice_analytics 2>/dev/null
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return _asked(["bash", "--norc", "-c"], asks)


def _fish(script: Path, line: str) -> str:
    return _asked(["fish", "--no-config", "-c"], f"source {script}; complete -C '{line}'")


CASES = [
    ("voice-analytics ", ("local", "report", "check")),
    ("voice-analytics local ", ("query", "run", "views")),
    ("voice-analytics local run --f", ("--fault", "--filter")),
    ("voice-analytics local run --fault ", ("reingest-throttled",)),
    ("voice-analytics local query la", ("latency_by_day", "latency_by_model")),
]


def test_bash_completes(tmp_path: Path) -> None:
    script = _script("bash", tmp_path)
    for line, wanted in CASES:
        completed = _bash(script, line)
        assert all(word in completed for word in wanted), completed


def test_fish_completes(tmp_path: Path) -> None:
    script = _script("fish", tmp_path)
    for line, wanted in CASES:
        completed = _fish(script, line)
        assert all(word in completed for word in wanted), completed


def _zsh(script: Path, line: str, wanted: tuple[str, ...]) -> None:
    """Press Tab in a terminal until all is listed: zsh's completion needs its line editor."""
    environment = os.environ | {
        "PATH": f"{_COMMAND.parent}:{os.environ['PATH']}",
        "TERM": "xterm",
    }
    shell = pexpect.spawn(
        "zsh", ["-f", "-i"], env=environment, encoding="utf-8", dimensions=(60, 200), timeout=300
    )
    shell.sendline(f"PS1='ready> '; fpath=({script.parent} $fpath); autoload -U compinit")
    shell.sendline("compinit -D -u; setopt no_beep; echo loa''ded")
    shell.expect("loaded")
    shell.expect("ready> ")
    shell.send(f"{line}\t\t")
    missing = list(wanted)
    while missing:
        missing.pop(shell.expect_exact(missing))
    shell.close(force=True)


def test_zsh_completes(tmp_path: Path) -> None:
    script = _script("zsh", tmp_path)
    for line, wanted in CASES:
        _zsh(script, line, wanted)
