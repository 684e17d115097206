"""What becomes of words not sent yet: kept on the server after each pause, taken up again, thrown away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.cases import locked
from tieline.desk.models import Case, CaseState, Draft, DraftKind, SentReply
from tieline.desk.writing import staff_id, writer_id
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.news import tell
from tieline.kernel.refusal import Refusal

RIGHTS = {DraftKind.REPLY: "desk.reply", DraftKind.NOTE: "desk.note"}


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
) -> Draft | None:
    """Keep what was typed so far; None where nothing is left of it, or where the page's reply was sent already.

    `version` is the one the page last knew (0: none), `key` names the page. Refuses DraftConflict.
    """
    require(by, RIGHTS[kind])
    case = locked(case)
    if _was_sent(case, key, by):
        return None
    text = text.replace("\x00", "").replace("\r\n", "\n")
    draft = Draft.objects.filter(case=case, author_id=staff_id(by), kind=kind).first()
    if draft is not None and draft.text != text and _is_anothers(draft, version, key):
        raise DraftConflict(draft)
    if not text.strip():
        discard_draft(case, kind=kind, by=by)
        return None
    draft = draft or Draft(case=case, author_id=writer_id(by), kind=kind, version=version)
    draft.version += draft.text != text or not draft.pk
    draft.text, draft.then, draft.key, draft.updated_at = text, then, key, at
    draft.save()
    tell("draft", case.number)
    return draft


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
    draft = Draft.objects.filter(case=case, author_id=staff_id(by), kind=DraftKind.REPLY).first()
    whole = f"{draft.text.rstrip()}\n\n{text}" if draft else text
    then = CaseState(draft.then) if draft else CaseState.WAITING
    save_draft(case, kind=DraftKind.REPLY, text=whole, version=draft.version if draft else 0, by=by, at=at, then=then)


@transaction.atomic
def discard_draft(case: Case, *, kind: DraftKind, by: Actor) -> None:
    """Throw one's own draft away."""
    require(by, RIGHTS[kind])
    Draft.objects.filter(case=case, author_id=staff_id(by), kind=kind).delete()
    tell("draft", case.number)


def end_draft(case: Case, *, kind: DraftKind, text: str, version: int | None, key: UUID | None, by: Actor) -> None:
    """The words became a message: their draft goes, unless another page has put other words there since."""
    draft = Draft.objects.filter(case=case, author_id=staff_id(by), kind=kind).first()
    if draft is None:
        return
    is_known = version is not None and draft.version <= version
    if is_known or draft.text.strip() == text or (key is not None and draft.key == key):
        draft.delete()
