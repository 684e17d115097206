"""A fetch of one file in a process of its own, which a test kills: ADDRESS TARGET."""

from __future__ import annotations

import sys
from pathlib import Path

from tieline.rulebook.library.fetching import Visit, Wanted
from tieline.rulebook.library.limits import Limits
from tieline.rulebook.library.partial import PartialFile
from tieline.rulebook.profile import SourceForm

if __name__ == "__main__":
    address, target = sys.argv[1], Path(sys.argv[2])
    with Visit(Limits(), lambda name, size, total: None) as visit:
        visit.file(Wanted(address, target.name, SourceForm.PDF), PartialFile(target))
