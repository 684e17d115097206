"""Who is writing in a case, and what came in while they wrote?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from tieline.desk.models import Case, CaseThread, Draft, DraftComment, DraftKind, DraftReader, Message, MessageKind
from tieline.kernel.actor import Actor


@dataclass(frozen=True)
class Writer:
    """A colleague with a draft in the case; the words are shown only where the draft is opened."""

    draft_id: int
    name: str
    kind: str
    at: datetime
    asks_me: bool = False


@dataclass(frozen=True)
class OwnDraft:
    """One's own words not sent or kept yet, and how many colleagues were asked, approved them, and commented."""

    text: str
    then: str
    version: int
    updated_at: datetime
    draft_id: int = 0
    asked: int = 0
    approved: int = 0
    comments: int = 0


@dataclass(frozen=True)
class Writing:
    """The drafts of a case: one's own, by kind, and who else is writing."""

    own: Mapping[str, OwnDraft]
    others: tuple[Writer, ...]

    @property
    def reply(self) -> OwnDraft | None:
        """One's own unsent reply."""
        return self.own.get(DraftKind.REPLY.value)

    @property
    def then(self) -> str:
        """Whose turn it is to be after the unsent reply; "" where there is none."""
        return self.reply.then if self.reply else ""

    @property
    def note(self) -> OwnDraft | None:
        """One's own note not kept yet."""
        return self.own.get(DraftKind.NOTE.value)


@dataclass(frozen=True)
class Heading:
    """Which letter beside the client a draft is: of a thread, to begin one, or of a message sent on; and to whom."""

    thread: CaseThread | None = None
    about: Message | None = None
    to: str = ""
    subject: str = ""
    thread_kind: str = ""


NO_HEADING = Heading()


def own_draft(case: Case, kind: DraftKind, actor: Actor, heading: Heading = NO_HEADING) -> Draft | None:
    """One's own words of a kind in the case; of letters, those of the very thread or message."""
    mine = Draft.objects.filter(case=case, author_id=staff_id(actor), kind=kind)
    return mine.filter(thread=heading.thread, about=heading.about).first()


READERS = DraftReader.objects.filter(draft=OuterRef("pk")).values(
    row=JSONObject(reader="reader_id", version="approved_version")
)
COMMENTS = (
    DraftComment.objects.filter(draft=OuterRef("pk"), settled_at=None)
    .order_by()
    .values("draft")
    .annotate(count=Count("pk"))
    .values("count")
)
DRAFTS = ArraySubquery(
    Draft.objects.filter(case=OuterRef("pk"))
    .order_by("-updated_at")
    .values(
        row=JSONObject(
            id="pk", author="author_id", name="author__name", kind="kind", text="text", then="then",
            version="version", at="updated_at",
            readers=ArraySubquery(READERS), comments=Coalesce(Subquery(COMMENTS), 0),
        )
    )
)  # fmt: skip
"""A case's drafts, to be annotated as `draft_rows` where the case is found: they come with its own query."""


def writing_in(case: Case, actor: Actor) -> Writing:
    """Everybody's drafts in a case found with `draft_rows`, as the actor sees them."""
    rows = list(getattr(case, "draft_rows", ()))
    own = {
        row["kind"]: OwnDraft(
            row["text"], row["then"], row["version"], datetime.fromisoformat(row["at"]), row["id"],
            len(row["readers"]), sum(one["version"] == row["version"] for one in row["readers"]), row["comments"],
        )
        for row in rows
        if row["author"] == staff_id(actor)
    }  # fmt: skip
    others = tuple(
        Writer(
            row["id"], row["name"], DraftKind(row["kind"]).label, datetime.fromisoformat(row["at"]),
            any(one["reader"] == staff_id(actor) for one in row["readers"]),
        )
        for row in rows
        if row["author"] != staff_id(actor)
    )  # fmt: skip
    return Writing(own, others)


def staff_id(actor: Actor) -> int | None:
    """The staff user an actor is, or None for anybody else."""
    return int(actor.reference.id) if actor.reference.kind == "staff" else None


def writer_id(actor: Actor) -> int:
    """The staff user who writes; nobody else has drafts or replies of a page."""
    writer = staff_id(actor)
    assert writer is not None
    return writer


def said_since(case: Case, seen: int, actor: Actor) -> QuerySet[Message]:
    """What was said in the case after the last message the actor has seen, but for notes of their own.

    Messages of a case are written under its lock, so their ids grow in the order in which they can be seen. Replies
    of one's own count: they were sent from another page.
    """
    own_notes = Q(kind=MessageKind.NOTE, author=str(actor.reference))
    own_beside = Q(thread__isnull=False, author=str(actor.reference))
    return case.messages.filter(pk__gt=seen).exclude(own_notes | own_beside).order_by("pk")
