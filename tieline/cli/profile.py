"""`tieline profile check`: is a profile sound, and what does it not say yet?"""

from __future__ import annotations

import argparse
from pathlib import Path

from tieline.kernel.profile import load_profile
from tieline.kernel.profile_guide import unsaid
from tieline.kernel.profile_places import find_profile


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("profile", help="work on operators' profiles")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    check = acts.add_parser("check", help="validate a profile and print what it does not yet say")
    check.add_argument("directory", metavar="DIR", help="a profile's directory or name")
    check.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Load it; problems are a refusal that names file, key and expectation."""
    directory = Path(chosen.directory) if Path(chosen.directory).is_dir() else find_profile(chosen.directory)
    profile = load_profile(directory)
    print(f"{profile.name}: sound (version {profile.version})")
    for line in unsaid(profile):
        print(f"  not yet said: {line}")
    return 0
