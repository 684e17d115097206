"""How do tests get a row in each of the desk's tables? Rows of one case, as a day's work leaves them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4

from tieline.desk import models as desk
from tieline.identity.models import User
from tieline.mail.models import AddressStanding, FileExamination, OutgoingAttachment, OutgoingMail


def furnish(case: desk.Case, other: desk.Case, *, by: User, at: datetime) -> None:
    """Threads, people, links, drafts, lists, turns and files of one case that has messages, an answer and a draft."""
    said = case.messages.order_by("pk").first()
    assert said is not None
    _structure(case, other, by, at)
    _personal(case, said, by, at)
    _drafts(case, by, at)
    _working(case, by, at)
    _files(case, by, at)


def _structure(case: desk.Case, other: desk.Case, by: User, at: datetime) -> None:
    thread = desk.CaseThread.objects.create(
        case=case, kind=desk.ThreadKind.OUTSIDE, subject="A question", started_at=at,
        started_by=str(by.as_actor().reference), started_by_name=by.name,
    )  # fmt: skip
    desk.CasePerson.objects.create(
        case=case, role=desk.CaseRole.OUTSIDE, address="maker@elsewhere.example", thread=thread, added_at=at,
        added_by_name=by.name,
    )  # fmt: skip
    desk.Message.objects.create(
        case=case, kind=desk.MessageKind.OURS, at=at, author=str(by.as_actor().reference), author_name=by.name,
        text="Only for the maker of the meter.", thread=thread,
    )  # fmt: skip
    desk.Message.objects.create(
        case=case, kind=desk.MessageKind.OURS, at=at, author=str(by.as_actor().reference), author_name=by.name,
        text="A reply that has not left.", is_withheld=True,
    )  # fmt: skip
    desk.CaseLink.objects.create(
        case=case, other=other, kind=desk.LinkKind.RELATED, linked_at=at, linked_by_name=by.name
    )
    desk.Rearrangement.objects.create(
        kind=desk.RearrangementKind.MOVE, source=case, target=other, at=at, by=str(by.as_actor().reference),
        by_name=by.name,
    )  # fmt: skip


def _personal(case: desk.Case, said: desk.Message, by: User, at: datetime) -> None:
    desk.Personal.objects.get_or_create(case=case, user=by, defaults={"changed_at": at})
    desk.Mention.objects.create(case=case, message=said, user=by, at=at)
    desk.Presence.objects.create(case=case, user=by, doing=desk.Doing.VIEWING, active_at=at, said_at=at)
    desk.SavedView.objects.create(name="Late", query="is:overdue", owner=by, made_at=at, changed_at=at)
    bulk = desk.BulkAct.objects.create(act="assign", asked_by=by, asked_at=at)
    desk.BulkTarget.objects.create(bulk=bulk, case=case)


def _drafts(case: desk.Case, by: User, at: datetime) -> None:
    draft = case.drafts.first()
    assert draft is not None
    desk.DraftReader.objects.create(draft=draft, reader=by, asked_at=at)
    desk.DraftComment.objects.create(draft=draft, author=by, text="Shorter, please.", at=at)
    desk.LaterReply.objects.create(case=case, author=by, text="Tomorrow.", send_at=at, written_at=at)


def _working(case: desk.Case, by: User, at: datetime) -> None:
    assert by.team is not None
    desk.WorkCapacity.objects.create(user=by)
    desk.Absence.objects.create(user=by, begins_at=at, ends_at=at + timedelta(days=1), noted_by_name=by.name)
    desk.RotaShift.objects.create(user=by, weekday=0, opens=time(8), closes=time(17))
    desk.Turn.objects.update_or_create(team=by.team, defaults={"last": by})
    desk.Consultation.objects.create(case=case, team=by.team, question="Is it so?", asked_by=by, asked_at=at)


def _files(case: desk.Case, by: User, at: datetime) -> None:
    desk.Upload.objects.create(
        case=case, author=by, name="reads.csv", content_type="text/csv", size_bytes=3, key=uuid4(), started_at=at
    )
    mail = OutgoingMail.objects.order_by("pk").first()
    assert mail is not None
    OutgoingAttachment.objects.create(mail=mail, name="reads.csv", content_type="text/csv", size_bytes=3, file_key="k")
    FileExamination.objects.get_or_create(file_key="k")
    AddressStanding.objects.get_or_create(address="gone@elsewhere.example", defaults={"bounced_at": at})
