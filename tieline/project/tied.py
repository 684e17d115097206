"""How does a part end when the group that started it is killed outright? The system is asked to end it as well.

`python -m tieline.project.tied PARENT COMMAND...` asks Linux for SIGTERM on the parent's death and becomes the
command; on other systems it only becomes the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie(parent: int) -> None:
    """Let this process end with the one that started it (at once, where that has ended already)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(0)


if __name__ == "__main__":
    tie(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
