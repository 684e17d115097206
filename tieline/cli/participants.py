"""`tieline participants import`: bring a market in from CSV files, all or nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from tieline.project.bootstrap import instance_ready


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("participants", help="bring participants in")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    import_ = acts.add_parser("import", help="import organisations, registrations, people and roles from CSV")
    import_.add_argument("directory", metavar="DIR", type=Path)
    import_.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Import; a problem is a refusal naming file, row, column and expectation."""
    with instance_ready():
        from tieline.kernel import clock
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.profile import current_profile
        from tieline.kernel.viewing import viewing_as
        from tieline.participants.actions import import_market
        from tieline.participants.profile import Registrations

        kinds = current_profile().get(Registrations)
        with viewing_as(SYSTEM):
            rows = import_market(chosen.directory, kinds=kinds, by=SYSTEM, at=clock.now())
    print(", ".join(f"{number} {name}" for name, number in rows.items()))
    return 0
