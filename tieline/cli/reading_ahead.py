"""Has the model read what a command is about to search? No worker need run beside it, so it reads itself."""

from __future__ import annotations

import sys
from datetime import date


def read_ahead(as_at: date) -> None:
    """Have everything in force on a day read now; how far it is goes to standard error."""
    from tieline.rulebook.finding.preparing import finder_made

    finder_made(as_at, say=_say_read)


def _say_read(read: int, of: int) -> None:
    print(f"reading the rules for their meaning: {read} of {of} paragraphs", file=sys.stderr, flush=True)
