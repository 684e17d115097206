"""`tieline check`: everything that must hold before a change lands, in order, with names."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tieline.kernel.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy",)),
    ("contracts", ("importlinter",)),
    ("migrations in step", ("django", "makemigrations", "--check", "--dry-run", "--skip-checks")),
    ("docs fresh", ("pytest", "-q", "tests/architecture/test_docs.py")),
    ("tests", ("pytest", "-q", "-m", "not slow and not browser", "-n", "2")),
)


class CheckFailed(Refusal):
    """Something does not hold."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("check", help="format, lint, types, contracts, migrations, docs, fast tests")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these checks")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Run the checks one after another; refuse with the names of those that failed."""
    if not (ROOT / "pyproject.toml").exists():
        raise CheckFailed("`tieline check` works in a checkout of the source, not in an installed package.")
    failed = []
    for name, command in CHECKS:
        if not chosen.names or name in chosen.names:
            began = time.monotonic()
            status = _run(command)
            print(f"{'ok  ' if status == 0 else 'FAIL'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
            failed += [name] if status else []
    _print_largest()
    if failed:
        raise CheckFailed(f"These checks failed: {', '.join(failed)}.")
    return 0


def _run(command: tuple[str, ...]) -> int:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tieline.project.settings"}
    if command[0] == "importlinter":
        script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment).returncode
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment).returncode


def _print_largest() -> None:
    """The ten largest files: a signal, not a gate."""
    sizes = sorted(((len(path.read_text().splitlines()), path) for path in ROOT.glob("tieline/**/*.py")), reverse=True)
    print("largest files: " + ", ".join(f"{path.relative_to(ROOT)} {lines}" for lines, path in sizes[:10]))
