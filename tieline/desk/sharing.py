"""Who was asked to look at a draft, what did they say beside it, and does their approval hold for its words of now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieline.desk.models import Draft, DraftComment, DraftReader
from tieline.identity.models import User
from tieline.kernel.actor import Actor


@dataclass(frozen=True)
class Reading:
    """A reader of a draft; an approval of an older version holds no more."""

    name: str
    looked_at: datetime | None
    approved_at: datetime | None
    is_of_now: bool

    @property
    def words(self) -> str:
        """How far they are."""
        if self.approved_at is None:
            return "has looked" if self.looked_at else "was asked"
        return "approved it as it stands" if self.is_of_now else "approved an older version"


@dataclass(frozen=True)
class SharedDraft:
    """A draft with its readers and what was said beside it."""

    draft: Draft
    readings: tuple[Reading, ...]
    comments: tuple[DraftComment, ...]
    is_own: bool
    is_asked: bool
    may_be_asked: tuple[User, ...] = ()


def shared_draft(draft: Draft, actor: Actor) -> SharedDraft:
    """A draft as its author or a colleague sees it; its author is also told whom they could ask. Three queries."""
    readers = list(draft.readers.select_related("reader").order_by("asked_at", "pk"))
    reader = str(actor.reference.id)
    is_own = str(draft.author_id) == reader
    return SharedDraft(
        draft,
        tuple(_reading(one, draft) for one in readers),
        tuple(draft.comments.filter(settled_at=None).select_related("author").order_by("at", "pk")),
        is_own,
        any(str(one.reader_id) == reader for one in readers),
        _others(draft) if is_own else (),
    )


def _reading(one: DraftReader, draft: Draft) -> Reading:
    return Reading(one.reader.name, one.looked_at, one.approved_at, one.approved_version == draft.version)


def _others(draft: Draft) -> tuple[User, ...]:
    """Colleagues who see the desk and were not asked yet."""
    asked = draft.readers.values("reader")
    found = User.objects.filter(is_active=True, role__rights__contains=["desk.see"]).exclude(pk__in=asked)
    return tuple(found.exclude(pk=draft.author_id).order_by("name")[:200])
