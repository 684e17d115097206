"""What is done about a change of the rules: its report is made, and each object it reaches is confirmed or amended.

A report is made once; asked for again it is returned, with tasks added for a request whose text grew. An object is
never changed here: an owner looks, does what is needed where the object lives, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.journal.events import Event
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook import standing
from tieline.rulebook.events import ChangeReported, ReachedAmended, ReachedConfirmed
from tieline.rulebook.models import Book, ChangeReport, ChangeTask, Decision, Edition
from tieline.rulebook.reach import touched
from tieline.rulebook.reach.tasks import tasks_of

BATCH = 2000
DAY = timedelta(days=1)
Progress = Callable[[str], None]


class AlreadyDecided(Refusal):
    """Somebody has said it before."""

    def __init__(self, task: ChangeTask) -> None:
        super().__init__(f"{task.decided_by_name} has already {task.decision} “{task.name}”.")


class NothingToDecide(Refusal):
    """The object is done with."""

    def __init__(self, task: ChangeTask) -> None:
        super().__init__(f"“{task.name}” is done with; the change is only shown beside it.")


class NothingSaid(Refusal):
    """An amendment nobody can follow."""

    def __init__(self) -> None:
        super().__init__("Say in a few words what was amended.")


class NoSuchRequest(Refusal):
    """No grey box of the book names the request."""

    def __init__(self, book: str, request: str) -> None:
        super().__init__(f"No text of “{request}” stands in a grey box of {book}.")


def unwatched(words: str) -> None:
    """Nobody watches the progress."""


@transaction.atomic
def make_report(edition: Edition, *, by: Actor, at: datetime, progress: Progress = unwatched) -> ChangeReport | None:
    """Report what an edition reaches; None for the first edition of a book, on which nothing could rest before."""
    require(by, "rulebook.import")
    book = Book.objects.select_for_update().get(pk=edition.book_id)
    known = ChangeReport.objects.filter(edition=edition).first()
    if known is not None:
        return known
    if not book.editions.filter(effective_on__lt=edition.effective_on).exists():
        return None
    progress("comparing with the edition before")
    change = touched.by_edition(edition)
    report = ChangeReport.objects.create(
        book=book, edition=edition, effective_on=edition.effective_on, made_at=at, counts=change.counts()
    )
    _close_what_came_into_force(book, edition.effective_on)
    _ask(report, change, edition.effective_on - DAY, progress)
    return _told(report, by=by, at=at)


@transaction.atomic
def report_request(book: str, request: str, *, by: Actor, at: datetime, progress: Progress = unwatched) -> ChangeReport:
    """Report what the text of a revision request will reach once it is in force; refuses NoSuchRequest."""
    require(by, "rulebook.import")
    owner = Book.objects.select_for_update().filter(key=book).first()
    if owner is None or request not in touched.standing_requests(owner):
        raise NoSuchRequest(owner.name if owner else book, request)
    progress("reading the grey boxes")
    change = touched.by_request(owner, request)
    report, is_new = ChangeReport.objects.get_or_create(
        book=owner, request=request, defaults={"made_at": at, "counts": change.counts()}
    )
    _ask(report, change, touched.day_of(owner), progress)
    if is_new:
        return _told(report, by=by, at=at)
    report.counts = change.counts()
    report.save(update_fields=["counts"])
    return report


def confirm(task: ChangeTask, *, note: str, by: Actor, at: datetime) -> ChangeTask:
    """Say that the object is still right as it is; refuses AlreadyDecided and NothingToDecide."""
    return _decide(task, Decision.CONFIRMED, ReachedConfirmed(note=note.strip()), note=note, by=by, at=at)


def amend(task: ChangeTask, *, note: str, by: Actor, at: datetime) -> ChangeTask:
    """Say that the object was amended, and how; refuses NothingSaid, AlreadyDecided and NothingToDecide."""
    return _decide(task, Decision.AMENDED, ReachedAmended(note=note.strip()), note=note, by=by, at=at)


@transaction.atomic
def _decide(task: ChangeTask, decision: Decision, said: Event, *, note: str, by: Actor, at: datetime) -> ChangeTask:
    require(by, "rulebook.decide")
    task = ChangeTask.objects.select_for_update(of=("self",)).select_related("report").get(pk=task.pk)
    if task.is_settled:
        raise NothingToDecide(task)
    if task.decision:
        raise AlreadyDecided(task)
    if decision is Decision.AMENDED and not note.strip():
        raise NothingSaid()
    task.decision, task.note, task.decided_at = decision, note.strip(), at
    task.decided_by, task.decided_by_name = str(by.reference), by.name
    task.save(update_fields=["decision", "note", "decided_at", "decided_by", "decided_by_name"])
    links = {"report": task.report.reference, "holder": Reference.parse(task.holder)}
    record(said, about=task.reference, by=by, at=at, links=links)
    return task


def _ask(report: ChangeReport, change: touched.Touched, day: date, progress: Progress) -> None:
    """Write a task for everything that rests on what is touched; one that is there already stays as it is."""
    progress(f"asking what rests on {len(change.versions)} paragraphs")
    tasks = tasks_of(report, standing.resting(change.versions.keys(), as_at=day), change) if change.versions else []
    for start in range(0, len(tasks), BATCH):
        ChangeTask.objects.bulk_create(tasks[start : start + BATCH], ignore_conflicts=True)
        progress(f"{min(start + BATCH, len(tasks))} of {len(tasks)} tasks written")


def _close_what_came_into_force(book: Book, day: date) -> None:
    """What was asked about a request ahead of time is asked anew now that its text is in no grey box any more."""
    over = ChangeReport.objects.filter(book=book, edition=None, effective_on=None)
    over = over.exclude(request__in=touched.standing_requests(book))
    ChangeTask.objects.filter(report__in=over, decision="").update(is_settled=True)
    over.update(effective_on=day)


def _told(report: ChangeReport, *, by: Actor, at: datetime) -> ChangeReport:
    said = ChangeReported(
        book=report.book.key,
        request=report.request,
        effective_on=report.effective_on.isoformat() if report.effective_on else "",
        tasks=report.tasks.count(),
        **report.counts,
    )
    record(said, about=report.reference, by=by, at=at, links={"book": report.book.reference})
    return report
