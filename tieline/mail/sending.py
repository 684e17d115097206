"""How does the outbox empty? Claim, deliver, write down; again after a pause when the server could not take it.

A message is claimed by a conditional update with a lease. If the process dies after delivery and before the record,
the lease runs out and the same message, with the same Message-ID, is sent once more: mail cannot do better than
"at least once", and the identifier lets the receiver see that it is the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tieline.journal.actions import record
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import outgoing_reference
from tieline.mail.compose import OutgoingContent, UnsafeHeader, compose
from tieline.mail.events import MailDelivered, MailFailed, MailPartlyTaken
from tieline.mail.models import OutgoingMail, SendState
from tieline.mail.outgoing_files import attached_to, loaded
from tieline.mail.standing import note_refusals
from tieline.mail.transport import PermanentFailure, RefusedRecipient, Security, Sent, Server, TemporaryFailure, deliver

LEASE = timedelta(minutes=5)
PAUSES = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)


def server_from_settings() -> Server | None:
    """The SMTP server of this installation, or None when mail is to wait."""
    if not settings.SMTP_HOST:
        return None
    return Server(
        host=settings.SMTP_HOST, port=settings.SMTP_PORT, security=Security(settings.SMTP_SECURITY),
        user=settings.SMTP_USER, password=settings.SMTP_PASSWORD,
    )  # fmt: skip


def send_waiting(server: Server, *, sender_name: str, at: datetime, limit: int = 20) -> int:
    """Send what is due in the outbox; returns how many messages were taken by the server."""
    return sum(_send(id_, server, sender_name, at) for id_ in _claim(at, limit))


def _claim(at: datetime, limit: int) -> list[int]:
    with viewing_as(SYSTEM):
        due = OutgoingMail.objects.select_for_update(skip_locked=True).filter(
            state__in=[SendState.WAITING, SendState.SENDING], next_try_at__lte=at
        )
        ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])
        OutgoingMail.objects.filter(pk__in=ids).update(state=SendState.SENDING, next_try_at=at + LEASE)
    return ids


def _send(id_: int, server: Server, sender_name: str, at: datetime) -> bool:
    with viewing_as(SYSTEM):
        outgoing = OutgoingMail.objects.get(pk=id_)
    content = _content(outgoing, sender_name)
    try:
        with viewing_as(SYSTEM):
            files, taken = attached_to(outgoing), _taken_before(outgoing)
        sent = deliver(compose(replace(content, attachments=loaded(files))), server, but_for=taken)
    except TemporaryFailure as failure:
        _try_later(id_, str(failure), at)
        return False
    except (PermanentFailure, UnsafeHeader) as failure:
        _mark_refused(failure.refused if isinstance(failure, PermanentFailure) else (), at)
        _give_up(id_, str(failure), at)
        return False
    _mark_refused(sent.refused, at)
    return _note_taken(id_, sent, at, missing=set(outgoing.recipients) - set(sent.accepted) - taken)


def _taken_before(outgoing: OutgoingMail) -> set[str]:
    """Who has the message from an earlier try; a first try asks nothing."""
    if not outgoing.attempts:
        return set()
    me = outgoing_reference(outgoing)
    told = JournalEvent.objects.filter(links__role="about", links__object_kind=me.kind, links__object_id=me.id)
    found = told.filter(kind=MailPartlyTaken.kind).values_list("facts__addresses", flat=True)
    return {address for addresses in found for address in addresses}


def _content(outgoing: OutgoingMail, sender_name: str) -> OutgoingContent:
    """The message but for its files."""
    return OutgoingContent(
        message_id=outgoing.message_id,
        sender_name=sender_name,
        sender_address=settings.MAIL_ADDRESS,
        recipients=tuple(outgoing.recipients),
        cc=tuple(outgoing.copied),
        reply_to=outgoing.reply_to,
        subject=outgoing.subject,
        text=outgoing.text,
        in_reply_to=outgoing.in_reply_to,
        references=tuple(outgoing.references),
        is_automatic=outgoing.is_automatic,
        written_at=outgoing.written_at,
        instance=settings.MAIL_ADDRESS,
    )


def _mark_refused(refused: tuple[RefusedRecipient, ...], at: datetime) -> None:
    if refused:
        with viewing_as(SYSTEM):
            note_refusals(refused, at=at)


def _note_taken(id_: int, sent: Sent, at: datetime, *, missing: set[str]) -> bool:
    """The server took it for somebody: it is sent when those it was written to are among them, copies aside."""
    refused = [one for one in sent.refused if one.address in missing]
    told = "; ".join(f"{one.address}: {one.code} {one.answer}" for one in sent.refused)[:1000]
    if refused and all(one.is_permanent for one in refused):
        _give_up(id_, told, at)
    elif refused:
        _note_partly_taken(id_, sent, at)
        _try_later(id_, told, at)
    else:
        _note_sent(id_, at, problem=told)
    return not refused


def _note_partly_taken(id_: int, sent: Sent, at: datetime) -> None:
    """Put down who has it, so that the next try is for the others alone."""
    with viewing_as(SYSTEM), transaction.atomic():
        outgoing = OutgoingMail.objects.get(pk=id_)
        taken = MailPartlyTaken(addresses=list(sent.accepted))
        record(taken, about=outgoing_reference(outgoing), by=SYSTEM, at=at, links={"object": outgoing.about})


def _note_sent(id_: int, at: datetime, *, problem: str) -> None:
    with viewing_as(SYSTEM), transaction.atomic():
        outgoing = OutgoingMail.objects.select_for_update().get(pk=id_)
        if outgoing.state == SendState.SENT:
            return
        outgoing.state, outgoing.sent_at, outgoing.problem = SendState.SENT, at, problem
        outgoing.attempts += 1
        outgoing.save(update_fields=["state", "sent_at", "problem", "attempts"])
        links = {"object": outgoing.about}
        said = MailDelivered(message_id=outgoing.message_id)
        record(said, about=outgoing_reference(outgoing), by=SYSTEM, at=at, links=links)


def _try_later(id_: int, problem: str, at: datetime) -> None:
    with viewing_as(SYSTEM):
        outgoing = OutgoingMail.objects.select_for_update().get(pk=id_)
        if outgoing.attempts >= len(PAUSES):
            _give_up(id_, problem, at)
            return
        outgoing.next_try_at = at + timedelta(seconds=PAUSES[outgoing.attempts])
        outgoing.attempts += 1
        outgoing.state, outgoing.problem = SendState.WAITING, problem
        outgoing.save(update_fields=["state", "next_try_at", "attempts", "problem"])


def _give_up(id_: int, problem: str, at: datetime) -> None:
    with viewing_as(SYSTEM):
        outgoing = OutgoingMail.objects.select_for_update().get(pk=id_)
        outgoing.state, outgoing.problem = SendState.FAILED, problem
        outgoing.attempts += 1
        outgoing.save(update_fields=["state", "problem", "attempts"])
        links = {"object": outgoing.about}
        record(MailFailed(problem=problem[:300]), about=outgoing_reference(outgoing), by=SYSTEM, at=at, links=links)
