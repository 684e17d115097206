"""How much may a publisher's server ask of us, and how much do we ask of it?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes, times and patience of one visit.

    A try that brings nothing new counts against `tries`; one that does starts the count again, up to `most_tries`
    and `file_seconds` in all. `pause_seconds` lies between two files and is where the waits between tries begin.
    """

    largest_bytes: int = 300_000_000
    largest_page_bytes: int = 10_000_000
    most_files: int = 500
    connect_seconds: float = 15.0
    silence_seconds: float = 30.0
    file_seconds: float = 3600.0
    tries: int = 4
    most_tries: int = 40
    redirects: int = 5
    pause_seconds: float = 0.5
    longest_wait_seconds: float = 120.0

    def wait_seconds(self, failures: int) -> float:
        """How long to wait after so many tries without gain: twice as long each time."""
        return min(self.pause_seconds * float(2**failures), self.longest_wait_seconds)
