"""A reply whose process is killed without warning: `python reply_to_kill.py CASE USER KEY before|after` its commit."""

from __future__ import annotations

import os
import signal
import sys
from uuid import UUID

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up before

from tieline.desk.actions import Composed, reply  # noqa: E402
from tieline.desk.models import Case, CaseState  # noqa: E402
from tieline.desk.tests.test_sending import HOLD, LATER  # noqa: E402
from tieline.identity.models import User  # noqa: E402
from tieline.kernel.actor import SYSTEM  # noqa: E402
from tieline.kernel.viewing import viewing_as  # noqa: E402


def main(case: int, user: int, key: UUID, is_committed: bool) -> None:
    """Reply, and die."""
    with viewing_as(SYSTEM):
        by, composed = User.objects.get(pk=user).as_actor(), Composed(key)
        with transaction.atomic():
            reply(
                Case.objects.get(pk=case), text="Held.", then=CaseState.WAITING, by=by, at=LATER, hold=HOLD,
                composed=composed,
            )  # fmt: skip
            if not is_committed:
                os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), UUID(sys.argv[3]), sys.argv[4] == "after")
