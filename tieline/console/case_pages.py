"""What do all pages of one case share? Finding it, its content, and what is shown after a change."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tieline.console.composing import composer_of
from tieline.console.own_desk import own_desk
from tieline.console.pages import is_fragment, see_other, show
from tieline.console.requests import Request
from tieline.desk.later import LATER_REPLIES
from tieline.desk.models import Case
from tieline.desk.people import BOUNCED, PEOPLE, THREADS, people_of
from tieline.desk.personal import on_desk_of
from tieline.desk.profile import Taxonomy
from tieline.desk.queries import case_page
from tieline.desk.uploading import LATER, UPLOADS, uploads_in
from tieline.desk.writing import DRAFTS, staff_id, writing_in
from tieline.participants.profile import Registrations

SHOWN_WITH = ("participant__account_manager", "owner", "follows", "requester", "merged_into")
CERTAINTIES = ((1.0, "certain"), (0.85, "known address"), (0.7, "domain only"), (0.5, "identifier only"))


def visible_case(request: Request, number: int) -> Case:
    """The case, if the actor may see it; else there is nothing here."""
    cases = Case.objects.visible_to(request.actor).select_related(*SHOWN_WITH).annotate(draft_rows=DRAFTS)
    cases = cases.annotate(people_rows=PEOPLE, thread_rows=THREADS, requester_bounced=BOUNCED)
    cases = cases.annotate(upload_rows=UPLOADS, later_files=LATER, later_rows=LATER_REPLIES)
    cases = cases.annotate(my_desk=on_desk_of(staff_id(request.actor)))
    return get_object_or_404(cases, number=number)


def case_context(request: Request, case: Case) -> dict[str, object]:
    """What the case's templates need."""
    return {
        "page": case_page(case, profile=request.profile, at=request.at),
        "case": case,
        "own": own_desk(request, case),
        "writing": (writing := writing_in(case, request.actor)),
        "composer": composer_of(request, case, then=writing.then),
        "uploads": uploads_in(case, request.actor),
        "people": people_of(case),
        "sending_key": uuid4(),
        "certainty": certainty_word(case.certainty),
        "recipient": recipient(case),
        "taxonomy": request.profile.get(Taxonomy),
        "kinds": {kind.key: kind for kind in request.profile.get(Registrations).kinds},
        "case_day": case.received_at.astimezone(request.profile.time_zone).date(),
        "view": request.GET.get("view", "open"),
    }


def fresh_page(case: Case) -> dict[str, object]:
    """For a page that only writes a reply: what it is known by, and how far its reader has seen the case."""
    newest = case.messages.order_by("-pk").values_list("pk", flat=True).first()
    return {"sending_key": uuid4(), "last_message": newest or 0}


def show_change(request: Request, number: int, *, template: str = "console/cases/_changed.html") -> HttpResponse:
    """After a change: the changed parts for the page's own scripts, else the way back to the case."""
    if not is_fragment(request):
        return see_other(reverse("case", args=[number]))
    response = show(request, template, case_context(request, visible_case(request, number)))
    response["HX-Trigger"] = "rows-changed"
    return response


def certainty_word(certainty: float) -> str:
    """How sure we are of who wrote, in two words."""
    return next((word for least, word in CERTAINTIES if certainty >= least), "unknown sender")


def recipient(case: Case) -> str:
    """To whom a reply goes, as the send button says it; a name that poses as an address is not believed."""
    named = case.requester_name if "@" not in case.requester_name else ""
    name = named or case.requester_address or "the client"
    return f"{name} at {case.participant.name}" if case.participant else name
