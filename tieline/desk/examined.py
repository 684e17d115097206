"""When is a new file looked at, and who hears of it? One each round of a worker; then its words find its case.

The post room does the looking. Without news for a while, files of earlier days that nobody looked at are registered.
"""

from __future__ import annotations

from datetime import datetime

from tieline.desk.files import cases_with, label_of
from tieline.desk.search import refresh
from tieline.kernel.chores import chore
from tieline.mail.examining import Examiner, scanner_from_settings
from tieline.mail.models import Verdict

EXAMINER = Examiner()


@chore("files")
def examine_files(at: datetime) -> int:
    """One file each round, for this worker."""
    return examine_one(EXAMINER, at)


def examine_one(examiner: Examiner, at: datetime) -> int:
    """Look at one file and write its case's words anew; how much was done."""
    file = examiner.examine_next(scanner=scanner_from_settings(), label_of=label_of, at=at)
    if file is None:
        return examiner.register_earlier()
    if file.text or file.verdict == Verdict.INFECTED:
        for case in cases_with([file.file_key]).select_related("participant"):
            refresh(case)
    return 1
