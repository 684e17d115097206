"""To what does the reach of a change react? To an edition that was read in: who rests on what it changes is asked.

Loaded at the start, it also tells `standing` what of the profile rests on rules.
"""

from __future__ import annotations

from tieline.journal.listening import Happened, on
from tieline.kernel.actor import SYSTEM
from tieline.rulebook import standing
from tieline.rulebook.events import EditionImported
from tieline.rulebook.models import Edition
from tieline.rulebook.reach import profile_values
from tieline.rulebook.reach.actions import make_report, report_request
from tieline.rulebook.reach.touched import new_requests

standing.register(profile_values.REPLY_TEMPLATE, profile_values.reply_templates)
standing.register(profile_values.SERVICE_LEVEL, profile_values.service_levels)
standing.register(profile_values.PROCEDURE, profile_values.procedures)
standing.register(profile_values.PROFILE_VALUE, profile_values.profile_values)
standing.register_loose(profile_values.unresolved)


@on(EditionImported)
def report_reach(happened: Happened) -> None:
    """What rests on the paragraphs of an edition, or of the requests it announces, is put before its owners."""
    edition = Edition.objects.select_related("book").get(pk=int(happened.about.id))
    make_report(edition, by=SYSTEM, at=happened.at)
    for request in new_requests(edition):
        report_request(edition.book.key, request, by=SYSTEM, at=happened.at)
