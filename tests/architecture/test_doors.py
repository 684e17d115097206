"""Who gets what at every address? Each address × each member of the cast, with the status expected.

An address that is missing from the table fails. Every request is rolled back, so no row depends on another.
Ana is an account manager, Mara an expert, Rhea a reader, Lena the administrator. Kit is a rival's person:
nobody like Kit can sign in here, so the door is made to believe it, and must still show nothing of the case.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import MONDAY, PASSWORD, Cast, assemble, viewer_of
from tieline.console.tests.arriving import SCRIPTED, receive
from tieline.desk.actions import cite, comment_on_draft, save_draft, send_later
from tieline.desk.models import Case, CaseCitation, CaseState, DraftKind, Message
from tieline.desk.profile import Taxonomy
from tieline.identity.actions import add_staff
from tieline.identity.models import User
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail import shelf
from tieline.mail.actions import keep
from tieline.mail.models import IncomingMail
from tieline.mail.sources import Delivery
from tieline.rulebook.actions import import_edition
from tieline.rulebook.models import ChangeReport, ChangeTask, ParagraphVersion
from tieline.rulebook.profile import Rulebook

PEOPLE = ("nobody", "ana", "mara", "rhea", "lena", "kit")


@dataclass(frozen=True)
class Market:
    """The cast, and one case of Bluestem with a file, a picture of markup and a citation."""

    cast: Cast
    staff: dict[str, User]
    case: Case
    message: Message
    citation: CaseCitation
    version: ParagraphVersion
    task: ChangeTask

    @property
    def number(self) -> int:
        """The case's number, as addresses have it."""
        return self.case.number


@dataclass(frozen=True)
class Door:
    """One act at one address: method, name and parts of the address, what is sent, each person's status."""

    method: str
    name: str
    nobody: int
    ana: int
    mara: int
    rhea: int
    lena: int
    kit: int
    parts: Callable[[Market], tuple[object, ...]] = lambda market: ()
    sent: Callable[[Market], dict[str, object]] = lambda market: {}

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def of_case(market: Market) -> tuple[object, ...]:
    return (market.number,)


def of_message(market: Market) -> tuple[object, ...]:
    return (market.number, market.message.pk)


def of_draft(market: Market) -> tuple[object, ...]:
    return (market.number, market.case.drafts.get().pk)


def of_book(market: Market) -> tuple[object, ...]:
    return (market.version.paragraph.section.book.key,)


def of_section(market: Market) -> tuple[object, ...]:
    return (*of_book(market), market.version.paragraph.section.number)


def of_edition(market: Market) -> tuple[object, ...]:
    return (market.version.paragraph.section.book.editions.get().pk,)


def of_version(market: Market) -> tuple[object, ...]:
    return (market.version.pk,)


ASSIGN_ALL: dict[str, object] = {"act": "assign", "view": "open", "all": "on", "owner": "none"}

DOORS = [
    # method, address, then the status for: nobody, ana, mara, rhea, lena, kit
    # 503: no worker runs in tests, and health says so to everybody alike
    Door("GET", "healthz", 503, 503, 503, 503, 503, 503),
    Door("GET", "sign-in", 200, 303, 303, 303, 303, 303),
    Door("POST", "sign-in", 303, 303, 303, 303, 303, 303,
         sent=lambda market: {"username": "ana.ortiz", "password": PASSWORD}),
    Door("POST", "sign-out", 302, 303, 303, 303, 303, 303),
    Door("GET", "password", 302, 200, 200, 200, 200, 200),
    Door("POST", "password", 302, 422, 422, 422, 422, 422),
    Door("POST", "preferences", 302, 303, 303, 303, 303, 403, sent=lambda market: {"dense": "yes"}),
    Door("GET", "own-keys", 302, 200, 200, 200, 200, 200),
    Door("POST", "own-keys", 302, 303, 303, 303, 303, 403, sent=lambda market: {"reply": "y", "elsewhere": "r"}),
    Door("GET", "home", 302, 303, 303, 303, 303, 303),
    Door("GET", "palette", 302, 200, 200, 200, 200, 200),
    Door("GET", "cases", 302, 200, 200, 200, 200, 403),
    Door("GET", "case-rows", 302, 200, 200, 200, 200, 403),
    Door("GET", "case-new", 302, 200, 403, 403, 200, 403),
    Door("POST", "case-new", 302, 303, 403, 403, 303, 403, sent=lambda market: {
        "key": str(uuid4()), "subject": "A call", "text": "Where is it?", "channel": "phone",
        "topic": market.case.topic, "urgency": market.case.urgency}),
    Door("GET", "case-count", 302, 200, 200, 200, 200, 403),
    Door("GET", "case-suggestions", 302, 200, 200, 200, 200, 403),
    Door("GET", "case-export", 302, 200, 403, 403, 200, 403, lambda market: ("csv",)),
    Door("GET", "case-board", 302, 200, 200, 200, 200, 403),
    Door("POST", "case-board-moves", 302, 303, 403, 403, 303, 404,
         sent=lambda market: {"number": market.number, "by": "owner", "to": "nobody"}),
    Door("GET", "saved-views", 302, 200, 200, 200, 200, 403),
    Door("POST", "saved-views", 302, 303, 303, 303, 303, 403,
         sent=lambda market: {"name": "Mine", "query": "owner:me", "shared_with": "nobody"}),
    Door("GET", "saved-views-aside", 302, 200, 200, 200, 200, 403),
    # there is no saved view in this market: for everybody alike
    Door("GET", "saved-view", 302, 404, 404, 404, 404, 404, lambda market: (1,)),
    Door("GET", "case", 302, 200, 200, 200, 200, 404, of_case),
    Door("GET", "case-changes", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-replies", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"text": "Good morning."}),
    # the only message is the client's, nobody's reply
    Door("DELETE", "case-reply", 302, 409, 403, 403, 409, 404, of_message),
    Door("POST", "case-draft", 302, 200, 403, 403, 200, 404, of_case,
         lambda market: {"kind": "reply", "text": "Good"}),
    Door("GET", "case-draft-text", 302, 200, 200, 200, 200, 404,
         lambda market: (market.number, market.case.drafts.get().pk)),
    Door("GET", "case-writers", 302, 200, 200, 200, 200, 404, of_case),
    Door("GET", "draft-readers", 302, 200, 200, 200, 200, 404, of_case, lambda market: {"kind": "reply"}),
    # 409: nobody who knocks has a draft, was asked to look at one, or planned the reply but Ana
    Door("POST", "draft-readers", 302, 409, 409, 403, 409, 404, of_case,
         lambda market: {"kind": "reply", "reader": market.cast.ravi.pk}),
    Door("POST", "draft-approval", 302, 409, 409, 403, 409, 404, of_draft, lambda market: {"version": 1}),
    Door("POST", "draft-comments", 302, 303, 303, 403, 303, 404, of_draft, lambda market: {"text": "Sure?"}),
    Door("POST", "draft-comment", 302, 303, 409, 403, 409, 404,
         lambda market: (*of_draft(market), market.case.drafts.get().comments.get().pk)),
    Door("POST", "later-reply", 302, 303, 403, 403, 409, 404,
         lambda market: (market.number, market.case.later_replies.get().pk), lambda market: {"move": "drop"}),
    Door("GET", "waiting-replies", 302, 200, 200, 200, 200, 403),
    Door("GET", "compose-suggestions", 302, 200, 200, 200, 200, 404, lambda market: (market.number, "cases")),
    Door("GET", "case-templates", 302, 200, 403, 403, 200, 404, of_case),
    Door("GET", "case-template", 302, 200, 403, 403, 200, 404, lambda market: (market.number, "closing")),
    Door("POST", "case-template", 302, 200, 403, 403, 200, 404, lambda market: (market.number, "closing")),
    Door("POST", "case-notes", 302, 303, 303, 403, 303, 404, of_case, lambda market: {"text": "Look again."}),
    Door("POST", "case-citations", 302, 303, 303, 403, 303, 404, of_case,
         lambda market: {"version_id": market.version.pk, "quote": ""}),
    Door("GET", "case-references", 302, 200, 200, 200, 200, 404, of_case),
    Door("GET", "case-answer", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-answer", 302, 303, 303, 403, 303, 404, of_case,
         lambda market: {"version_id": market.version.pk, "quote": market.version.text}),
    # 409: no language model is set up in tests
    Door("POST", "case-rewording", 302, 409, 403, 403, 409, 404, of_case),
    Door("DELETE", "case-citation", 302, 303, 303, 403, 303, 404,
         lambda market: (market.number, market.citation.pk)),
    Door("GET", "case-assignment", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-assignment", 302, 303, 403, 403, 303, 404, of_case, lambda market: {"owner": "me"}),
    Door("POST", "case-routing", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"topic": market.case.topic, "urgency": market.case.urgency}),
    Door("POST", "case-closure", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"outcome": an_outcome_without_answer(market)}),
    Door("DELETE", "case-closure", 302, 409, 403, 403, 409, 404, of_case),
    Door("GET", "case-people", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-people", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"address": "pat@bluestem-energy.example", "reason": "asked for it"}),
    Door("DELETE", "case-person", 302, 404, 404, 404, 404, 404, lambda market: (market.number, 0)),
    Door("POST", "case-requester", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"address": "pat@bluestem-energy.example", "reason": "asked for it"}),
    Door("GET", "case-threads", 302, 200, 403, 403, 200, 404, of_case),
    Door("POST", "case-threads", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"to": "maker@elsewhere.example", "thread_kind": "outside", "text": "Good morning."}),
    Door("GET", "case-thread", 302, 404, 404, 404, 404, 404, lambda market: (market.number, 0)),
    Door("GET", "case-forward", 302, 200, 403, 403, 200, 404, of_message),
    Door("POST", "case-forward", 302, 303, 403, 403, 303, 404, of_message,
         lambda market: {"to": "maker@elsewhere.example", "text": "See below."}),
    # the only message is the client's, no letter of a thread
    Door("DELETE", "case-letter", 302, 404, 404, 404, 404, 404, of_message),
    Door("GET", "case-clocks", 302, 200, 200, 200, 200, 404, of_case),
    Door("GET", "case-structure", 302, 200, 200, 200, 200, 404, of_case),
    # 409: the case itself, which it can neither be linked to nor merged into
    Door("POST", "case-links", 302, 409, 403, 403, 409, 404, of_case,
         lambda market: {"other": market.number, "kind": "related"}),
    Door("DELETE", "case-link", 302, 404, 404, 404, 404, 404, lambda market: (market.number, 0)),
    Door("GET", "case-merging", 302, 200, 403, 403, 200, 404, of_case),
    Door("POST", "case-merging", 302, 409, 403, 403, 409, 404, of_case, lambda market: {"into": market.number}),
    Door("GET", "case-splitting", 302, 200, 403, 403, 200, 404, of_case),
    Door("POST", "case-splitting", 302, 409, 403, 403, 409, 404, of_case,
         lambda market: {"messages": market.message.pk}),
    Door("GET", "message-moving", 302, 200, 403, 403, 200, 404, of_message),
    Door("POST", "message-moving", 302, 409, 403, 403, 409, 404, of_message, lambda market: {"into": market.number}),
    Door("GET", "my-list", 302, 200, 200, 200, 200, 403),
    Door("GET", "my-sections", 302, 200, 200, 200, 200, 403),
    Door("GET", "my-count", 302, 200, 200, 200, 200, 403),
    Door("GET", "presence-in-rows", 302, 200, 200, 200, 200, 403),
    Door("GET", "case-presence", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-presence", 302, 204, 204, 204, 204, 404, of_case, lambda market: {"doing": "viewing"}),
    Door("POST", "case-handover", 302, 303, 403, 403, 303, 404, of_case,
         lambda market: {"topic": market.case.topic, "reason": "not ours"}),
    Door("GET", "case-consultations", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-consultations", 302, 303, 303, 403, 303, 404, of_case,
         lambda market: {"whom": "team:settlements", "question": "Which interval?"}),
    Door("GET", "consultations", 302, 200, 200, 200, 200, 403),
    # nothing was asked in this market: for everybody alike
    Door("GET", "consultation", 302, 404, 404, 404, 404, 403, lambda market: (0,)),
    Door("GET", "consultation-quotation", 302, 404, 403, 403, 404, 403, lambda market: (0,)),
    Door("GET", "supervision", 302, 403, 403, 403, 200, 403),
    Door("GET", "supervision-file", 302, 403, 403, 403, 200, 403),
    Door("GET", "team", 302, 200, 200, 200, 200, 403),
    Door("POST", "absences", 302, 303, 403, 403, 303, 403, sent=lambda market: {
        "user": market.staff["ana"].pk, "first": "2026-12-24", "last": "2026-12-31"}),
    Door("DELETE", "absence", 302, 404, 404, 404, 404, 403, lambda market: (0,)),
    Door("POST", "capacity", 302, 403, 403, 403, 303, 403, lambda market: (market.staff["ana"].pk,),
         lambda market: {"most_cases": 9, "hours": "Mon-Fri 08:00-17:00"}),
    Door("GET", "case-pile", 302, 200, 200, 200, 200, 404, of_case),
    Door("POST", "case-pile", 302, 303, 303, 303, 303, 404, of_case, lambda market: {"pile": "done"}),
    Door("POST", "case-following", 302, 303, 303, 303, 303, 404, of_case),
    Door("POST", "case-seen", 302, 204, 204, 204, 204, 404, of_case, lambda market: {"upto": market.message.pk}),
    Door("POST", "case-labels", 302, 303, 303, 403, 303, 404, of_case, lambda market: {"label": "storm"}),
    Door("GET", "bulk-acts", 302, 200, 200, 200, 200, 403),
    Door("POST", "bulk-plan", 302, 200, 403, 403, 200, 403, sent=lambda market: ASSIGN_ALL),
    Door("POST", "bulk-acts", 302, 303, 403, 403, 303, 403, sent=lambda market: ASSIGN_ALL),
    Door("GET", "bulk-act", 302, 404, 404, 404, 404, 403, lambda market: (0,)),
    Door("GET", "original", 302, 200, 403, 403, 200, 404, of_message),
    Door("GET", "original-frame", 302, 200, 403, 403, 200, 404, of_message),
    Door("GET", "attachment", 302, 200, 200, 200, 200, 404,
         lambda market: (market.message.incoming.attachments.get().file_key,)),
    Door("GET", "attachment-preview", 302, 200, 200, 200, 200, 404,
         lambda market: (market.message.incoming.attachments.get().file_key,)),
    # 404: the file is markup, of which no picture is drawn
    Door("GET", "attachment-picture", 302, 404, 404, 404, 404, 404,
         lambda market: (market.message.incoming.attachments.get().file_key, 1)),
    Door("GET", "case-uploads", 302, 303, 303, 303, 303, 404, of_case),
    Door("POST", "case-uploads", 302, 201, 201, 403, 201, 404, of_case, lambda market: {"name": "a.csv", "size": 3}),
    # an upload belongs to who brings it up; nobody here has one
    Door("GET", "case-upload", 302, 404, 404, 404, 404, 404, lambda market: (market.number, "0" * 32)),
    Door("GET", "rules", 302, 200, 200, 200, 200, 403),
    Door("GET", "rule-search", 302, 200, 200, 200, 200, 403),
    Door("GET", "rule-cited", 302, 303, 303, 303, 303, 403),
    Door("GET", "rule-glossary", 302, 200, 200, 200, 200, 403),
    Door("GET", "book", 302, 200, 200, 200, 200, 403, of_book),
    Door("GET", "section", 302, 200, 200, 200, 200, 403, of_section),
    Door("GET", "section-citing", 302, 200, 200, 200, 200, 403, of_section),
    # one edition: there is nothing to compare it with
    Door("GET", "section-redline", 302, 200, 200, 200, 200, 403, of_section),
    Door("GET", "book-changes", 302, 200, 200, 200, 200, 403, of_book),
    Door("GET", "book-changes-file", 302, 200, 200, 200, 200, 403, lambda market: (*of_book(market), "csv")),
    Door("GET", "paragraph", 302, 303, 303, 303, 303, 403, lambda market: (*of_section(market), "(1)")),
    Door("GET", "rule-version", 302, 303, 303, 303, 303, 403, of_version),
    Door("GET", "book-editions", 302, 200, 200, 200, 200, 403, of_book),
    Door("POST", "book-editions", 302, 403, 403, 403, 422, 403, of_book),
    Door("GET", "rule-version-source", 302, 303, 303, 303, 303, 403, of_version),
    Door("GET", "rule-source-text", 302, 200, 200, 200, 200, 403, of_version),
    Door("GET", "rule-exhibit", 302, 404, 404, 404, 404, 403, lambda market: (0,)),
    Door("GET", "rule-source", 302, 200, 200, 200, 200, 403, of_edition),
    Door("GET", "rule-source-page", 302, 200, 200, 200, 200, 403, lambda market: (*of_edition(market), 2)),
    Door("GET", "rule-source-picture", 302, 200, 200, 200, 200, 403, lambda market: (*of_edition(market), 2)),
    Door("GET", "rule-timeline", 302, 200, 200, 200, 200, 403, of_version),
    Door("DELETE", "rule-origin", 302, 403, 403, 403, 303, 403, of_version),
    Door("GET", "change-reports", 302, 200, 200, 200, 200, 403),
    Door("GET", "change-report", 302, 200, 200, 200, 200, 403, lambda market: (market.task.report_id,)),
    Door("GET", "change-report-file", 302, 200, 200, 200, 200, 403, lambda market: (market.task.report_id,)),
    Door("GET", "my-change-tasks", 302, 200, 200, 200, 200, 403),
    Door("POST", "change-task", 302, 303, 303, 403, 303, 403, lambda market: (market.task.pk,),
         lambda market: {"decision": "confirm", "note": ""}),
    Door("POST", "change-confirmations", 302, 303, 303, 403, 303, 403, lambda market: (market.task.report_id,),
         lambda market: {"task": market.task.pk, "note": "Looked at it."}),
    Door("GET", "rule-map", 302, 200, 200, 200, 200, 403),
    Door("GET", "rule-map-file", 302, 200, 200, 200, 200, 403),
    Door("GET", "participants", 302, 200, 200, 200, 200, 403),
    Door("GET", "participant", 302, 200, 200, 200, 200, 403, lambda market: (market.cast.bluestem.pk,)),
    Door("GET", "mail-ledger", 302, 403, 403, 403, 200, 403),
    Door("GET", "mail-quarantine", 302, 403, 403, 403, 200, 403),
    Door("POST", "mail-quarantine", 302, 403, 403, 403, 303, 403,
         sent=lambda market: {"act": "release", "mail": a_quarantined_mail(market)}),
    Door("GET", "mail-quarantine-count", 302, 403, 403, 403, 200, 403),
    Door("GET", "mail-quarantined", 302, 403, 403, 403, 200, 403, lambda market: (a_quarantined_mail(market),)),
    Door("GET", "mail-quarantined-frame", 302, 403, 403, 403, 200, 403, lambda market: (a_quarantined_mail(market),)),
]  # fmt: skip


def an_outcome_without_answer(market: Market) -> str:
    kind = market.cast.profile.get(Taxonomy).kind(market.case.kind)
    return next(outcome.key for outcome in kind.outcomes if not outcome.needs_answer)


def a_quarantined_mail(market: Market) -> int:
    return shelf.put(keep_anew(b"Subject: strange\n\nWords."), "nobody can read it", MONDAY).pk


def keep_anew(raw: bytes) -> IncomingMail:
    mail = keep(Delivery("test:quarantined", "test", raw), run=None, at=MONDAY)
    assert mail is not None
    return mail


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with clock.fixed_at(MONDAY), transaction.atomic():
        with viewing_as(SYSTEM):
            yield _market(tmp_path_factory.mktemp("rules"))
        transaction.set_rollback(True)


def _market(folder: Path) -> Market:
    cast = assemble()
    rhea = add_staff(
        "rhea.quinn", name="Rhea Quinn", email="rhea.quinn@gridoperator.example", password=PASSWORD,
        role="reader", team=None, by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    staff = {"ana": cast.ana, "mara": cast.mara, "rhea": rhea, "lena": cast.lena}
    case = receive(cast, "Where is our statement?", "We miss one.", html=SCRIPTED, file="list.html")
    version = _a_rule(cast, folder)
    save_draft(case, kind=DraftKind.NOTE, text="Look", version=0, by=cast.ravi.as_actor(), at=MONDAY)
    comment_on_draft(case.drafts.get(), text="Sure?", about_words="", by=cast.ana.as_actor(), at=MONDAY)
    send_later(
        case, text="Later.", then=CaseState.OPEN, send_at=MONDAY + timedelta(days=1), by=cast.ana.as_actor(), at=MONDAY
    )
    citation = cite(case, version_id=version.pk, quote="", by=cast.ana.as_actor(), at=MONDAY)
    return Market(cast, staff, case, case.messages.get(), citation, version, _a_task(case, version))


def _a_rule(cast: Cast, folder: Path) -> ParagraphVersion:
    from tieline.rulebook.tests.print_shop import guide, kept

    book = cast.profile.get(Rulebook).books[0].key
    edition = kept(folder, "guide.pdf", guide())
    import_edition(edition, book=book, effective_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY)
    return ParagraphVersion.objects.in_force(MONDAY.date()).order_by("pk")[0]


def _a_task(case: Case, version: ParagraphVersion) -> ChangeTask:
    """A change of the cited paragraph is announced, and the case waits for somebody to look."""
    report = ChangeReport.objects.create(
        book=version.paragraph.section.book, request="a request", made_at=MONDAY,
        counts={"changed": 1, "moved": 0, "gone": 0, "added": 0},
    )  # fmt: skip
    return ChangeTask.objects.create(
        report=report, kind="case_citation", holder=str(case.reference), label="a rule", name="a case",
        version=version, fault="changed",
    )  # fmt: skip


def test_every_address_is_in_the_table() -> None:
    assert {door.name for door in DOORS} == set(_names(get_resolver()))


def _names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"{entry.pattern} has no name"
            yield entry.name


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_gets_what(market: Market, door: Door, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = knock(market, door, person, monkeypatch)

    assert answer.status_code == getattr(door, person), f"{person}: {door}"
    if answer.status_code == 302:
        assert answer["Location"].startswith("/sign-in")


@pytest.mark.parametrize("door", [door for door in DOORS if door.kit == 200], ids=str)
def test_a_rival_reads_no_word_of_the_case(market: Market, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    page = knock(market, door, "kit", monkeypatch).content.decode()

    assert market.case.subject not in page
    assert market.cast.bluestem.name not in page


def knock(market: Market, door: Door, person: str, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    """Act at a door as a person; whatever it changed is taken back."""
    browser = Client()
    with transaction.atomic():
        if person in market.staff:
            browser.force_login(market.staff[person])
        elif person == "kit":
            monkeypatch.setattr("tieline.console.requests._signed_in", _eyes_of_a_rival(market))
        address = reverse(door.name, args=door.parts(market))
        answer: HttpResponse = getattr(browser, door.method.lower())(address, door.sent(market) or None)
        transaction.set_rollback(True)
    return answer


def _eyes_of_a_rival(market: Market) -> Callable[[HttpRequest], User]:
    rival = copy.copy(market.cast.ana)
    rival.as_actor = lambda: viewer_of(market.cast.prickly_pear)  # type: ignore[method-assign]
    return lambda request: rival
