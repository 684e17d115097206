"""What becomes of words not sent yet: kept on the server after each pause, taken up again, thrown away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.locking import locked
from tieline.desk.models import Case, CaseState, Draft, DraftKind, SentReply
from tieline.desk.writing import NO_HEADING, Heading, own_draft, staff_id, writer_id
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.news import tell
from tieline.kernel.refusal import Refusal

RIGHTS = {
    DraftKind.REPLY: "desk.reply",
    DraftKind.NOTE: "desk.note",
    DraftKind.LETTER: "desk.reply",
    DraftKind.FORWARD: "desk.forward",
}


class DraftConflict(Refusal):
    """The draft was changed on another page since this one read it; `other` is what stands there."""

    def __init__(self, other: Draft) -> None:
        super().__init__("This draft was changed on another page. Nothing was written over.")
        self.other = other


@transaction.atomic
def save_draft(
    case: Case,
    *,
    kind: DraftKind,
    text: str,
    version: int,
    by: Actor,
    at: datetime,
    then: CaseState = CaseState.WAITING,
    key: UUID | None = None,
    heading: Heading = NO_HEADING,
) -> Draft | None:
    """Keep what was typed so far; None where nothing is left of it, or where the page's reply was sent already.

    `version` is the one the page last knew (0: none), `key` names the page; `heading` says which letter beside the
    client it is, and to whom. Refuses DraftConflict.
    """
    require(by, RIGHTS[kind])
    case = locked(case)
    if _was_sent(case, key, by):
        return None
    text = text.replace("\x00", "").replace("\r\n", "\n")
    draft = own_draft(case, kind, by, heading)
    if draft is not None and _says_else(draft, text, heading) and _is_anothers(draft, version, key):
        raise DraftConflict(draft)
    if not text.strip() and not heading.to.strip():
        discard_draft(case, kind=kind, by=by, heading=heading)
        return None
    draft = draft or _new(case, kind, heading, by, version=version)
    draft.version += not draft.pk or _says_else(draft, text, heading)
    draft.text, draft.then, draft.key, draft.updated_at = text, then, key, at
    _put_head(draft, heading)
    draft.save()
    tell("draft", case.number)
    return draft


def _new(case: Case, kind: DraftKind, heading: Heading, by: Actor, *, version: int) -> Draft:
    return Draft(
        case=case, author_id=writer_id(by), kind=kind, version=version, text="", thread=heading.thread,
        about=heading.about,
    )  # fmt: skip


def _put_head(draft: Draft, heading: Heading) -> None:
    draft.to, draft.subject, draft.thread_kind = heading.to, heading.subject, heading.thread_kind


def _says_else(draft: Draft, text: str, heading: Heading) -> bool:
    said = (draft.text, draft.to, draft.subject, draft.thread_kind)
    return said != (text, heading.to, heading.subject, heading.thread_kind)


def _was_sent(case: Case, key: UUID | None, by: Actor) -> bool:
    """Whether the page's reply has left meanwhile; what it saved before comes late and is no draft any more."""
    return key is not None and SentReply.objects.filter(case=case, author_id=staff_id(by), key=key).exists()


def _is_anothers(draft: Draft, version: int, key: UUID | None) -> bool:
    """Whether another page saved it since; a page whose own saving was not confirmed may go on."""
    return draft.version != version and (key is None or draft.key != key)


@transaction.atomic
def add_to_draft(case: Case, *, text: str, by: Actor, at: datetime) -> None:
    """Put words at the end of one's own unsent reply, which is begun where there is none."""
    require(by, "desk.reply")
    case = locked(case)
    draft = own_draft(case, DraftKind.REPLY, by)
    whole = f"{draft.text.rstrip()}\n\n{text}" if draft else text
    then = CaseState(draft.then) if draft else CaseState.WAITING
    save_draft(case, kind=DraftKind.REPLY, text=whole, version=draft.version if draft else 0, by=by, at=at, then=then)


def into_draft(
    case: Case,
    words: str,
    *,
    unsent: str | None = None,
    kind: DraftKind = DraftKind.REPLY,
    heading: Heading = NO_HEADING,
    by: Actor,
    at: datetime,
) -> Draft:
    """Words that were to be sent are their writer's draft again, above whatever has been typed since."""
    draft = own_draft(case, kind, by, heading) or _new(case, kind, heading, by, version=0)
    later = (draft.text if unsent is None else unsent).replace("\r\n", "\n").strip()
    draft.text = f"{words}\n\n{later}" if later else words
    draft.version, draft.key, draft.updated_at = draft.version + 1, None, at
    if not draft.pk:
        _put_head(draft, heading)
    draft.save()
    return draft


@transaction.atomic
def discard_draft(case: Case, *, kind: DraftKind, by: Actor, heading: Heading = NO_HEADING) -> None:
    """Throw one's own draft away."""
    require(by, RIGHTS[kind])
    if (draft := own_draft(case, kind, by, heading)) is not None:
        draft.delete()
    tell("draft", case.number)


def end_draft(
    case: Case,
    *,
    kind: DraftKind,
    text: str,
    version: int | None,
    key: UUID | None,
    by: Actor,
    heading: Heading = NO_HEADING,
) -> None:
    """The words became a message: their draft goes, unless another page has put other words there since."""
    draft = own_draft(case, kind, by, heading)
    if draft is None:
        return
    is_known = version is not None and draft.version <= version
    if is_known or draft.text.strip() == text or (key is not None and draft.key == key):
        draft.delete()
