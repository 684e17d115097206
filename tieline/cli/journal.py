"""`tieline journal`: has the record been tampered with, and which reactions wait for a person?"""

from __future__ import annotations

import argparse

from tieline.kernel.refusal import Refusal
from tieline.project.bootstrap import instance_ready


class RecordTampered(Refusal):
    """The chain does not hold; every problem is named."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("journal", help="verify the record of everything that happened")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    verify = acts.add_parser("verify", help="recompute the hash chain and name what was changed")
    verify.set_defaults(run=run_verify)
    retry = acts.add_parser("retry", help="let a listener try the events it could not digest again")
    retry.add_argument("listener", metavar="LISTENER", nargs="?", help="none: list what is parked")
    retry.set_defaults(run=run_retry)


def run_verify(chosen: argparse.Namespace) -> int:
    """Seal what waits, verify all, print the head of the chain to be kept elsewhere."""
    with instance_ready():
        from tieline.journal.sealing import seal, verify
        from tieline.kernel import clock

        while seal(at=clock.now()):
            pass
        verdict = verify()
    if not verdict.is_sound:
        raise RecordTampered("\n".join(["The record does not hold:", *verdict.problems]))
    print(f"{verdict.sealed} events verified; head {verdict.head}")
    return 0


def run_retry(chosen: argparse.Namespace) -> int:
    """Let one listener try its parked events again, or list all that are parked."""
    with instance_ready():
        from tieline.journal.listening import retry_parked
        from tieline.journal.models import Parked
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as

        if chosen.listener:
            print(f"{retry_parked(chosen.listener)} events were digested")
        with viewing_as(SYSTEM):
            for parked in Parked.objects.order_by("parked_at"):
                print(f"{parked.listener}  event {parked.event_id}  {parked.problem.strip().splitlines()[-1]}")
    return 0
