"""`tieline django …`: the escape hatch to Django's own commands, on this instance's database."""

from __future__ import annotations

import argparse

from tieline.project.bootstrap import instance_ready


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("django", help="run a command of Django on this instance")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Hand the arguments over."""
    with instance_ready():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["tieline django", *chosen.arguments])
    return 0
