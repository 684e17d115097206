"""Which command was meant? Parses the line, runs the command, turns refusals into a sentence and status 1."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from tieline import __version__
from tieline.cli import (
    answer,
    check,
    clock,
    demo,
    django,
    docs,
    events,
    ingest,
    journal,
    participants,
    profile,
    rulebook,
    staff,
    up,
)
from tieline.kernel.refusal import Refusal

COMMANDS = (
    up,
    demo,
    ingest,
    rulebook,
    answer,
    participants,
    staff,
    clock,
    journal,
    profile,
    events,
    docs,
    check,
    django,
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the reference in the docs is made from it."""
    parser = argparse.ArgumentParser(
        prog="tieline",
        description="The client-services platform for electricity market operators.",
        epilog="TIELINE_HOME names the instance's directory. Exit status: 0 done, 1 refused, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"tieline {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the return value is the exit status."""
    parser = build_parser()
    chosen = parser.parse_args(arguments, argparse.Namespace(parser=parser))
    signal.signal(signal.SIGTERM, _leave)
    try:
        return int(chosen.run(chosen) or 0)
    except Refusal as refusal:
        print(f"tieline: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if not _is_lost_database(problem):
            raise
        print(f"tieline: The database went away ({str(problem).strip().splitlines()[0]}); "
              "what was finished is kept, run the command again to go on.", file=sys.stderr)  # fmt: skip
        return 1


def _leave(number: int, frame: FrameType | None) -> None:
    """Asked to stop: leave by the front door, so that whatever was started is stopped."""
    raise SystemExit(128 + number)


def _is_lost_database(problem: Exception) -> bool:
    """Whether the fault is a connection that broke, not a mistake of ours."""
    return type(problem).__name__ in {"OperationalError", "InterfaceError", "AdminShutdown"}


if __name__ == "__main__":
    sys.exit(main())
