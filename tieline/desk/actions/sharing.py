"""What becomes of a draft between colleagues? Somebody is asked to look, looks, says something beside it, approves it.

The draft's row is locked first, so an approval is of the words that were shown, or is refused.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.desk.actions.messages import written
from tieline.desk.events import DraftApproved, DraftCommented, DraftShared
from tieline.desk.models import Case, Draft, DraftComment, DraftKind, DraftReader
from tieline.desk.writing import writer_id
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.news import tell
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal


class NothingToShare(Refusal):
    """There is no draft."""

    def __init__(self) -> None:
        super().__init__("Write something first; there is no draft to show to anybody.")


class NoReader(Refusal):
    """Somebody who does not see the desk, or the writer."""

    def __init__(self) -> None:
        super().__init__("Ask a colleague who sees the case, and not yourself.")


class WrittenSince(Refusal):
    """The draft has changed since its reader saw it."""

    def __init__(self) -> None:
        super().__init__("The draft was written on since you read it. Read it again, then approve it.")


class NotAsked(Refusal):
    """Only who was asked approves."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"{draft.author.name} has not asked you to approve this draft.")


@transaction.atomic
def share_draft(case: Case, *, kind: DraftKind, reader: User, by: Actor, at: datetime) -> DraftReader:
    """Ask a colleague to look at one's draft; to ask twice asks once. Refuses NothingToShare, NoReader."""
    require(by, "desk.note")
    mine = Draft.objects.select_for_update().filter(case=case, author_id=writer_id(by), kind=kind)
    draft = mine.filter(thread=None, about=None).first()
    if draft is None:
        raise NothingToShare
    if reader.pk == writer_id(by) or not (reader.is_active and reader.as_actor().may("desk.see")):
        raise NoReader
    asked, is_new = DraftReader.objects.get_or_create(draft=draft, reader=reader, defaults={"asked_at": at})
    if is_new:
        record(DraftShared(reader=reader.name), about=case.reference, by=by, at=at, links=_to(reader))
        tell("draft", case.number)
    return asked


@transaction.atomic
def look_at_draft(draft: Draft, *, by: Actor, at: datetime) -> None:
    """A reader has opened the draft; for anybody else nothing is noted."""
    require(by, "desk.see")
    asked = DraftReader.objects.filter(draft=draft, reader_id=writer_id(by), looked_at=None)
    if asked.update(looked_at=at):
        tell("draft", draft.case.number)


@transaction.atomic
def comment_on_draft(draft: Draft, *, text: str, about_words: str, by: Actor, at: datetime) -> DraftComment:
    """Say something beside a draft, about some of its words or all. Refuses NothingWritten."""
    require(by, "desk.note")
    text = written(text)
    comment = DraftComment.objects.create(
        draft=draft, author_id=writer_id(by), text=text, about_words=_chosen(about_words, draft), at=at
    )
    record(DraftCommented(), about=draft.case.reference, by=by, at=at, links=_to(draft.author))
    tell("draft", draft.case.number)
    return comment


def _chosen(words: str, draft: Draft) -> str:
    """The words chosen, if they stand in the draft."""
    words = words.replace("\r\n", "\n").replace("\x00", "").strip()
    return words if words and words in draft.text else ""


@transaction.atomic
def settle_comment(comment: DraftComment, *, by: Actor, at: datetime) -> None:
    """Its matter is done with: said by the draft's writer or the comment's."""
    require(by, "desk.note")
    if writer_id(by) not in (comment.author_id, comment.draft.author_id):
        raise NotAsked(comment.draft)
    DraftComment.objects.filter(pk=comment.pk, settled_at=None).update(settled_at=at)
    tell("draft", comment.draft.case.number)


@transaction.atomic
def approve_draft(draft: Draft, *, version: int, by: Actor, at: datetime) -> DraftReader:
    """Find the draft good as it stood at a version. Refuses NotAsked, WrittenSince."""
    require(by, "desk.note")
    draft = Draft.objects.select_for_update(of=("self",)).select_related("case", "author").get(pk=draft.pk)
    asked = DraftReader.objects.filter(draft=draft, reader_id=writer_id(by)).first()
    if asked is None:
        raise NotAsked(draft)
    if draft.version != version:
        raise WrittenSince
    asked.looked_at, asked.approved_at, asked.approved_version = asked.looked_at or at, at, version
    asked.save(update_fields=["looked_at", "approved_at", "approved_version"])
    record(DraftApproved(version=version), about=draft.case.reference, by=by, at=at, links=_to(draft.author))
    tell("draft", draft.case.number)
    return asked


def _to(user: User) -> dict[str, Reference | None]:
    return {"to": user.as_actor().reference}
