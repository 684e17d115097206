"""What is done about a change of the rules: its report is made, and each object it reaches is confirmed or amended.

A report is made once; asked for again it is returned, with tasks added for a request whose text grew. An object is
never changed here: an owner looks, does what is needed where the object lives, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
from tieline.rulebook.reach.carrying import carried_over
from tieline.rulebook.reach.queries import Wanted, waiting_in
from tieline.rulebook.reach.superseding import settle_older
from tieline.rulebook.reach.tasks import tasks_of

BATCH = 2000
MOST_AT_ONCE = 500
MOST_NAMED = 5
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


class NothingLookedAt(Refusal):
    """Several objects confirmed at once without a word."""

    def __init__(self) -> None:
        super().__init__("Say in a few words what you looked at before you confirm several objects at once.")


class NothingChosen(Refusal):
    """Several objects confirmed, and none chosen."""

    def __init__(self) -> None:
        super().__init__("Choose the objects to confirm first.")


class TooManyAtOnce(Refusal):
    """More objects than one sentence can have been said of."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} objects are too many to confirm at once; narrow the filter to {MOST_AT_ONCE}.")


class ListMoved(Refusal):
    """The list is not the one that was looked at."""

    def __init__(self, seen: int, found: int) -> None:
        super().__init__(
            f"The list has changed meanwhile: {found} wait for a decision there, not {seen}. Nothing was confirmed; "
            "look at the list again."
        )


class DecidedMeanwhile(Refusal):
    """Some of the chosen objects wait for nobody any more."""

    def __init__(self, tasks: Sequence[ChangeTask]) -> None:
        named = ", ".join(f"“{one.name}” ({one.decided_by_name or 'nothing to decide'})" for one in tasks[:MOST_NAMED])
        more = f" and {len(tasks) - MOST_NAMED} more" if len(tasks) > MOST_NAMED else ""
        super().__init__(f"Decided meanwhile: {named}{more}. Nothing was confirmed; leave them out and try again.")


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
def confirm_several(
    report: ChangeReport, tasks: Collection[int], *, note: str, by: Actor, at: datetime
) -> list[ChangeTask]:
    """Say of several objects of a report that they are right as they are: of all of them or, refused, of none.

    Refuses NothingChosen, NothingLookedAt, TooManyAtOnce, ListMoved and DecidedMeanwhile.
    """
    require(by, "rulebook.decide")
    if not tasks:
        raise NothingChosen()
    if not note.strip():
        raise NothingLookedAt()
    if len(tasks) > MOST_AT_ONCE:
        raise TooManyAtOnce(len(tasks))
    chosen = list(ChangeTask.objects.select_for_update().filter(report=report, pk__in=tasks).order_by("pk"))
    if len(chosen) != len(set(tasks)):
        raise ListMoved(len(set(tasks)), len(chosen))
    if over := [one for one in chosen if one.decision or one.is_settled]:
        raise DecidedMeanwhile(over)
    for task in chosen:
        _say(task, report, Decision.CONFIRMED, ReachedConfirmed(note=note.strip()), note=note, by=by, at=at)
    return chosen


@transaction.atomic
def confirm_wanted(
    report: ChangeReport, wanted: Wanted, *, seen: int, note: str, by: Actor, at: datetime
) -> list[ChangeTask]:
    """Say it of everything in a list that waits for a decision, if those are still as many as were seen."""
    require(by, "rulebook.decide")
    waiting = waiting_in(report.pk, wanted)
    if len(waiting) != seen:
        raise ListMoved(seen, len(waiting))
    return confirm_several(report, waiting, note=note, by=by, at=at)


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
    _say(task, task.report, decision, said, note=note, by=by, at=at)
    return task


def _say(
    task: ChangeTask, report: ChangeReport, decision: Decision, said: Event, *, note: str, by: Actor, at: datetime
) -> None:
    task.decision, task.note, task.decided_at = decision, note.strip(), at
    task.decided_by, task.decided_by_name = str(by.reference), by.name
    task.save(update_fields=["decision", "note", "decided_at", "decided_by", "decided_by_name"])
    links = {"report": report.reference, "holder": Reference.parse(task.holder)}
    record(said, about=task.reference, by=by, at=at, links=links)
    settle_older(task, report)


def _ask(report: ChangeReport, change: touched.Touched, day: date, progress: Progress) -> None:
    """Write a task for everything that rests on what is touched; one that is there already stays as it is."""
    progress(f"asking what rests on {len(change.versions)} paragraphs")
    asked = tasks_of(report, standing.resting(change.versions.keys(), as_at=day), change) if change.versions else []
    tasks = carried_over(report, asked, change)
    for start in range(0, len(tasks), BATCH):
        ChangeTask.objects.bulk_create(tasks[start : start + BATCH], ignore_conflicts=True)
        progress(f"{min(start + BATCH, len(tasks))} of {len(tasks)} tasks written")


def _close_what_came_into_force(book: Book, day: date) -> None:
    """What was asked about a request ahead of time is over now that its text is in no grey box any more."""
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
        carried_over=report.tasks.exclude(decision="").count(),
        **report.counts,
    )
    record(said, about=report.reference, by=by, at=at, links={"book": report.book.reference})
    return report
