"""A worker killed without warning while it does an act on many: `python bulk_to_kill.py CASES before|after` a commit.

It dies after that many cases of the batch were changed and before their commit, or right after a batch's commit.
"""

from __future__ import annotations

import os
import signal
import sys

import django

django.setup()

from tieline.desk.actions import bulk as acting  # noqa: E402 - Django must be set up before
from tieline.desk.actions.bulk_verbs import BulkVerb, Facts, Frame  # noqa: E402
from tieline.desk.models import BulkTarget, Case  # noqa: E402
from tieline.desk.tests.test_bulk import SOON  # noqa: E402
from tieline.kernel.actor import SYSTEM  # noqa: E402
from tieline.kernel.viewing import viewing_as  # noqa: E402


def main(cases: int, is_committed: bool) -> None:
    """Work, and die."""
    done = 0
    do_one = acting._do_one

    def count(target: BulkTarget, case: Case, verb: BulkVerb, facts: Facts, frame: Frame) -> None:
        nonlocal done
        do_one(target, case, verb, facts, frame)
        done += 1
        if not is_committed and done == cases:
            os.kill(os.getpid(), signal.SIGKILL)

    acting._do_one = count
    while True:
        with viewing_as(SYSTEM):
            acting.work(SOON)
        if is_committed:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "after")
