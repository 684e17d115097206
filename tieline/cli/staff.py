"""`tieline staff add`: give the first (or any) staff user an account from the command line."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from tieline.project.bootstrap import instance_ready


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("staff", help="staff accounts")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    add = acts.add_parser("add", help="add a staff user; the password is asked for, or read from TIELINE_PASSWORD")
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, help="a role of the profile, such as administrator")
    add.add_argument("--team", help="a team of the profile")
    add.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Add the user."""
    password = os.environ.get("TIELINE_PASSWORD") or getpass.getpass("Password: ", stream=sys.stderr)
    with instance_ready():
        from tieline.identity.actions import add_staff
        from tieline.kernel import clock
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as

        with viewing_as(SYSTEM):
            add_staff(
                chosen.username, name=chosen.name, email=chosen.email, password=password,
                role=chosen.role, team=chosen.team, by=SYSTEM, at=clock.now(),
            )  # fmt: skip
    print(f"{chosen.username} can sign in.")
    return 0
