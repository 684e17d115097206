"""`tieline ingest`: read a mbox, Maildir, folder or single message, and tell what became of each message."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tieline.project.bootstrap import instance_ready


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("ingest", help="read mail from files into the desk")
    parser.add_argument("path", metavar="PATH", type=Path, help="mbox, mbox.gz, Maildir, folder of .eml, or one file")
    parser.add_argument("--json", action="store_true", help="one JSON line a message")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Ingest and print the ledger line of every message as its batch is through."""
    with instance_ready():
        from tieline.kernel.profile import current_profile
        from tieline.mail.ingesting import Line, count, ingest

        lines: list[Line] = []
        for line in ingest(chosen.path, profile=current_profile(), skipped=_say_skipped):
            lines.append(line)
            if chosen.json:
                print(json.dumps(line.as_data(), ensure_ascii=True), flush=True)
            elif sys.stdout.isatty():
                print(f"\r{len(lines)} messages", end="", flush=True)
        if not chosen.json:
            totals = ", ".join(f"{number} {outcome}" for outcome, number in count(lines).items())
            print(f"\r{len(lines)} messages: {totals}")
    return 0


def _say_skipped(path: str, why: str) -> None:
    print(f"tieline: skipped {path}: {why}", file=sys.stderr)
