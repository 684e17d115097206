"""What lies on the quarantine shelf, why, and how does it leave it?

A message on the shelf has the outcome *quarantine* and no end; a person ends that by releasing it, so that it goes
on to the desk as anybody's mail does, or by discarding it, which keeps every byte. A released message is announced
in the journal in the transaction that ends its stay, and the desk takes it from there exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.journal.models import JournalLink, Parked
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import STUMBLED, files_of, store_attachments, write_parsed
from tieline.mail.bare_reading import read_anyhow
from tieline.mail.events import MailDiscarded, MailReleased, MailSetAside
from tieline.mail.models import IncomingMail, MailAttachment, Outcome

RIGHT = "mail.shelf"
MOST_COUNTED = 1_000
SECONDS = 10.0
_TEXTS = ("html", "own_text", "quoted_text", "signature_text")


class NotOnTheShelf(Refusal):
    """The message was released or discarded already, or never lay there."""

    def __init__(self) -> None:
        super().__init__("This message is no longer on the shelf; somebody has released or discarded it.")


class AlreadyTaken(Refusal):
    """The desk has made a case of the message; what is wrong with it is told there."""

    def __init__(self, mail: IncomingMail) -> None:
        super().__init__(f"The message lies in case {mail.case_number} already.")


class NoReason(Refusal):
    """Discarding without saying why."""

    def __init__(self) -> None:
        super().__init__("Say in a few words why it is discarded; the journal keeps that.")


class NothingChosen(Refusal):
    """No message was ticked."""

    def __init__(self) -> None:
        super().__init__("Choose at least one message.")


@dataclass(frozen=True)
class ShelfPage:
    """Some messages on the shelf, newest first, and the id before which the older ones begin (None: no more)."""

    mails: tuple[IncomingMail, ...]
    older: int | None


@dataclass(frozen=True)
class Ended:
    """How many messages left the shelf, and how many of the chosen ones others had ended before."""

    done: int
    gone: int


def lying() -> QuerySet[IncomingMail]:
    """What lies on the shelf now."""
    return IncomingMail.objects.filter(outcome=Outcome.QUARANTINE, shelf_ended_at=None)


def shelf_page(*, before: int | None, limit: int) -> ShelfPage:
    """The newest `limit` messages on the shelf from before an id on; two queries."""
    mails = lying().defer(*_TEXTS)
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails.prefetch_related("attachments").order_by("-pk")[: limit + 1])
    return ShelfPage(tuple(found[:limit]), found[limit - 1].pk if len(found) > limit else None)


def count_lying() -> int:
    """How many lie there; counted up to a thousand, more says nothing more."""
    return lying()[:MOST_COUNTED].count()


def keeps_from_desk(mail: IncomingMail) -> bool:
    """Whether the desk must leave the message alone: it waits for a person, or was discarded by one."""
    if mail.outcome != Outcome.QUARANTINE:
        return False
    return mail.shelf_ended_at is not None or not mail.reason.startswith(STUMBLED)


@transaction.atomic
def put(mail: IncomingMail, reason: str, at: datetime) -> IncomingMail:
    """Lay a message on the shelf that the desk has not taken yet; one that lies there gets no second reason.

    Refuses AlreadyTaken when it became a case or part of one.
    """
    mail = IncomingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.case_number is not None:
        raise AlreadyTaken(mail)
    if mail.outcome == Outcome.QUARANTINE and mail.shelf_ended_at is None:
        return mail
    mail.outcome, mail.reason, mail.decided_at = Outcome.QUARANTINE, reason, at
    mail.sorted_at = mail.sorted_at or at
    mail.shelf_ended_at, mail.shelf_ended_how = None, ""
    mail.save(update_fields=["outcome", "reason", "decided_at", "sorted_at", "shelf_ended_at", "shelf_ended_how"])
    record(MailSetAside(Outcome.QUARANTINE.value, reason[:300]), about=mail.reference, by=SYSTEM, at=at)
    return mail


def release(mail: IncomingMail, *, by: Actor, at: datetime) -> IncomingMail:
    """Let a message go on to the desk as a person's mail. Refuses NotOnTheShelf.

    What was never read is read now, as well as it can be. Nothing automatic is answered to it: whoever wrote it is not
    who we think, or has written too often.
    """
    require(by, RIGHT)
    with transaction.atomic():
        mail = _locked(mail.pk)
        if not mail.body_digest:
            _read(mail)
        mail.outcome, mail.decided_at, mail.may_be_answered = "", None, False
        mail.shelf_ended_at, mail.shelf_ended_how = at, f"released by {by.name}"[:300]
        mail.save()
        _forget_stumbling(mail)
        record(MailReleased(subject=mail.subject, reason=mail.reason[:300]), about=mail.reference, by=by, at=at)
    return mail


@transaction.atomic
def discard(mail: IncomingMail, *, reason: str, by: Actor, at: datetime) -> IncomingMail:
    """Take a message off the shelf for good; its bytes stay. Refuses NoReason, NotOnTheShelf."""
    require(by, RIGHT)
    if not reason.strip():
        raise NoReason
    mail = _locked(mail.pk)
    mail.shelf_ended_at, mail.shelf_ended_how = at, f"discarded by {by.name}: {reason.strip()}"[:300]
    mail.save(update_fields=["shelf_ended_at", "shelf_ended_how"])
    _forget_stumbling(mail)
    record(MailDiscarded(subject=mail.subject, reason=reason.strip()[:300]), about=mail.reference, by=by, at=at)
    return mail


def release_chosen(chosen: Iterable[int], *, by: Actor, at: datetime) -> Ended:
    """Release every chosen message that still lies there. Refuses NothingChosen."""
    require(by, RIGHT)
    mails, gone = _chosen(chosen)
    for mail in mails:
        release(mail, by=by, at=at)
    return Ended(len(mails), gone)


def discard_chosen(chosen: Iterable[int], *, reason: str, by: Actor, at: datetime) -> Ended:
    """Discard every chosen message that still lies there. Refuses NothingChosen, NoReason."""
    require(by, RIGHT)
    mails, gone = _chosen(chosen)
    for mail in mails:
        discard(mail, reason=reason, by=by, at=at)
    return Ended(len(mails), gone)


def _chosen(chosen: Iterable[int]) -> tuple[list[IncomingMail], int]:
    """The chosen messages that lie there, locked in order, and how many do not any more."""
    wanted = set(chosen)
    if not wanted:
        raise NothingChosen
    mails = list(lying().select_for_update().filter(pk__in=wanted).order_by("pk"))
    return mails, len(wanted) - len(mails)


def _locked(id_: int) -> IncomingMail:
    mail = lying().select_for_update().filter(pk=id_).first()
    if mail is None:
        raise NotOnTheShelf
    return mail


def _read(mail: IncomingMail) -> None:
    """Take down what was never read, so that the desk can show it."""
    reading = read_anyhow(instance.files().get(mail.file_key), seconds=SECONDS)
    kept = store_attachments(reading.mail)
    write_parsed(mail, reading.mail)
    MailAttachment.objects.bulk_create(files_of(mail, kept))


def _forget_stumbling(mail: IncomingMail) -> None:
    """What a listener had given up about this message is settled: a person has decided."""
    about = JournalLink.objects.filter(event_id=OuterRef("event_id"), role="about", object_kind="mail")
    Parked.objects.filter(Q(Exists(about.filter(object_id=str(mail.pk))))).delete()
