"""Which day was meant? Every command reads a day in one spelling, YYYY-MM-DD, and says what is wrong with another."""

from __future__ import annotations

import argparse
import re
from datetime import date

SPELLING = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(text: str) -> date:
    """The day that an argument names; wrong usage when there is none."""
    if not SPELLING.fullmatch(text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a day written as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"there is no day {text}") from None
