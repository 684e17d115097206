"""A worker that is killed while it sends what is due: `python later_to_kill.py TIME before|after` its commit."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up before

from tieline.desk.actions.later import send_due_replies  # noqa: E402
from tieline.kernel.actor import SYSTEM  # noqa: E402
from tieline.kernel.viewing import viewing_as  # noqa: E402


def main(at: datetime, is_committed: bool) -> None:
    """Send, and die."""
    with viewing_as(SYSTEM), transaction.atomic():
        send_due_replies(at)
        if not is_committed:
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), sys.argv[2] == "after")
