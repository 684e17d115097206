"""To what does the rule book react itself? To an edition that came: the model reads ahead what is new in it.

Loaded at the start, with the reactions of the parts of the rule book.
"""

from __future__ import annotations

from django.db import transaction

from tieline.journal.listening import Happened, on
from tieline.rulebook.events import EditionImported
from tieline.rulebook.finding.preparing import wake
from tieline.rulebook.reach import subscribers as reach

__all__ = ["prepare_search", "reach"]


@on(EditionImported)
def prepare_search(happened: Happened) -> None:
    """The worker's reading thread, where this process has one, begins once the edition can be seen."""
    transaction.on_commit(wake)
