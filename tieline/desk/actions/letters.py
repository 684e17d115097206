"""May a letter beside the client be taken back? While it is held: it goes, and its words are its writer's draft again.

A thread that was begun only with it goes too, as nobody has heard of it; its people and subject stand in the draft.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tieline.desk.actions.drafts import into_draft
from tieline.desk.actions.locking import locked_home
from tieline.desk.actions.sending import NotYours
from tieline.desk.actions.threads import people_on
from tieline.desk.events import LetterTakenBack
from tieline.desk.models import Case, CasePerson, CaseThread, Draft, DraftKind, Message
from tieline.desk.writing import Heading
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.journal.models import JournalLink
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.mail.holding import AlreadyLeaving, take_out


@transaction.atomic
def take_back_letter(message: Message, *, by: Actor, at: datetime) -> Draft:
    """Undo sending a letter of a thread, or a message sent on, while its mail is held. Nothing of the case moves.

    Refuses NotYours, AlreadyLeaving.
    """
    require(by, "desk.reply")
    if message.author != str(by.reference):
        raise NotYours(message)
    case = locked_home(message)
    found = Message.objects.filter(pk=message.pk, outgoing__isnull=False, thread__isnull=False)
    letter = found.select_related("thread").first()
    if letter is None or letter.thread is None or letter.outgoing_id is None:
        raise AlreadyLeaving
    thread, outgoing_id = letter.thread, letter.outgoing_id
    kind, heading = _was(case, letter, thread)
    links = {"message": Reference("message", str(letter.pk)), "mail": Reference("outgoing", str(outgoing_id))}
    letter.delete()
    take_out(outgoing_id)
    if heading.thread is None:
        CasePerson.objects.filter(thread=thread).delete()
        thread.delete()
    Case.objects.filter(pk=case.pk).update(message_count=F("message_count") - 1, last_activity_at=at)
    draft = into_draft(case, letter.text, kind=kind, heading=heading, by=by, at=at)
    record(LetterTakenBack(), about=case.reference, by=by, at=at, links=links)
    return draft


def _was(case: Case, letter: Message, thread: CaseThread) -> tuple[DraftKind, Heading]:
    """What it was before it was sent: a letter of its thread, one to begin it, or a message sent on."""
    is_only = not thread.messages.exclude(pk=letter.pk).exists() and not Draft.objects.filter(thread=thread).exists()
    if not is_only:
        return DraftKind.LETTER, Heading(thread=thread)
    to = ", ".join(people_on(thread))
    if (about := _sent_on(case, letter)) is not None:
        return DraftKind.FORWARD, Heading(about=about, to=to)
    return DraftKind.LETTER, Heading(to=to, subject=thread.subject, thread_kind=thread.kind)


def _sent_on(case: Case, letter: Message) -> Message | None:
    """The message a letter sent on, as the journal has it; one that lies elsewhere by now is not of this case."""
    sent = JournalLink.objects.filter(object_kind="message", object_id=str(letter.pk), role="sent")
    told = JournalLink.objects.filter(event__in=sent.values("event"), role="message", object_kind="message")
    original = told.values_list("object_id", flat=True).first()
    return Message.objects.filter(pk=int(original), case=case).first() if original else None
